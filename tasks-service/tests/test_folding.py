"""Text as a search compares it."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tasks_service.folding import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Café", "cafe"),
        ("cafe\u0301", "cafe"),
        ("ＦＵＬＬ", "full"),
        ("STRASSE Straße", "strasse strasse"),
        ("İstanbul", "istanbul"),
        ("ΆΛΦΑ", "αλφα"),
        ("ﬁn", "fin"),
        ("Ёлка", "елка"),
        ("שָׁלוֹם", "שלום"),
        # Marks that make another letter stay.
        ("が", "が"),
        ("ｶﾞ", "ガ"),
        ("각", "각"),
        ("हिन्दी", "हिन्दी"),
        ("ไทยดี", "ไทยดี"),
    ],
)
def test_case_accents_and_width_do_not_count(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
@example("\u0345")  # an iota below a letter, whose other case stands beside it
@example("\u0345\u093c")  # and a mark that is ordered before it
def test_either_case_folds_alike(text: str) -> None:
    assert fold(text.casefold()) == fold(text)
