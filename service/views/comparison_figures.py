"""The counts of a span of days as they were known at one gsn and at another, and why they differ."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from adapters.database import Row
from adapters.tables import Tables
from domain.catalogue import Source
from domain.file_import import FileImport
from domain.period import first_day, last_day
from domain.register import Register
from service.views.scope import category_name, district_name
from service.wording import alphabetical

Cell = tuple[str, str]  # district, category
Days = tuple[date, date]
ADDED, LATE, REVISED, WITHDRAWN = "added", "late", "revised", "withdrawn"


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A district's count of a category, as known before and after; difference = added + late + revised + withdrawn.

    added: from days that no file had spoken of before. late: of days that had been told of, and arrived afterwards.
    revised: by corrections (also between districts or categories). withdrawn: with files that no longer count.
    """

    source: str
    district: str
    district_name: str
    category: str
    category_name: str
    before: int
    after: int
    added: int
    late: int
    revised: int
    withdrawn: int

    @property
    def difference(self) -> int:
        """After less before."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class SumRow:
    """A source's rows summed. before and after: of all its series in the span, also those that do not differ."""

    source: str
    name: str
    synthetic: bool
    before: int
    after: int
    added: int
    late: int
    revised: int
    withdrawn: int

    @property
    def difference(self) -> int:
        """After less before."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Figures:
    """The series that differ, by source, the largest differences first; and the sums of each source with figures."""

    rows: tuple[FigureRow, ...]
    sums: tuple[SumRow, ...]

    def of(self, source: str) -> tuple[FigureRow, ...]:
        """The rows of one source."""
        return tuple(row for row in self.rows if row.source == source)


def figures(
    tables: Tables, then: Register, now: Register, first: date, last: date, source: str | None,
    district: str | None, category: str | None,
) -> Figures:  # fmt: skip
    """The figures of the days from first to last at two positions of the register, the earlier first."""
    rows: list[FigureRow] = []
    sums: list[SumRow] = []
    for key, state in now.states[Source.KIND].items():
        kinds = {i.kind for i in now.every(FileImport) if i.source == key} & {"counts", "incidents"}
        if not kinds or source not in (None, key):
            continue
        of = _Source(tables, then, now, key, state, first, last, "counts" not in kinds)
        own, whole = of.rows(district, category)
        rows += own
        if any(whole) or own:
            sums.append(_sum(key, state, own, whole))
    return Figures(tuple(rows), tuple(sums))


def _sum(key: str, state: Source, rows: Iterable[FigureRow], whole: tuple[int, int]) -> SumRow:
    total: Counter[str] = Counter()
    for row in rows:
        total.update({ADDED: row.added, LATE: row.late, REVISED: row.revised, WITHDRAWN: row.withdrawn})
    return SumRow(key, state.name, state.synthetic, *whole, total[ADDED], total[LATE], total[REVISED], total[WITHDRAWN])


@dataclass(frozen=True, slots=True)
class _Source:
    tables: Tables
    then: Register
    now: Register
    key: str
    state: Source
    first: date
    last: date
    incidents: bool

    def rows(self, district: str | None, category: str | None) -> tuple[list[FigureRow], tuple[int, int]]:
        """The series that differ, and the count of all series, before and after."""
        before, after = self._counts(self.then.position), self._counts(self.now.position)

        def chosen(cell: Cell) -> bool:
            return district in (None, cell[0]) and category in (None, cell[1])

        found = [
            self._row(cell, before[cell], after[cell], why) for cell, why in self._reasons().items() if chosen(cell)
        ]
        found.sort(key=lambda r: (-abs(r.difference), alphabetical(r.district_name), alphabetical(r.category_name)))
        whole = tuple(sum(n for cell, n in counts.items() if chosen(cell)) for counts in (before, after))
        return found, (whole[0], whole[1])

    def _row(self, cell: Cell, before: int, after: int, why: Mapping[str, int]) -> FigureRow:
        place = district_name(self.now, self.state.division, cell[0])
        kind = category_name(self.now, cell[1])
        return FigureRow(
            self.key, cell[0], place, cell[1], kind, before, after, why[ADDED], why[LATE], why[REVISED], why[WITHDRAWN]
        )

    def _counts(self, at: int) -> Counter[Cell]:
        rows = self.tables.sums_of_days(self.key, self.first, self.last, at=at, incidents=self.incidents)
        return Counter({(row[0], row[1]): int(row[2]) for row in rows})

    def _reasons(self) -> Mapping[Cell, Counter[str]]:
        """For each series whose rows changed, how many of its count came or went, and why; what evens out is left
        out."""
        changed: dict[tuple[str, ...], list[Row]] = defaultdict(list)
        a, b = self.then.position, self.now.position
        for row in self.tables.changes(
            self.key, after=a, until=b, first=self.first, last=self.last, incidents=self.incidents
        ):
            changed[(row[0],) if self.incidents else (row[1], row[2], row[3])].append(row)
        reasons: dict[Cell, Counter[str]] = defaultdict(Counter)
        spans, gone = _told_of(self.then, self.key), _withdrawn(self.now, self.key)
        for versions in changed.values():
            _explain(reasons, versions, a, b, spans, gone)
        return {cell: why for cell, why in reasons.items() if any(why.values())}


def _explain(
    reasons: dict[Cell, Counter[str]], versions: list[Row], a: int, b: int, spans: tuple[Days, ...], gone: set[str]
) -> None:
    """One thing that was counted, from its versions: where it stood at a, where it stands at b."""
    before = next((v for v in versions if v[5] <= a and (v[6] is None or v[6] > a)), None)
    after = next((v for v in versions if v[5] <= b and (v[6] is None or v[6] > b)), None)
    if before is not None and after is not None:
        reasons[(before[1], before[2])][REVISED] -= int(before[4])
        reasons[(after[1], after[2])][REVISED] += int(after[4])
    elif before is not None:  # it ended: with its file, or by a correction to a day outside the span
        reasons[(before[1], before[2])][WITHDRAWN if before[7] in gone else REVISED] -= int(before[4])
    elif after is not None:
        reasons[(after[1], after[2])][LATE if _is_told_of(spans, str(after[3])) else ADDED] += int(after[4])


def _told_of(register: Register, source: str) -> tuple[Days, ...]:
    """The spans of days that the standing files of a source said they spoke of."""
    files = (i for i in register.every(FileImport) if i.source == source and not i.withdrawn)
    return tuple((i.coverage.first, i.coverage.last) for i in files if i.coverage is not None)


def _is_told_of(spans: tuple[Days, ...], when: str) -> bool:
    """Whether a day, or a whole period, lies within one of them."""
    if len(when) >= len("2020-11-18"):
        first = last = date.fromisoformat(when[:10])
    else:
        first, last = first_day(when), last_day(when)
    return any(begin <= first and last <= end for begin, end in spans)


def _withdrawn(register: Register, source: str) -> set[str]:
    states: Mapping[str, FileImport] = register.states[FileImport.KIND]
    return {key for key, one in states.items() if one.source == source and one.withdrawn}
