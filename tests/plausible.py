"""A plausible history: what founds a register, files, random commands, and a plain reading of what they recorded.

Everything random comes from the generator that is passed in, so that a seed gives the same history again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from adapters.event_store import open_store
from adapters.tables import Tables
from domain.agreement import Goal, Party, Sign
from domain.catalogue import (
    Category,
    District,
    PublishCategories,
    PublishDivision,
    RegisterSource,
    RememberColumns,
    ReviseDivision,
    Source,
)
from domain.core import Actor, Command, Recorded
from domain.file_import import (
    CountRows,
    FileImport,
    FileTaken,
    FileWithdrawn,
    IncidentRows,
    Rows,
    TakeIn,
    Tally,
    WithdrawFile,
)
from domain.observation import Correct, Corrected, Observation, Observe, Observed, Report, Withdraw, Withdrawn
from domain.problem import (
    AddEvidence,
    AnalyseCauses,
    Cause,
    Close,
    Evidence,
    Place,
    Prioritise,
    Problem,
    Propose,
    Reopen,
    SetProblemAside,
    ValueProblem,
)
from domain.register import Register
from service.register import Clock, LiveRegister, utc_now

BY = Actor(account="samordnare", role="samordnare", organisation="Västerås stad")
AGREEMENT, DIVISION = "vasteras-2026", "omraden"
TABLE, EXTRACT, EST = "polisens-tabell", "polisens-utdrag", "est-rapporter"
DISTRICTS = ("centrum", "raby", "hammarby", "backby")
CATEGORIES = ("skadegorelse", "narkotika", "stold")
MONTHS = tuple(f"2025-{month:02d}" for month in range(1, 13))
BEGUN = date(2025, 1, 1)

Cell = tuple[str, str, str]
Incident = tuple[str, str, str]


class SetClock:
    """A clock that shows what it was set to."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, step: timedelta) -> None:
        """Set it forward, or back."""
        self.moment += step


def open_live(url: str, clock: Clock = utc_now) -> LiveRegister:
    """A register of its own connections on that database."""
    store = open_store(url)
    return LiveRegister(store, Tables(store), clock)


def founded(url: str, clock: Clock = utc_now) -> LiveRegister:
    """A register with an agreement in force, a division, categories and three sources."""
    live = open_live(url, clock)
    for command in founding():
        live.ask(command, BY, command_id=f"founding-{command.NAME}-{command.stream}")
    return live


def founding() -> Sequence[Command]:
    """What a register begins with."""
    goal = Goal(key="g1", wording="Färre anmälda skadegörelser", indicator="Anmälda", unit="antal", direction="down")
    parties = (
        Party(organisation="Västerås stad", kind="municipality", signed_by_role="KS-ordförande"),
        Party(organisation="Lokalpolisområde Västerås", kind="police", signed_by_role="LPO-chef"),
    )
    return (
        PublishDivision(
            division=DIVISION,
            name="Områden",
            on=BEGUN,
            districts=tuple(District(key=key, name=key.title()) for key in DISTRICTS),
        ),
        PublishCategories(
            on=BEGUN, reason="Första", categories=tuple(Category(key=key, name=key.title()) for key in CATEGORIES)
        ),
        *(source(key) for key in (TABLE, EXTRACT, EST)),
        Sign(
            agreement=AGREEMENT,
            title="Överenskommelse",
            parties=parties,
            first_day=BEGUN,
            last_day=date(2035, 12, 31),
            signed_on=BEGUN,
            goals=(goal,),
        ),
    )


def source(key: str) -> RegisterSource:
    """Register a source."""
    return RegisterSource(source=key, name=key.title(), owner="Polisen", use="main series", division=DIVISION)


def report(day: date, district: str = "centrum", category: str = "skadegorelse", text: str | None = None) -> Report:
    """A report of an order disturbance."""
    return Report(
        kind="order disturbance",
        district=district,
        category=category,
        occurred_on=day,
        reporter="trygghetsvärd",
        text=text,
    )


def propose(problem: str, on: date) -> Propose:
    """A problem that rests on a document."""
    return Propose(
        problem=problem,
        on=on,
        agreement=AGREEMENT,
        title=f"Klotter {problem}",
        description="Klotter vid skolan",
        places=(Place(division=DIVISION, district="raby"),),
        categories=("skadegorelse",),
        evidence=(Evidence(kind="document", ref="skrivelse"),),
    )


# Files, compared with what their source said before


def counts_file(live: LiveRegister, source: str, values: Mapping[Cell, int], *, rows_an_event: int = 8) -> TakeIn:
    """A file of counts per (district, category, month): new and corrected cells as row events."""
    cells = list(values)
    standing = live.read_tables().standing_counts(source, cells) if cells else {}
    changed = [i for i, cell in enumerate(cells) if standing.get(i) != values[cell]]
    events = [
        count_rows([(cells[i], values[cells[i]]) for i in part], [n for n, i in enumerate(part) if i in standing])
        for part in _parts(changed, rows_an_event)
    ]
    corrected = sum(i in standing for i in changed)
    return take_in(live.now(), source, "counts", events, len(cells), corrected, len(changed) - corrected, values)


def incidents_file(
    live: LiveRegister, source: str, values: Mapping[str, Incident], *, rows_an_event: int = 8
) -> TakeIn:
    """A file of incidents, reference to (district, category, day)."""
    refs = list(values)
    standing = {ref: tuple(row[:3]) for ref, row in live.read_tables().standing_rows(source, refs or [""]).items()}
    changed = [ref for ref in refs if standing.get(ref) != values[ref]]
    events = [
        incident_rows([(ref, values[ref]) for ref in part], [n for n, ref in enumerate(part) if ref in standing])
        for part in _parts(changed, rows_an_event)
    ]
    corrected = sum(ref in standing for ref in changed)
    return take_in(live.now(), source, "incidents", events, len(refs), corrected, len(changed) - corrected, values)


def _parts(items: Sequence[Any], size: int) -> Iterator[list[Any]]:
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part


def count_rows(rows: Sequence[tuple[Cell, int]], corrects: Sequence[int] = ()) -> CountRows:
    """A row event of counts."""
    names = [tuple(dict.fromkeys(cell[n] for cell, _ in rows)) for n in range(3)]
    places = [tuple(names[n].index(cell[n]) for cell, _ in rows) for n in range(3)]
    return CountRows(
        districts=names[0], categories=names[1], periods=names[2], district=places[0], category=places[1],
        period=places[2], count=tuple(value for _, value in rows), corrects=tuple(corrects),
    )  # fmt: skip


def incident_rows(rows: Sequence[tuple[str, Incident]], corrects: Sequence[int] = ()) -> IncidentRows:
    """A row event of incidents."""
    names = [tuple(dict.fromkeys(incident[n] for _, incident in rows)) for n in range(2)]
    places = [tuple(names[n].index(incident[n]) for _, incident in rows) for n in range(2)]
    return IncidentRows(
        districts=names[0], categories=names[1], ref=tuple(ref for ref, _ in rows), district=places[0],
        category=places[1], day=tuple(incident[2] for _, incident in rows), corrects=tuple(corrects),
    )  # fmt: skip


def take_in(
    register: Register, source: str, kind: Any, rows: Sequence[Rows], read: int, corrected: int, new: int,
    content: object,
) -> TakeIn:  # fmt: skip
    """The command that takes the rows in; content makes the file's SHA-256."""
    state = register.find(Source, source)
    assert state is not None
    return TakeIn(
        source=source,
        kind=kind,
        file_name=f"{source}.csv",
        sha256=hashlib.sha256(repr(content).encode()).hexdigest(),
        coverage=None,
        tally=Tally(read=read, new=new, corrected=corrected, unchanged=read - new - corrected, rejected=0),
        compared_at=state.changes,
        rows=tuple(rows),
    )


# Random commands


@dataclass
class Writer:
    """Thinks of one command after another that the register may well accept; some are refused, as in life."""

    live: LiveRegister
    random: Random
    name: str = "w"
    number: int = 0

    def next(self) -> Command:
        """A command that fits the register as it stands."""
        self.number += 1
        kinds = (
            self._observation,
            self._observation,
            self._problem,
            self._problem,
            self._problem,
            self._file,
            self._catalogue,
        )
        return self.random.choice(kinds)()

    def _some(self, kind: type[Any]) -> str | None:
        keys = list(self.live.now().states[kind.KIND])
        return self.random.choice(keys[-30:]) if keys else None

    def _report(self) -> Report:
        day = self.live.today() - timedelta(days=self.random.randrange(30))
        return report(day, self.random.choice(DISTRICTS), self.random.choice(CATEGORIES), f"Nr {self.number}")

    def _observation(self) -> Command:
        known = self._some(Observation)
        if known is None or self.random.random() < 0.6:
            key = f"{self.name}-o{self.number}"
            return Observe(observation=key, source=self.random.choice((EST, EXTRACT)), content=self._report())
        if self.random.random() < 0.7:
            return Correct(observation=known, content=self._report(), reason="Fel plats")
        return Withdraw(observation=known, reason="Dubblett")

    def _problem(self) -> Command:
        on, known = self.live.today(), self._some(Problem)
        if known is None or self.random.random() < 0.25:
            return propose(f"{self.name}-p{self.number}", on)
        cause = Cause(side="place/situation", cause="Mörkt", finding="confirmed", ground="Vandring")
        rater, score = f"Skattare {self.random.randrange(4)}", self.random.randrange(5)
        return self.random.choice(
            (
                ValueProblem(problem=known, on=on, rater=rater, scores={"common": score}),
                ValueProblem(problem=known, on=on, rater=rater, scores={"harm": score, "visible": score}),
                AddEvidence(problem=known, on=on, evidence=(Evidence(kind="document", ref=f"d{self.number}"),)),
                Prioritise(problem=known, on=on, reason="Vanligt", rank=1 + self.random.randrange(9)),
                SetProblemAside(problem=known, on=on, reason="Ovanligt"),
                AnalyseCauses(problem=known, on=on, causes=(cause,), method="Triangeln"),
                Close(problem=known, on=on, reason="Klart", outcome="reduced"),
                Reopen(problem=known, on=on, reason="Åter"),
            )
        )

    def _file(self) -> Command:
        known = self._some(FileImport)
        if known is not None and self.random.random() < 0.25:
            return WithdrawFile(file_import=known, reason="Fel fil")
        size = 5 + self.random.randrange(40)
        if self.random.random() < 0.5:
            return counts_file(self.live, TABLE, {self._cell(): self.random.randrange(9) for _ in range(size)})
        refs = (f"k{self.random.randrange(400)}" for _ in range(size))
        return incidents_file(self.live, EXTRACT, {ref: self._incident() for ref in refs})

    def _cell(self) -> Cell:
        return self.random.choice(DISTRICTS), self.random.choice(CATEGORIES), self.random.choice(MONTHS)

    def _incident(self) -> Incident:
        day = date(2025, 1, 1) + timedelta(days=self.random.randrange(60))
        return self.random.choice(DISTRICTS), self.random.choice(CATEGORIES), day.isoformat()

    def _catalogue(self) -> Command:
        if self.random.random() < 0.5:
            columns = {"count": f"Antal {self.random.randrange(5)}"}
            return RememberColumns(source=TABLE, kind="counts", columns=columns)
        district = District(key=self.random.choice(DISTRICTS), name=f"Namn {self.number}")
        return ReviseDivision(division=DIVISION, on=self.live.today(), reason="Nytt namn", districts=(district,))


# What the rows say, read plainly


@dataclass
class PlainRows:
    """Row versions in lists: a row stands as the latest import that brought it and has not been withdrawn says."""

    sources: dict[str, str] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    versions: dict[tuple[str, str, Any], list[tuple[str, Any]]] = field(default_factory=dict)
    singles: dict[str, tuple[str, Any]] = field(default_factory=dict)

    def apply(self, recorded: Recorded) -> None:
        """Take in the next event."""
        key = recorded.stream.partition("-")[2]
        event: Any = recorded.event
        match event:
            case FileTaken():
                self.sources[key] = event.source
            case CountRows():
                for d, c, p, value in zip(event.district, event.category, event.period, event.count, strict=True):
                    cell = event.districts[d], event.categories[c], event.periods[p]
                    self._add("counts", key, cell, value)
            case IncidentRows():
                for ref, d, c, day in zip(event.ref, event.district, event.category, event.day, strict=True):
                    self._add("incidents", key, ref, (event.districts[d], event.categories[c], day))
            case FileWithdrawn():
                self.withdrawn.add(key)
            case Observed():
                self.singles[key] = event.source, event.content
            case Corrected():
                self.singles[key] = self.singles[key][0], event.content
            case Withdrawn():
                del self.singles[key]

    def _add(self, table: str, import_key: str, row: Any, says: Any) -> None:
        self.versions.setdefault((table, self.sources[import_key], row), []).append((import_key, says))

    def standing(self, table: str, source: str) -> dict[Any, Any]:
        """Row to what it says."""
        found = {}
        for (kind, owner, row), versions in self.versions.items():
            says = [said for import_key, said in versions if import_key not in self.withdrawn]
            if (kind, owner) == (table, source) and says:
                found[row] = says[-1]
        return found


def standing_rows(tables: Tables, at: int | None = None) -> Mapping[str, Any]:
    """What the tables say at a gsn (None: now), in the shape of `plain_rows`."""
    everything = tables.observations(at=at, limit=10**6)
    return {
        "counts": {(d, c, p): value for d, c, p, value in tables.counts(TABLE, at=at)},
        "incidents": {ref: (d, c, day) for _, ref, kind, d, c, day, _, _, _ in everything if kind == "incidents"},
        "singles": {ref: (owner, d, c, day) for owner, ref, kind, d, c, day, *_ in everything if kind != "incidents"},
    }


def plain_rows(plain: PlainRows) -> Mapping[str, Any]:
    """The same, of the plain reading."""
    return {
        "counts": plain.standing("counts", TABLE),
        "incidents": plain.standing("incidents", EXTRACT),
        "singles": {
            ref: (owner, said.district, said.category, said.occurred_on.isoformat())
            for ref, (owner, said) in plain.singles.items()
        },
    }


def stockholm_noon(day: date) -> datetime:
    """A moment in the middle of that day."""
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)
