"""What the documents lead to exists: their links, and the source files that they name."""

import re
import subprocess

import pytest
from devstack.suite import ROOT

FILES = subprocess.run(
    ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
).stdout.split("\n")
DOCUMENTS = [name for name in FILES if name.endswith(".md")]
# A decision tells of its day, and may name what is gone.
OF_TODAY = [name for name in DOCUMENTS if not name.startswith("docs/decisions/")]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_to_a_file_leads_to_one(document: str) -> None:
    path = ROOT / document
    links = re.findall(r"\]\(([^)#\s]+)", path.read_text())
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("document", OF_TODAY)
def test_every_python_file_that_is_named_exists(document: str) -> None:
    named = re.findall(r"`([\w./-]+\.py)`", (ROOT / document).read_text())
    known = [f"/{name}" for name in FILES]
    assert [name for name in named if not any(one.endswith(f"/{name}") for one in known)] == []
