"""The calls that the README shows, as a reader pastes them."""

import json
import re
import subprocess
from pathlib import Path

from client import Json

README = Path(__file__).parent.parent / "README.md"


def example() -> str:
    """The shell block of the section "Use it"."""
    section = README.read_text().partition("\n## Use it\n")[2]
    found = re.search(r"^```sh\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found.group(1)


def responses_in(printed: str) -> list[Json]:
    """The JSON documents, which curl prints one after the other."""
    decoder, found = json.JSONDecoder(), []
    while printed := printed.strip():
        answer, end = decoder.raw_decode(printed)
        found.append(answer)
        printed = printed[end:]
    return found


def test_the_calls_in_the_readme_get_the_responses_it_says(base: str, tmp_path: Path) -> None:
    script, replaced = re.subn(r"^BASE=.*$", f"BASE={base}", example(), flags=re.MULTILINE)
    assert replaced == 1

    outcome = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )

    assert outcome.returncode == 0, outcome.stderr
    me, created, read, changed, listed, feed, latest, deleted, restored, bulk = responses_in(
        outcome.stdout
    )
    task = created["task"]
    assert me["user"]["username"] == "Ada"
    assert me["user"]["id"] == task["user"]
    assert created["msg"] == "Task successfully created"
    assert (task["title"], task["status"]) == ("Water the plants", "Not Started")
    assert read == {"task": task}
    assert changed["msg"] == "Task successfully updated"
    assert changed["task"]["status"] == "Completed"
    assert changed["task"]["description"] == "The ferns too."
    assert listed == {"totalTasks": 1, "tasks": [changed["task"]], "nextCursor": None}
    # An activity appears shortly after the response to its change: some may not be there yet.
    messages = [entry["message"] for entry in feed["activities"]]
    expected = [
        "Task 'Water the plants' completed.",
        "Task 'Water the plants' created.",
    ]
    assert messages == expected[len(expected) - len(messages) :]
    assert latest.get("activity", expected[0]) in expected
    assert deleted["msg"] == "Task successfully deleted"
    assert restored["task"]["due"] == {"at": "2026-12-01T09:00", "tz": "Europe/Rome"}
    assert bulk["results"] == [
        {"_id": task["_id"], "status": 200, "version": restored["task"]["version"] + 1}
    ]
    assert list(tmp_path.iterdir()) == []
