"""Values of a query, read strictly."""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator

_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,4000}")


def _only_digits(value: Any) -> Any:  # noqa: ANN401 — a before-validator sees whatever was sent
    # Pydantic also reads 1_000 and 1.0 as whole numbers.
    if isinstance(value, str) and not _WHOLE_NUMBER.fullmatch(value):
        raise ValueError("must be a whole number")
    return value


WholeNumber = Annotated[int, BeforeValidator(_only_digits)]
"""A decimal number with nothing around it; of any size, so its bounds are the caller's."""
