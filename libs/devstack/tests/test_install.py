"""What is missing on a machine, with a PATH of the test's own."""

import os
from pathlib import Path

import pytest
from devstack import install, rabbitmq
from devstack.program import StartError


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(rabbitmq, "_PLAIN_SCRIPT", tmp_path / "none")
    return tmp_path


def add(path: Path, program: str, script: str = "exit 0") -> None:
    file = path / program
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def test_a_bare_machine_lacks_the_servers_and_the_browser(path: Path) -> None:
    wanted = ["redis", "rabbitmq", "browser"]
    assert install.missing_packages(wanted) == ["redis-server", "rabbitmq-server", "chromium"]
    add(path, "redis-server")
    add(path, "google-chrome")
    assert install.missing_packages(wanted) == ["rabbitmq-server"]


@pytest.mark.usefixtures("path")
def test_nothing_is_missing_for_a_store_that_is_given_by_uri() -> None:
    assert install.missing_packages([]) == []


def test_a_mongod_that_finds_no_library_needs_the_packages(path: Path) -> None:
    add(path, "mongod", "echo 'error while loading shared libraries: libcurl.so.4' >&2; exit 127")
    assert "libcurl4" in install.missing_packages(["mongo"])


def test_a_processor_that_mongod_cannot_use_is_named(path: Path) -> None:
    add(path, "mongod", "kill -ILL $$")
    with pytest.raises(StartError, match="AVX"):
        install.missing_packages(["mongo"])


def test_without_root_a_missing_package_is_one_sentence_with_the_remedy(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(path, "apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(StartError, match=r"`apt-get install .* redis-server` as root"):
        install.install(["redis-server"])


def test_a_failing_apt_says_why(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(path, "apt-get", "echo 'E: no network'; exit 100")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(install, "_POLICY", path / "policy-rc.d")
    with pytest.raises(StartError, match="E: no network"):
        install.install(["redis-server"])


def test_no_service_is_started_while_packages_are_installed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = path / "policy-rc.d"
    add(path, "apt-get", f"{policy}; [ $? = 101 ]")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(install, "_POLICY", policy)
    install.install(["redis-server"])
    assert not policy.exists()
