"""Text as it is compared: without case, accents and width."""

import unicodedata
from typing import Final

# Canonical combining classes (Unicode Standard Annex 44): the points of Hebrew, Arabic and Syriac,
# and the marks around a letter. The classes between and below them are vowels, nuktas, viramas and
# voicing marks, which make another letter and no accent; so does the iota below a letter (240).
_POINTS: Final = range(10, 37)
_MARKS: Final = range(200, 240)


def fold(text: str) -> str:
    """The text by which a search compares. Folding it again changes nothing."""
    if text.isascii():
        return text.casefold()
    bare = _without_accents(text.casefold()).casefold()
    # Casefolding may bring letters with accents of their own.
    return unicodedata.normalize("NFKC", _without_accents(bare))


def _without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not _is_accent(c))


def _is_accent(character: str) -> bool:
    combining_class = unicodedata.combining(character)
    return combining_class in _POINTS or combining_class in _MARKS
