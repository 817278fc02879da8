"""Time zones, by the data of the pinned package `tzdata` alone, never by that of the machine."""

from functools import cache
from importlib import resources
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import tzdata
from pydantic import AfterValidator, Field

RELEASE: Final = tzdata.IANA_VERSION
"""Of the zones' rules, such as `2026f`: what was computed with another release may be wrong."""

_DATA: Final = resources.files(tzdata)
NAMES: Final = frozenset(_DATA.joinpath("zones").read_text("ascii").split())


@cache
def zone(name: str) -> ZoneInfo:
    """The zone of that name; KeyError for any name that is not one of `NAMES`."""
    if name not in NAMES:
        raise KeyError(name)
    with _DATA.joinpath("zoneinfo", *name.split("/")).open("rb") as rules:
        return ZoneInfo.from_file(rules, key=name)


def _refuse_unknown(name: str) -> str:
    if name not in NAMES:
        raise ValueError("must be the name of a time zone, such as Europe/Rome")
    return name


ZoneName = Annotated[str, AfterValidator(_refuse_unknown), Field(examples=["Europe/Rome"])]
"""The name of an IANA time zone, written as the database writes it."""
