"""A page that is a few lines, built by an npm of the test's own."""

import json
import os
from pathlib import Path

import pytest
from devstack import node
from devstack.page import Page
from devstack.process import StartError

NPM = """#!/bin/sh
echo "$*" >> ../calls
[ "$1" = ci ] && [ -e refused ] && { echo EUSAGE; exit 1; }
[ "$1" = run ] && [ -e broken ] && { echo "Type error"; exit 1; }
mkdir -p node_modules .next/standalone
: > .next/standalone/server.js
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "npm").write_text(NPM)
    (programs / "npm").chmod(0o755)
    (programs / "node").write_text("#!/bin/sh\necho v22.0.0\n")
    (programs / "node").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    folder = tmp_path / "frontend"
    (folder / "app").mkdir(parents=True)
    (folder / "app" / "page.tsx").write_text("one")
    (folder / "package.json").write_text(json.dumps({"engines": {"node": ">=20.19"}}))
    (folder / "package-lock.json").write_text("{}")
    return folder


def up(folder: Path) -> list[str]:
    """What npm was asked to do by one `up`."""
    calls = folder.parent / "calls"
    calls.write_text("")
    page = Page(folder, folder.parent / "log" / "page-build.log")
    page.install()
    page.build()
    return calls.read_text().splitlines()


def test_it_is_built_once(folder: Path) -> None:
    assert up(folder) == ["ci --no-audit --no-fund", "run build"]
    assert up(folder) == []


def test_changed_sources_are_built_again_without_a_new_install(folder: Path) -> None:
    up(folder)
    (folder / "app" / "page.tsx").write_text("two")
    assert up(folder) == ["run build"]


def test_a_changed_lock_is_installed_and_built_again(folder: Path) -> None:
    up(folder)
    (folder / "package-lock.json").write_text('{"new": 1}')
    assert up(folder) == ["ci --no-audit --no-fund", "run build"]


def test_a_lock_that_npm_ci_refuses_is_installed_as_it_is(folder: Path) -> None:
    (folder / "refused").touch()
    assert up(folder)[1] == "install --no-save --no-audit --no-fund"


def test_a_failed_build_says_why_and_is_tried_again(folder: Path) -> None:
    (folder / "broken").touch()
    with pytest.raises(StartError, match=r"Type error(.|\n)*PAGE=off make up"):
        up(folder)
    (folder / "broken").unlink()
    assert "run build" in up(folder)


def test_a_node_that_is_too_old_is_passed_over(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = folder.parent / "bin"
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr(node, "_VENV", folder.parent / "venv")
    page = Page(folder, folder / "log")
    for version, fits in {"v18.20.4": False, "v20.18.1": False, "v20.19.0": True}.items():
        (programs / "node").write_text(f"#!/bin/sh\necho {version}\n")
        (programs / "node").chmod(0o755)
        assert page.has_node() is fits


def test_a_node_that_cannot_be_installed_is_one_message_with_the_remedy(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uv = folder.parent / "bin" / "uv"
    uv.write_text("#!/bin/sh\necho 'no wheel for this platform' >&2\nexit 1\n")
    uv.chmod(0o755)
    monkeypatch.setattr(node, "_VENV", uv.parent)
    with pytest.raises(StartError, match=r"no wheel(.|\n)*Node 20\.19 or newer.*PAGE=off make up"):
        Page(folder, folder / "log").install_node()
