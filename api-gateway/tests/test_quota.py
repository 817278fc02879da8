"""`python -m api_gateway.quota`."""

from collections.abc import Callable, Iterator

import pytest
from api_gateway import quota
from chassis import mongo
from chassis_helpers.logs import unchanged_logs
from devstack.testing import NOBODYS_PORT

USER = "0123456789abcdef01234567"

Command = Callable[[str], tuple[int, str]]


@pytest.fixture(autouse=True)
def _logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with unchanged_logs(quota, monkeypatch):
        yield


@pytest.fixture
def command(
    mongo_uri: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Runs it: the exit status, and what was said."""
    monkeypatch.setenv("MONGO_URI", mongo_uri)
    monkeypatch.setenv("QUOTA_WRITE_DAY", "7")

    def run(words: str) -> tuple[int, str]:
        status = quota.main(words.split())
        said = capsys.readouterr()
        return status, said.out + said.err

    return run


def test_plans_and_users_are_set_listed_and_reset(command: Command) -> None:
    status, said = command("list")
    assert status == 0
    assert said.startswith("plan default ")
    assert said.endswith("write-burst=100 write-minute=300 write-day=7\n")

    assert command("set plan pro read-minute=2400 write-day=0") == (0, "Set: plan pro.\n")
    assert command("set plan pro write-day=5") == (0, "Set: plan pro.\n")
    assert command(f"set user {USER} plan=pro read-burst=9") == (0, f"Set: user {USER}.\n")
    assert command("set plan default write-day=8") == (0, "Set: plan default.\n")
    lines = [line.split() for line in command("list")[1].splitlines()]
    assert lines[0][-1] == "write-day=8"
    assert lines[1:] == [
        ["plan", "pro", "read-minute=2400", "write-day=5"],
        ["user", USER, "plan=pro", "read-burst=9"],
    ]

    status, said = command("reset plan pro")
    assert (status, said) == (
        1,
        "1 user(s) have the plan 'pro': reset them, or give them another.\n",
    )
    assert command(f"reset user {USER}") == (0, f"Reset: user {USER}.\n")
    assert command("reset plan pro") == (0, "Reset: plan pro.\n")
    assert len(command("list")[1].splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (f"set user {USER} plan=gold", "There is no plan 'gold': `set plan gold …` makes it."),
        ("set user ann@example.com read-day=1", "'ann@example.com' is no user's id"),
        ("set plan off read-day=1", "'off' is no name for a plan"),
        ("set plan Pro read-day=1", "'Pro' is no name for a plan"),
        ("set plan pro", "Set what?"),
        ("set plan pro read-year=1", "'read-year' is no limit: there are read-burst,"),
        ("set plan pro plan=default", "'plan' is no limit"),
        ("set plan pro read-day", "'read-day': give each limit once, as in read-minute=2400."),
        ("set plan pro read-day=1 read-day=2", "'read-day=2': give each limit once"),
        ("set plan pro read-day=-1", "read-day=-1: give a number from 0 (no limit) to 10000000."),
        ("set plan pro read-day=10000001", "read-day=10000001: give a number"),
        ("reset plan pro", "Nothing is set for plan 'pro': `list` shows what is."),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_changes_nothing(
    command: Command, words: str, said: str
) -> None:
    before = command("list")
    status, answer = command(words)
    assert (status, answer[: len(said)]) == (1, said)
    assert answer.count("\n") == 1
    assert command("list") == before


def test_a_mongodb_that_is_away_is_one_sentence(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mongo, "OPERATION_TIMEOUT", 0.5)
    monkeypatch.setenv("MONGO_URI", f"mongodb://127.0.0.1:{NOBODYS_PORT}/gateway_db")
    status, said = command("list")
    assert status == 1
    assert said.startswith("MongoDB does not answer (")
    assert said.endswith("): see MONGO_URI.\n")


def test_help_says_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        quota.main(["--help"])
    assert ended.value.code == 0
    assert "set user" in capsys.readouterr().out
