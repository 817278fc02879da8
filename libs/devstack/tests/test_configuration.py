"""The table of settings in `docs/operations.md` is the one that the settings classes give."""

from devstack.configuration import document_with_table, table
from devstack.suite import ROOT


def test_the_document_holds_the_table_as_it_is_now() -> None:
    document = (ROOT / "docs/operations.md").read_text()
    assert document == document_with_table(document), "run `make settings`"


def test_every_setting_says_what_it_means() -> None:
    rows = [line.split(" | ") for line in table().splitlines()[2:]]
    assert [row[0] for row in rows if row[-1].strip(" |") == ""] == []


def test_a_setting_is_one_row() -> None:
    assert [line for line in table().splitlines() if not line.endswith(" |")][1:] == []


def test_a_default_of_production_stands_beside_the_other() -> None:
    [row] = [line for line in table().splitlines() if "`QUOTAS`" in line]
    assert "`off`; in production `on`" in row
