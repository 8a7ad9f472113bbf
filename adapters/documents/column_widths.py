"""How wide a table's columns are on paper: by their shares, yet so that dates and words stay whole."""

from __future__ import annotations

from adapters.documents.content import Table

CM = 2.54 / 72  # of a point
PER_LETTER = 0.6  # of the size of the text: the width of a letter, generously
MARGINS = 0.25  # of a cell, in cm
LONGEST = 14  # letters; longer words may be broken


def text_size(table: Table) -> float:
    """Of the text in a table, in points: the more columns, the smaller."""
    columns = len(table.columns)
    return 8 if columns > 7 else 9 if columns > 4 else 10


def column_widths(table: Table, whole: float, size: float) -> list[float]:
    """The widths in cm, which make `whole`. size: of the text, in points."""
    shares = sum(column.share for column in table.columns)
    wanted = [whole * column.share / shares for column in table.columns]
    needed = [_longest(table, n) * size * CM * PER_LETTER + MARGINS for n in range(len(wanted))]
    missing = sum(max(need - width, 0) for need, width in zip(needed, wanted, strict=True))
    spare = sum(max(width - need, 0) for need, width in zip(needed, wanted, strict=True))
    if missing > spare:
        return [whole * need / sum(needed) for need in needed]
    given = missing / spare if spare else 0
    return [
        need if need >= width else width - (width - need) * given for need, width in zip(needed, wanted, strict=True)
    ]


def _longest(table: Table, n: int) -> int:
    """Of the words in a column, the letters of the longest, as far as it has to stay whole."""
    texts = (table.columns[n].name, *(row[n] for row in table.rows))
    return min(max((len(word) for text in texts for word in text.split()), default=1), LONGEST)
