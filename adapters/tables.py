"""Read models that are rows: observations, and counts per district, category and period, each with every version.

A row counts from `from_gsn` until `to_gsn` (None: still), so that the tables can be read as known at any gsn.
They are filled by a follower that pulls the log in order, with its position in the same transaction. In their bodies
stand the log's marks, never the texts that people wrote: those are opened on the way out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from itertools import chain
from typing import Any, Literal, get_args

from adapters.database import Cursor, Database, Row
from adapters.event_store import Bare, EventStore
from adapters.table_rows import KEYS, apply_all
from domain import file_import as files
from domain import observation as single
from domain.period import Frequency
from domain.period import frequency as period_frequency
from domain.register import EVENTS

EVENTS_PER_TRANSACTION = 500
EVENTS_PER_READ = 25  # an event can carry a thousand rows
ANSWERS_KEPT = 64
NAME, FIGURES = "tables", "figures"
"""Of two positions: how far the tables follow the log, and the last event up to there that brought rows of files."""
REPORT_KINDS = ("reports", *get_args(single.Report.model_fields["kind"].annotation))
"""What reports are called in `kind`: those from files, and the four kinds of those that were recorded one by one."""

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS positions (name TEXT PRIMARY KEY, gsn BIGINT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS imports (id TEXT PRIMARY KEY, source TEXT NOT NULL, kind TEXT NOT NULL, "
    "preliminary INTEGER NOT NULL, from_gsn BIGINT NOT NULL, to_gsn BIGINT)",
    "CREATE TABLE IF NOT EXISTS counts (source TEXT NOT NULL, district TEXT NOT NULL, category TEXT NOT NULL, "
    "period TEXT NOT NULL, value BIGINT NOT NULL, import_id TEXT NOT NULL, from_gsn BIGINT NOT NULL, to_gsn BIGINT, "
    "PRIMARY KEY (source, district, category, period, from_gsn))",
    "CREATE TABLE IF NOT EXISTS observations (source TEXT NOT NULL, ref TEXT NOT NULL, kind TEXT NOT NULL, "
    "district TEXT, category TEXT, day TEXT NOT NULL, week TEXT NOT NULL, body TEXT NOT NULL, import_id TEXT, "
    "from_gsn BIGINT NOT NULL, to_gsn BIGINT, PRIMARY KEY (source, ref, from_gsn))",
    "CREATE INDEX IF NOT EXISTS observations_by_day ON observations (day)",
    # counting incidents reads this index alone
    "CREATE INDEX IF NOT EXISTS incidents_by_series ON observations "
    "(source, district, category, week, day, from_gsn, to_gsn) WHERE kind = 'incidents'",
    # nearly all rows are incidents: what people wrote is found without passing them
    "CREATE INDEX IF NOT EXISTS reports_by_day ON observations (day) WHERE kind <> 'incidents'",
)
TABLES = ("imports", "counts", "observations")
_FOLLOWED = {
    e.TOPIC for e in (single.Observed, single.Corrected, single.Withdrawn, files.FileTaken, files.FileWithdrawn)
}
_FOLLOWED |= {e.TOPIC for e in files.ROW_EVENTS}
_OTHERS = tuple(sorted(EVENTS.keys() - _FOLLOWED))
_FIGURES = {files.FileTaken.TOPIC, files.FileWithdrawn.TOPIC} | {e.TOPIC for e in files.ROW_EVENTS}


class Tables:
    """The tables of one register, and the follower that fills them.

    beside: another database for them than the register's own, to compare.
    """

    def __init__(self, store: EventStore, beside: Database | None = None) -> None:
        self._store = store
        self._database = beside or store.database
        self._answers: dict[tuple[int, str, tuple[object, ...]], list[Row]] = {}
        self._lock = " FOR UPDATE" if self._database.dialect == "postgresql" else ""
        with self._database.writing() as c:
            if self._database.dialect == "postgresql":
                c.execute("SELECT pg_advisory_xact_lock(20191106)")  # processes that start at once make them once
            for statement in SCHEMA:
                c.execute(statement)
            for name in (NAME, FIGURES):
                c.execute("INSERT INTO positions VALUES (?, 0) ON CONFLICT (name) DO NOTHING", (name,))

    def pull(self, progress: Callable[[int], None] | None = None) -> int:
        """Follow the log to its end; the position reached."""
        while True:
            with self._database.reading() as c:
                position = _position(c)
            if position >= self._store.last_gsn():
                return position
            position = self._follow()
            if progress:
                progress(position)

    def _follow(self) -> int:
        with self._database.writing() as c:
            position = start = _position(c, self._lock)
            figures = 0
            while position < start + EVENTS_PER_TRANSACTION:
                own = c if self._database is self._store.database else None
                page = self._store.read(position, limit=EVENTS_PER_READ, bare=_OTHERS, opened=False, cursor=own)
                news = [recorded for recorded in page if not isinstance(recorded, Bare)]
                apply_all(c, news)
                figures = max((r.gsn for r in news if r.event.TOPIC in _FIGURES), default=figures)
                position = page[-1].gsn if page else position
                if len(page) < EVENTS_PER_READ:
                    break
            c.execute("UPDATE positions SET gsn = ? WHERE name = ?", (position, NAME))
            if figures:
                c.execute("UPDATE positions SET gsn = ? WHERE name = ?", (figures, FIGURES))
        return position

    def rebuild(self, progress: Callable[[int], None] | None = None) -> int:
        """Make all read models anew from the log, and erase again what was erased; the position reached."""
        with self._database.writing() as c:
            _position(c, self._lock)  # a follower that is writing now commits first, and its rows are removed too
            for table in TABLES:
                c.execute(f"DELETE FROM {table}")
            c.execute("UPDATE positions SET gsn = 0 WHERE name IN (?, ?)", (NAME, FIGURES))
        position = self.pull(progress)
        self._store.destroy_erased()
        return position

    def forget(self) -> None:
        """Drop the answers that are kept."""
        self._answers.clear()

    def rows(self, table: str) -> list[Row]:
        """Every row of a read model, in the order of its key: for comparing a rebuild with what was there."""
        order = "id" if table == "imports" else ", ".join((*KEYS[table], "from_gsn"))
        return self._query(f"SELECT * FROM {table} ORDER BY {order}")

    def counts(self, source: str, *, at: int | None = None) -> list[Row]:
        """(district, category, period, value) of an imported-count source, as known at a gsn (None: now)."""
        standing, params = _standing(at)
        return self._query(
            f"SELECT district, category, period, value FROM counts WHERE source = ? AND {standing} "
            "ORDER BY district, category, period",
            (source, *params),
        )

    def incident_counts(self, source: str, frequency: Frequency, *, at: int | None = None) -> list[Row]:
        """(district, category, period, number) of a source's incidents, as known at a gsn; periods without any lack."""
        period = "week" if frequency == "week" else "substr(day, 1, 7)"
        standing, params = _standing(at)
        return self._query(
            f"SELECT district, category, {period} AS period, COUNT(*) FROM observations "
            f"WHERE source = ? AND kind = 'incidents' AND {standing} "
            "GROUP BY district, category, period ORDER BY district, category, period",
            (source, *params),
        )

    def incident_days(self, source: str, *, at: int | None = None) -> list[Row]:
        """(day, number) of a source's incidents, as known at a gsn; days without any lack."""
        standing, params = _standing(at)
        return self._query(
            f"SELECT day, COUNT(*) FROM observations WHERE source = ? AND kind = 'incidents' AND {standing} "
            "GROUP BY day ORDER BY day",
            (source, *params),
        )

    def arrivals(self, source: str, frequency: Frequency, *, at: int | None = None) -> list[Row]:
        """(district, period, gsn, number) of a source's incidents that stand at a gsn: when each came to be known."""
        period = "week" if frequency == "week" else "substr(day, 1, 7)"
        standing, params = _standing(at)
        return self._query(
            f"SELECT district, {period} AS period, from_gsn, COUNT(*) FROM observations "
            f"WHERE source = ? AND kind = 'incidents' AND {standing} "
            "GROUP BY district, period, from_gsn ORDER BY district, period, from_gsn",
            (source, *params),
        )

    def observations(
        self,
        *,
        at: int | None = None,
        source: str | None = None,
        kind: str | None = None,
        district: str | None = None,
        category: str | None = None,
        first: date | None = None,
        last: date | None = None,
        limit: int = 100,
        after: tuple[str, str, str, int] | None = None,
    ) -> list[Row]:
        """(source, ref, kind, district, category, day, body, import_id, from_gsn), latest day first, as known at a gsn.

        after: the (day, ref, source, from_gsn) that the page before ended with.
        """
        standing, params = _standing(at)
        where, values = [standing], list(params)
        equal = {"source": source, "kind": kind, "district": district, "category": category}
        for column, wanted in equal.items():
            if wanted is not None:
                where.append(f"{column} = ?")
                values.append(wanted)
        for comparison, day in (("day >= ?", first), ("day <= ?", last)):
            if day is not None:
                where.append(comparison)
                values.append(f"{day}" if comparison.startswith("day >") else f"{day}T99")
        if after is not None:
            where.append("(day < ? OR (day = ? AND (ref, source, from_gsn) > (?, ?, ?)))")
            values += [after[0], *after]
        return self._opened(
            6,
            "SELECT source, ref, kind, district, category, day, body, import_id, from_gsn FROM observations "
            f"WHERE {' AND '.join(where)} ORDER BY day DESC, ref, source, from_gsn LIMIT ?",
            (*values, limit),
        )

    def has_rows(self, source: str) -> bool:
        """Whether anything from this source stands, so that a new file must be compared."""
        found = self._query("SELECT 1 FROM imports WHERE source = ? AND to_gsn IS NULL LIMIT 1", (source,))
        return bool(found)

    def standing_counts(self, source: str, cells: Sequence[tuple[str, str, str]]) -> dict[int, int]:
        """Position in `cells` (district, category, period) to the value that stands there now; at most 1,000 cells."""
        marks = ", ".join(["(?, ?, ?, ?)"] * len(cells))
        found = self._query(
            f"WITH wanted (i, district, category, period) AS (VALUES {marks}) "
            "SELECT w.i, c.value FROM wanted w CROSS JOIN counts c "  # CROSS: SQLite then looks each cell up
            "WHERE c.source = ? AND c.district = w.district AND c.category = w.category AND c.period = w.period "
            "AND c.to_gsn IS NULL",
            [*chain.from_iterable((i, *cell) for i, cell in enumerate(cells)), source],
        )
        return {i: value for i, value in found}  # noqa: C416 - rows are sequences to the type checker

    def standing_rows(self, source: str, refs: Sequence[str]) -> dict[str, Row]:
        """ref to (district, category, day, body) as it stands now; at most 1,000 refs."""
        found = self._opened(
            4,
            "SELECT ref, district, category, day, body FROM observations "
            "WHERE source = ? AND to_gsn IS NULL AND import_id IS NOT NULL "
            f"AND ref IN ({', '.join('?' * len(refs))})",
            [source, *refs],
        )
        return {row[0]: row[1:] for row in found}

    def report_weeks(self, first: date, last: date, *, at: int | None = None) -> list[Row]:
        """(reporter, week, number) of the reports on the days from first to last, as known at a gsn (None: now)."""
        standing, params = _standing(at)
        return self._query(
            f"SELECT {self._reporter} AS reporter, week, COUNT(*) FROM observations "
            f"WHERE day >= ? AND day <= ? AND kind <> 'incidents' AND kind IN ({', '.join('?' * len(REPORT_KINDS))}) "
            f"AND {standing} GROUP BY reporter, week ORDER BY reporter, week",
            (first.isoformat(), f"{last}T99", *REPORT_KINDS, *params),
        )

    def report_sources(self, first: date, last: date, *, at: int | None = None) -> list[Row]:
        """(source, number) of the reports on the days from first to last, most first."""
        standing, params = _standing(at)
        return self._query(
            "SELECT source, COUNT(*) FROM observations "
            f"WHERE day >= ? AND day <= ? AND kind <> 'incidents' AND kind IN ({', '.join('?' * len(REPORT_KINDS))}) "
            f"AND {standing} GROUP BY source ORDER BY COUNT(*) DESC, source",
            (first.isoformat(), f"{last}T99", *REPORT_KINDS, *params),
        )

    def reports(
        self, first: date, last: date, *, at: int | None = None, district: str | None = None,
        category: str | None = None, reporter: str | None = None, limit: int = 50,
        after: tuple[str, str, str, int] | None = None,
    ) -> list[Row]:  # fmt: skip
        """(source, ref, district, category, day, body, import_id, from_gsn) of reports, latest day first.

        after: the (day, ref, source, from_gsn) that the page before ended with.
        """
        standing, params = _standing(at)
        where, values = [standing], list(params)
        for column, wanted in (("district", district), ("category", category), (self._reporter, reporter)):
            if wanted is not None:
                where.append(f"{column} = ?")
                values.append(wanted)
        if after is not None:
            where.append("(day < ? OR (day = ? AND (ref, source, from_gsn) > (?, ?, ?)))")
            values += [after[0], *after]
        return self._opened(
            5,
            "SELECT source, ref, district, category, day, body, import_id, from_gsn FROM observations "
            f"WHERE day >= ? AND day <= ? AND kind <> 'incidents' AND kind IN ({', '.join('?' * len(REPORT_KINDS))}) "
            f"AND {' AND '.join(where)} ORDER BY day DESC, ref, source, from_gsn LIMIT ?",
            (first.isoformat(), f"{last}T99", *REPORT_KINDS, *values, limit),
        )

    @property
    def _reporter(self) -> str:
        """Who reported, in SQL: it stands in the body."""
        postgres = self._database.dialect == "postgresql"
        return "body::json->>'reporter'" if postgres else "json_extract(body, '$.reporter')"

    def imported(self, *, at: int | None = None) -> list[Row]:
        """(id, from_gsn, to_gsn) of the files taken in, as known at a gsn, the latest first; to_gsn: withdrawn."""
        known = 2**62 if at is None else at
        return self._query(
            "SELECT id, from_gsn, CASE WHEN to_gsn <= ? THEN to_gsn END FROM imports WHERE from_gsn <= ? "
            "ORDER BY from_gsn DESC",
            (known, known),
        )

    def latest_imports(self, *, at: int | None = None) -> dict[str, int]:
        """Source to the gsn of the latest file taken in from it that stands, as known at a gsn."""
        standing, params = _standing(at)
        found = self._query(f"SELECT source, MAX(from_gsn) FROM imports WHERE {standing} GROUP BY source", params)
        return {source: int(gsn) for source, gsn in found}

    def reports_between(
        self, first: date, last: date, *, after: int, at: int | None = None, limit: int = 200
    ) -> list[Row]:
        """(source, ref, district, category, day, body, from_gsn) of reports of those days that came after a gsn.

        The latest day first. A report that was corrected after that gsn counts as new.
        """
        standing, params = _standing(at)
        return self._opened(
            5,
            "SELECT source, ref, district, category, day, body, from_gsn FROM observations "
            f"WHERE day >= ? AND day <= ? AND kind <> 'incidents' AND kind IN ({', '.join('?' * len(REPORT_KINDS))}) "
            f"AND from_gsn > ? AND {standing} ORDER BY day DESC, ref, source LIMIT ?",
            (first.isoformat(), f"{last}T99", *REPORT_KINDS, after, *params, limit),
        )

    def _query(self, sql: str, params: Sequence[object] = ()) -> list[Row]:
        with self._database.reading() as c:
            c.execute(sql, params)
            return [tuple(row) for row in c.fetchall()]

    def _opened(self, body: int, sql: str, params: Sequence[object] = ()) -> list[Row]:
        """Rows with the texts of their bodies (the column of that number) in place of the marks."""
        with self._database.reading() as c:
            c.execute(sql, params)
            rows = c.fetchall()
            bodies = self._store.vault.open_bodies(c, [row[body] for row in rows])
        return [(*row[:body], text, *row[body + 1 :]) for row, text in zip(rows, bodies, strict=True)]

    def _kept(self, sql: str, params: tuple[object, ...]) -> list[Row]:
        """The answer to a question of files' rows that may have been asked before, since they last changed."""
        with self._database.reading() as c:
            asked = _position(c, name=FIGURES), sql, params
            found = self._answers.get(asked)
            if found is None:
                c.execute(sql, params)
                found = self._answers[asked] = [tuple(row) for row in c.fetchall()]
        with suppress(StopIteration, RuntimeError, KeyError):  # another thread may be making room too
            while len(self._answers) > ANSWERS_KEPT:
                del self._answers[next(iter(self._answers))]
        return found

    def sums(
        self,
        source: str,
        frequency: Frequency,
        *,
        by: Literal["district", "category"] | None,
        districts: Sequence[str],
        categories: Sequence[str],
        first: str | None = None,
        last: str | None = None,
        at: int | None = None,
        incidents: bool,
    ) -> list[Row]:
        """(key, period, number, cells) of a source, as known at a gsn: summed for each district, category or in all.

        key: of `by`, empty when there is none. cells: for counts, how many series have a figure in the period.
        first, last: periods of that frequency, both included. incidents: count them; otherwise add up imported counts.
        The latest answers are kept until a file is taken in or withdrawn.
        """
        if not districts or not categories:
            return []
        period = "period" if not incidents else "week" if frequency == "week" else "substr(day, 1, 7)"
        standing, params = _standing(at)
        kind = "kind = 'incidents'" if incidents else f"length(period) = {8 if frequency == 'week' else 7}"
        marks = [", ".join("?" * len(keys)) for keys in (districts, categories)]
        where = ["source = ?", f"district IN ({marks[0]})", f"category IN ({marks[1]})", kind]
        bounds = [(f"{period} {sign} ?", value) for sign, value in ((">=", first), ("<=", last)) if value is not None]
        where += [each for each, _ in bounds]
        number = "COUNT(*)" if incidents else "SUM(value)"
        sql = (
            f"SELECT {by or chr(39) * 2} AS part, {period} AS span, {number}, COUNT(*) "
            f"FROM {'observations' if incidents else 'counts'} WHERE {' AND '.join(where)} AND {standing} "
            "GROUP BY part, span ORDER BY part, span"
        )
        return self._kept(sql, (source, *districts, *categories, *(value for _, value in bounds), *params))

    def totals(
        self, source: str, *, districts: Sequence[str], categories: Sequence[str], first: date, last: date,
        at: int | None = None, incidents: bool,
    ) -> list[Row]:  # fmt: skip
        """(district, category, number) of a source in the days from first to last, as known at a gsn."""
        if not districts or not categories:
            return []
        standing, params = _standing(at)
        marks = [", ".join("?" * len(keys)) for keys in (districts, categories)]
        sql = (
            f"SELECT district, category, {'COUNT(*)' if incidents else 'SUM(value)'} "
            f"FROM {'observations' if incidents else 'counts'} WHERE source = ? AND district IN ({marks[0]}) "
            f"AND category IN ({marks[1]}) AND {_DAYS[incidents]} AND {standing} "
            "GROUP BY district, category ORDER BY district, category"
        )
        spans = _days(first, last, incidents=incidents)
        return self._kept(sql, (source, *districts, *categories, *spans, *params))

    def notes(
        self, kinds: Sequence[str], *, districts: Sequence[str | None], at: int | None = None, limit: int = 100
    ) -> list[Row]:
        """(source, ref, kind, district, category, day, body) of what people wrote or answered, latest day first.

        districts: None among them stands for what is said of no district.
        """
        standing, params = _standing(at)
        named = [key for key in districts if key is not None]
        place = f"district IN ({', '.join('?' * len(named))})" if named else "1 = 0"
        if None in districts:
            place = f"({place} OR district IS NULL)"
        return self._opened(
            6,
            "SELECT source, ref, kind, district, category, day, body FROM observations WHERE kind <> 'incidents' "
            f"AND kind IN ({', '.join('?' * len(kinds))}) AND {place} AND {standing} "
            "ORDER BY day DESC, ref, source LIMIT ?",
            (*kinds, *named, *params, limit),
        )

    def sums_of_days(
        self, source: str, first: date, last: date, *, at: int | None = None, incidents: bool
    ) -> list[Row]:  # fmt: skip
        """(district, category, number) of all series of a source in the days from first to last, as known at a gsn."""
        standing, params = _standing(at)
        sql = (
            f"SELECT district, category, {'COUNT(*)' if incidents else 'SUM(value)'} "
            f"FROM {'observations' if incidents else 'counts'} WHERE source = ? "
            f"AND {_DAYS[incidents]} AND {standing} GROUP BY district, category ORDER BY district, category"
        )
        return self._kept(sql, (source, *_days(first, last, incidents=incidents), *params))

    def changes(
        self, source: str, *, after: int, until: int, first: date, last: date, incidents: bool
    ) -> list[Row]:  # fmt: skip
        """(ref, district, category, when, value, from_gsn, to_gsn, import_id) of every version of a row that began or
        ended after one gsn, up to another, and speaks of the days from first to last.

        For counts ref is empty and when a period; for incidents value is 1 and when a day.
        """
        moved = "((from_gsn > ? AND from_gsn <= ?) OR (to_gsn > ? AND to_gsn <= ?))"
        columns = "ref, district, category, day, 1" if incidents else "'', district, category, period, value"
        where = f"FROM {'observations' if incidents else 'counts'} WHERE source = ? AND {_DAYS[incidents]}"
        days = _days(first, last, incidents=incidents)
        return self._query(
            f"SELECT {columns}, from_gsn, to_gsn, import_id {where} AND {moved} ORDER BY from_gsn, 1, 2, 3, 4",
            (source, *days, after, until, after, until),
        )

    def frequency_of(self, source: str, *, at: int | None = None) -> Frequency | None:
        """Whether imported counts of a source are by week or by month (the first it has), as known at a gsn; None: it
        has none."""
        standing, params = _standing(at)
        found = self._query(f"SELECT period FROM counts WHERE source = ? AND {standing} LIMIT 1", (source, *params))
        return period_frequency(found[0][0]) if found else None

    def series_in(self, source: str, *, incidents: bool, at: int | None = None) -> list[Row]:
        """(district, category) of every series that the source has, as known at a gsn; where a file does not say it."""
        standing, params = _standing(at)
        return self._query(
            f"SELECT DISTINCT district, category FROM {'observations' if incidents else 'counts'} WHERE source = ? "
            f"AND {standing} AND district IS NOT NULL AND category IS NOT NULL ORDER BY district, category",
            (source, *params),
        )


_DAYS = {
    True: "kind = 'incidents' AND week >= ? AND week <= ? AND day >= ? AND day <= ?",
    False: "((length(period) = 8 AND period >= ? AND period <= ?) OR "  # a week is 2020-W07, a month 2020-02
    "(length(period) = 7 AND period >= ? AND period <= ?))",
}


def _days(first: date, last: date, *, incidents: bool) -> tuple[str, str, str, str]:
    """What the marks of _DAYS stand for."""
    a, b = (f"{week[0]}-W{week[1]:02d}" for week in (day.isocalendar() for day in (first, last)))
    return (a, b, f"{first}", f"{last}") if incidents else (a, b, f"{first:%Y-%m}", f"{last:%Y-%m}")


def _position(c: Cursor, lock: str = "", name: str = NAME) -> int:
    c.execute(f"SELECT gsn FROM positions WHERE name = ?{lock}", (name,))
    row = c.fetchone()
    return int(row[0]) if row else 0


def _standing(at: int | None) -> tuple[str, list[Any]]:
    if at is None:
        return "to_gsn IS NULL", []
    return "from_gsn <= ? AND (to_gsn IS NULL OR to_gsn > ?)", [at, at]
