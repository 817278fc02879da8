"""What one task takes in memory."""

import sys

from tasks_helpers.listing import document
from tasks_service.derived import with_derived
from tasks_service.rows import Row


def row(labels: list[str]) -> Row:
    made = Row.of(with_derived(document(0, user="u", labels=labels)))
    assert made is not None
    return made


def test_the_texts_of_labels_count() -> None:
    none, many = row([]), row([chr(0x4E00 + number) * 30 for number in range(20)])
    texts = [*many.tags.labels, *many.tags.label_keys]
    assert many.bytes - none.bytes > sum(map(sys.getsizeof, texts))
