"""The memory of what was recorded last: bounded, whoever reads it."""

from typing import Any, cast

import pytest
from activity_helpers.service import ALICE, BOB
from activity_service import recent as recent_module
from activity_service.activities import ActivityDocument
from activity_service.changes import Recorded
from activity_service.recent import BATCH, BATCH_BYTES, Recent


def recorded(number: int, user: str = ALICE, size: int = 100) -> Recorded:
    document = cast("ActivityDocument", {"_id": f"event-{number}", "userId": user})
    return Recorded(f"{number:04}", document, size)


def positions(found: list[Recorded]) -> list[str]:
    return [one.position for one in found]


def test_a_user_gets_their_own_after_a_position_in_order() -> None:
    recent = Recent("0000")
    for number in range(1, 9):
        recent.add(recorded(number, ALICE if number % 2 else BOB))
    assert positions(recent.after("0000", ALICE)) == ["0001", "0003", "0005", "0007"]
    assert positions(recent.after("0003", ALICE)) == ["0005", "0007"]
    assert positions(recent.after("0004", BOB)) == ["0006", "0008"]
    assert recent.after("0008", BOB) == recent.after("0000", "nobody") == []
    assert (recent.floor, recent.position) == ("0000", "0008")


@pytest.mark.parametrize(("most", "most_bytes"), [(3, 10_000), (100, 399)])
def test_older_ones_make_room_and_the_floor_says_which(
    monkeypatch: pytest.MonkeyPatch, most: int, most_bytes: int
) -> None:
    monkeypatch.setattr(recent_module, "MOST", most)
    monkeypatch.setattr(recent_module, "MOST_BYTES", most_bytes)
    recent = Recent("0000")
    for number in range(1, 9):
        recent.add(recorded(number, BOB if number < 4 else ALICE))
    assert positions(recent.after(recent.floor, ALICE)) == ["0006", "0007", "0008"]
    assert recent.floor == "0005"
    assert recent.after(recent.floor, BOB) == []
    assert set(recent._of_user) == {ALICE}


@pytest.mark.parametrize("odd", [[ALICE], None, 7, {"a": 1}])
def test_one_that_is_nobodys_is_left_out_and_named_by_its_id_alone(
    monkeypatch: pytest.MonkeyPatch, logs: list[Any], odd: object
) -> None:
    monkeypatch.setattr(recent_module, "MOST", 2)
    recent = Recent("0000")
    recent.add(recorded(1))
    assert recent.add(recorded(2, cast("str", odd))) is None
    assert recent.position == "0002"
    for number in range(3, 9):
        assert recent.add(recorded(number)) == ALICE
    assert positions(recent.after(recent.floor, ALICE)) == ["0007", "0008"]
    without = Recorded("0009", cast("ActivityDocument", {}), 100)
    assert recent.add(without) is None
    assert logs == [
        {"event": "activity is nobody's", "log_level": "error", "id": id_}
        for id_ in ("event-2", "None")
    ]


def test_a_client_takes_few_at_a_time_and_at_least_one() -> None:
    recent = Recent("0000")
    for number in range(1, BATCH + 10):
        recent.add(recorded(number))
    assert len(recent.after("0000", ALICE)) == BATCH
    recent.add(recorded(1000, BOB, BATCH_BYTES + 1))
    recent.add(recorded(1001, BOB))
    assert positions(recent.after("0000", BOB)) == ["1000"]
    assert positions(recent.after("1000", BOB)) == ["1001"]
