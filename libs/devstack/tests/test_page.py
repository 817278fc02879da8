"""The page's scripts, with an npm of the test's own."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from devstack.suite import ROOT

NPM = """#!/bin/sh
echo "$*" >> ../calls
[ "$1" = ci ] && [ -e refused ] && { echo EUSAGE; exit 1; }
[ "$1" = run ] && [ -e broken ] && { echo "Type error"; exit 1; }
mkdir -p node_modules .next
: > .next/BUILD_ID
"""


def add(program: Path, script: str) -> None:
    program.write_text(script)
    program.chmod(0o755)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in ("bin", "frontend/app", "libs/devstack", ".venv/bin"):
        (tmp_path / folder).mkdir(parents=True)
    for script in ("node.sh", "page.sh"):
        shutil.copy(ROOT / "libs/devstack" / script, tmp_path / "libs/devstack")
    add(tmp_path / "bin/npm", NPM)
    add(tmp_path / "bin/node", "#!/bin/sh\necho v22.0.0\n")
    add(tmp_path / ".venv/bin/uv", "#!/bin/sh\necho 'no wheel for this platform' >&2\nexit 1\n")
    page = tmp_path / "frontend"
    (page / "app/page.tsx").write_text("one")
    (page / "package.json").write_text(json.dumps({"engines": {"node": ">=20.19"}}))
    (page / "package-lock.json").write_text("{}")
    return tmp_path


def run(root: Path, *command: str) -> subprocess.CompletedProcess[str]:
    path = f"{root}/bin:{os.environ['PATH']}"
    return subprocess.run(
        [root / "libs/devstack" / command[0], *command[1:]],
        env={"PATH": path},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def built(root: Path) -> list[str]:
    """What npm was asked to do by one build."""
    calls = root / "calls"
    calls.write_text("")
    answer = run(root, "page.sh", "build")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return calls.read_text().splitlines()


def test_it_is_built_once_and_again_when_its_sources_or_its_packages_changed(root: Path) -> None:
    assert built(root) == ["ci --no-audit --no-fund", "run build"]
    assert built(root) == []
    (root / "frontend/app/page.tsx").write_text("two")
    assert built(root) == ["run build"]
    (root / "frontend/app/page.tsx").unlink()
    assert built(root) == ["run build"]
    (root / "frontend/package-lock.json").write_text('{"new": 1}')
    assert built(root) == ["ci --no-audit --no-fund", "run build"]


def test_a_lock_that_npm_ci_refuses_is_installed_as_it_is(root: Path) -> None:
    (root / "frontend/refused").touch()
    assert built(root)[1] == "install --no-save --no-audit --no-fund"


def test_a_failed_build_says_why_and_is_tried_again(root: Path) -> None:
    (root / "frontend/broken").touch()
    answer = run(root, "page.sh", "build")
    assert answer.returncode == 1
    assert "Type error" in answer.stdout
    assert "PAGE=off make up" in answer.stdout
    (root / "frontend/broken").unlink()
    assert "run build" in built(root)


@pytest.mark.parametrize("version", ["v18.20.4", "v20.18.1"])
def test_a_node_that_is_too_old_is_replaced_or_it_is_said_how(root: Path, version: str) -> None:
    add(root / "bin/node", f"#!/bin/sh\necho {version}\n")
    answer = run(root, "node.sh", "node", "--version")
    assert answer.returncode == 1
    assert "no wheel" in answer.stderr
    assert "install Node 20.19 or newer" in answer.stderr
    for program in ("node", "npm"):
        add(root / ".venv/bin" / program, "#!/bin/sh\necho v20.19.0\n")
    assert run(root, "node.sh", "node", "--version").stdout == "v20.19.0\n"
