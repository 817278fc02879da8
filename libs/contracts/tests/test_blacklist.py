"""The names that user-service and the gateway must agree upon."""

import re

import pytest
from contracts.blacklist import KEY, ready_mark
from contracts.claims import Id
from pydantic import TypeAdapter, ValidationError


def test_the_set_has_one_key() -> None:
    assert KEY == "blacklist:sessions"


def test_no_session_id_is_a_mark() -> None:
    mark = ready_mark("0" * 40)
    assert re.fullmatch("ready:0{40}", mark)
    with pytest.raises(ValidationError):
        TypeAdapter(Id).validate_python(mark)
