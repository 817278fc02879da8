"""Backup and restore of what the suite has in its own MongoDB."""

from datetime import timedelta
from pathlib import Path

from stores.backup import BackupError, back_up, failing_as_backup_error, refuse_half_restored
from stores.restore import restore

from devstack.install import announced
from devstack.mongo import Mongo
from devstack.program import StartError
from devstack.servers import START_WITHIN
from devstack.state import State
from devstack.supervision import Supervisor


def make_backup(suite: Supervisor, target: Path) -> Path:
    """Back up the running suite to a file, or into a directory; the file."""
    with suite.alone("suite"):
        if not ("mongo" in (states := suite.states()) and states["mongo"].pid):
            raise StartError(
                "The suite is down, or its MongoDB is a server of yours: `make up` first."
            )
        mongo = _mongo(suite, in_use=True)
        try:
            with mongo.client(timeout=None) as client:
                return back_up(client, target, announced)
        except BackupError as error:
            raise StartError(str(error)) from None


def is_ready_and_whole(mongo: Mongo) -> bool:
    """As its `is_ready`; StartError where a restore broke off."""
    if not mongo.is_ready():
        return False
    try:
        with mongo.client() as client, failing_as_backup_error():
            refuse_half_restored(client)
    except BackupError as error:
        raise StartError(str(error)) from None
    return True


def restore_backup(suite: Supervisor, file: Path) -> str:
    """Restore a backup while the suite is down; what is to be done then."""
    with suite.alone("suite"):
        # Not before: an `up` that was under way may have ended meanwhile.
        if any(process.pid for process in suite.states().values()):
            raise StartError("The suite runs: `make down` first.")
        suite.end_if_lost()
        suite.launch()
        try:
            mongo = _mongo(suite, in_use=False)
            suite.add(mongo.programs(), only=True)
            suite.start(mongo.name)
            suite.wait_until(mongo.is_ready, mongo.name, START_WITHIN)
            with mongo.client(timeout=None) as client:
                moment = restore(client, file, announced)
        except BackupError as error:
            raise StartError(str(error)) from None
        finally:
            suite.shut_down()
    since = moment - timedelta(days=1)
    return f"make up && make replay SINCE={since:%Y-%m-%dT%H:%M:%SZ}"


def _mongo(suite: Supervisor, *, in_use: bool) -> Mongo:
    state = State(suite.directory)
    [port] = state.ports("mongo", 1, in_use=in_use)
    return Mongo(suite.directory / "mongo", port, secret=state.secrets({})["MONGO_PASSWORD"])
