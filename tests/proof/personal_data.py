"""How much personal data is found in sixty texts, and false alarms: python -m tests.proof.personal_data."""

from __future__ import annotations

from dataclasses import dataclass

from service.personal_data import Kind, find
from tests.personal_data_cases import CASES, Sort

KIND_OF: dict[Sort, Kind] = {
    "personal number": "personal number", "coordination number": "personal number", "mobile": "phone",
    "fixed telephone": "phone", "e-mail": "e-mail",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One sort of text: how many there are, and those where it was missed or where something else was found."""

    sort: Sort
    texts: int
    missed: tuple[str, ...]
    false: tuple[str, ...]

    @property
    def found(self) -> int:
        """In how many it was found."""
        return self.texts - len(self.missed) if self.sort in KIND_OF else 0


def table() -> tuple[Line, ...]:
    """A line for each sort."""
    return tuple(_line(sort) for sort in CASES)


def _line(sort: Sort) -> Line:
    texts = CASES[sort]
    kinds = {text: [one.kind for one in find(text)] for text in texts}
    wanted = KIND_OF.get(sort)
    missed = tuple(text for text in texts if wanted and wanted not in kinds[text])
    false = tuple(text for text in texts if any(kind != wanted for kind in kinds[text]) or len(kinds[text]) > 1)
    return Line(sort, len(texts), missed, false)


def main() -> None:
    """Print the table, and below it what was missed or wrongly found."""
    lines = table()
    print(f"{'sort':22}{'texts':>6}{'found':>7}{'missed':>8}{'false alarms':>14}")
    for line in lines:
        print(f"{line.sort:22}{line.texts:6}{line.found:7}{len(line.missed):8}{len(line.false):14}")
    for line in lines:
        for text in line.missed:
            print(f"missed ({line.sort}): {text}")
        for text in line.false:
            print(f"false alarm ({line.sort}): {text}")


if __name__ == "__main__":
    main()
