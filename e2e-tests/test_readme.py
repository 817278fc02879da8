"""The README's walk through the API, as a reader pastes it."""

import json
import re
import subprocess
from pathlib import Path

from client import Json

README = Path(__file__).parent.parent / "README.md"


def walk() -> str:
    """The shell block of the section "Use it"."""
    section = README.read_text().partition("\n## Use it\n")[2]
    found = re.search(r"^```sh\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found.group(1)


def answers_in(printed: str) -> list[Json]:
    """The JSON documents, which curl prints one behind the other."""
    decoder, found = json.JSONDecoder(), []
    while printed := printed.strip():
        answer, end = decoder.raw_decode(printed)
        found.append(answer)
        printed = printed[end:]
    return found


def test_the_readmes_walk_through_the_api_answers_as_it_says(base: str, tmp_path: Path) -> None:
    script, replaced = re.subn(r"^BASE=.*$", f"BASE={base}", walk(), flags=re.MULTILINE)
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
    created, read, changed, listed, feed, latest, deleted = answers_in(outcome.stdout)
    task = created["task"]
    assert created["msg"] == "Task successfully created"
    assert (task["title"], task["status"]) == ("Seek the pale blood", "Not Started")
    assert read == {"task": task}
    assert changed["msg"] == "Task successfully updated"
    assert changed["task"]["status"] == "Completed"
    assert changed["task"]["description"] == "To transcend the hunt."
    assert listed == {"totalTasks": 1, "tasks": [changed["task"]], "nextCursor": None}
    # The feed follows the tasks in milliseconds; how many, nobody promises.
    messages = [entry["message"] for entry in feed["activities"]]
    told = [
        "Task 'Seek the pale blood' completed.",
        "Task 'Seek the pale blood' created.",
    ]
    assert messages == told[len(told) - len(messages) :]
    assert latest.get("activity", told[0]) in told
    assert deleted == {"msg": "Task successfully deleted"}
    assert list(tmp_path.iterdir()) == []
