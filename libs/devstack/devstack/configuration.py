"""`python -m devstack.configuration FILE`: write the table of all settings into a document.

The table is made from the settings classes of the services, and stands between two marks.
"""

import importlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from devstack.services import SERVICES, module_of

BEGIN = "<!-- settings: begin (written by `make settings`) -->"
END = "<!-- settings: end -->"


class Setting(NamedTuple):
    """What one service reads from one environment variable."""

    variable: str
    service: str
    default: str
    meaning: str


def document_with_table(text: str) -> str:
    """The document with the table as it is now between its marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def table() -> str:
    """One row for each variable, in Markdown; those of all services first."""
    rows: dict[tuple[str, str, str], list[str]] = {}
    for setting in _settings():
        rows.setdefault((setting.variable, setting.default, setting.meaning), []).append(
            setting.service
        )
    shared_first = sorted(rows.items(), key=lambda row: len(row[1]) < len(SERVICES))
    lines = ["| variable | default | read by | meaning |", "|---|---|---|---|"]
    for (variable, default, meaning), services in shared_first:
        readers = "all services" if len(services) == len(SERVICES) else ", ".join(services)
        lines.append(f"| `{variable}` | {default} | {readers} | {meaning} |")
    return "\n".join(lines)


def _settings() -> Iterator[Setting]:
    for service in SERVICES:
        settings = importlib.import_module(f"{module_of(service)}.settings").Settings
        for name, field in settings.model_fields.items():
            meaning = " ".join((field.description or "").split())  # a row of a table is one line
            yield Setting(name.upper(), service, _default(field), meaning)


def _default(field: FieldInfo) -> str:
    here, there = (_value(field, environment) for environment in ("development", "production"))
    return here if here == there else f"{here}; in production {there}"


def _value(field: FieldInfo, environment: str) -> str:
    others: Mapping[str, Any] = {"environment": environment}
    value = field.get_default(call_default_factory=True, validated_data=dict(others))
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, tuple):
        value = ",".join(value)
    return "none" if value in ("", None) else f"`{value}`"


def main() -> None:
    """Write the table into the document that is named."""
    document = Path(sys.argv[1])
    document.write_text(document_with_table(document.read_text()))


if __name__ == "__main__":
    main()
