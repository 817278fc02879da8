"""One process at a time: what waits for another one sees what that one has left."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from devstack.backups import make_backup, restore_backup
from devstack.program import StartError
from devstack.suite import Suite
from devstack.supervision import ProcessState
from devstack.testing import eventually

LOCKS = Path("/proc/locks")


class Imagined(Suite):
    """A suite without processes."""

    def __init__(self, directory: Path, while_it_stops: Callable[[], None] = lambda: None) -> None:
        super().__init__(Path("/nonexistent"), directory, {})
        self.running: dict[str, ProcessState] = {}
        self._while_it_stops = while_it_stops

    def states(self) -> dict[str, ProcessState]:
        return self.running

    def launch(self) -> None:
        raise AssertionError("started in a suite that runs")

    def shut_down(self) -> None:
        self._while_it_stops()


def until_somebody_waits(directory: Path) -> None:
    """For the lock of the suite: the kernel lists who does (proc_locks(5))."""
    inode = f":{(directory / 'suite.lock').stat().st_ino} "

    def somebody_waits() -> bool:
        return any("->" in line and inode in line for line in LOCKS.read_text().splitlines())

    asyncio.run(eventually(somebody_waits))


def test_a_restore_that_waited_for_an_up_is_refused(tmp_path: Path) -> None:
    suite = Imagined(tmp_path)
    with ThreadPoolExecutor() as pool:
        with suite.alone("suite"):
            restoring = pool.submit(restore_backup, suite, tmp_path / "any.zip")
            until_somebody_waits(tmp_path)
            suite.running = {"mongo": ProcessState("mongo", "RUNNING", 1, 1, 0)}
        with pytest.raises(StartError, match="`make down` first"):
            restoring.result(60)


def test_a_backup_waits_for_what_starts_or_ends_the_suite(tmp_path: Path) -> None:
    suite = Imagined(tmp_path)
    with ThreadPoolExecutor() as pool:
        with suite.alone("suite"):
            backing_up = pool.submit(make_backup, suite, tmp_path)
            until_somebody_waits(tmp_path)
        with pytest.raises(StartError, match="The suite is down"):
            backing_up.result(60)


def test_a_clean_deletes_nothing_of_an_up_that_waited_for_it(tmp_path: Path) -> None:
    directory = tmp_path / "suite"

    def up() -> None:
        with Imagined(directory).alone("suite"):
            assert not (directory / "old").exists()
            (directory / "new").touch()

    with ThreadPoolExecutor() as pool:
        waiting: list[Future[None]] = []

        def begin() -> None:
            waiting.append(pool.submit(up))
            until_somebody_waits(directory)

        (directory / "old" / "data").mkdir(parents=True)
        Imagined(directory, begin).clean()
        waiting[0].result(60)
    assert sorted(path.name for path in directory.iterdir()) == ["new", "suite.lock"]


def test_a_clean_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "suite" / "mongo" / "data").mkdir(parents=True)
    (tmp_path / "suite" / "secrets.json").touch()
    Imagined(tmp_path / "suite").clean()
    assert list(tmp_path.iterdir()) == []
