"""What was logged, and logs that the command under test must not set up."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest
import structlog


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@contextmanager
def unchanged_logs(command: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A command is run in this process, whose logs it would set up as if it were alone.

    Loggers that are used meanwhile would keep that for good, and no later test could hear them.
    """
    monkeypatch.setattr(command, "configure_logs", lambda *_arguments, **_named: None)
    with structlog.testing.capture_logs():
        yield
