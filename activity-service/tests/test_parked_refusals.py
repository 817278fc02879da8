"""The command for parked messages, when it cannot do what it was told."""

import pytest
from activity_service import parked as command
from devstack.testing import free_port


async def test_a_broker_that_is_away_is_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "CONNECT_TIMEOUT", 0.2)
    monkeypatch.setenv("RABBITMQ_URI", f"amqp://guest:hunter2@127.0.0.1:{free_port()}/")
    assert await command.main(["list"]) == 1
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    assert "no answer, see RABBITMQ_URI" in said.err
    assert "No message is lost" in said.err
    assert "hunter2" not in said.err + said.out


@pytest.mark.parametrize("arguments", [[], ["drop"], ["list", "--limit", "0"], ["replay", "all"]])
async def test_anything_else_is_explained(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        await command.main(arguments)
    assert ended.value.code == 2
    assert "usage: python -m activity_service.parked" in capsys.readouterr().err


async def test_a_limit_that_is_none_is_told_what_one_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for limit in ("0", "x"):
        with pytest.raises(SystemExit):
            await command.main(["list", "--limit", limit])
        assert "not a whole number above zero" in capsys.readouterr().err
