"""How events become rows of the read models: what each of them adds, replaces and closes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Any, assert_never, cast

from pydantic_core import to_json

from adapters.database import Cursor, Row
from domain import file_import as files
from domain import observation as single
from domain.core import Recorded
from domain.period import containing

KEYS = {"counts": ("source", "district", "category", "period"), "observations": ("source", "ref")}


def apply_all(c: Cursor, news: Iterable[Recorded]) -> None:
    """In order; new observations that follow one another go in one statement."""
    for new, run in groupby(news, key=lambda r: isinstance(r.event, single.Observed)):
        if new:
            events = [(r, cast("single.Observed", r.event)) for r in run]
            _put_singles(c, [_single_row(r.gsn, e.source, r.stream.partition("-")[2], e.content) for r, e in events])
        else:
            for recorded in run:
                _apply(c, recorded)


def _apply(c: Cursor, r: Recorded) -> None:
    event: Any = r.event
    key = r.stream.partition("-")[2]
    match event:
        case files.FileTaken():
            c.execute(
                "INSERT INTO imports VALUES (?, ?, ?, ?, ?, NULL)",
                (key, event.source, event.kind, int(event.preliminary), r.gsn),
            )
        case files.CountRows():
            _put_counts(c, r, key, event)
        case files.IncidentRows() | files.ReportRows() | files.SurveyRows() | files.NoticeRows():
            _put_rows(c, r, key, event)
        case files.FileWithdrawn():
            _withdraw_import(c, r.gsn, key)
        case single.Corrected(content=content):
            _put_singles(c, [_single_row(r.gsn, _close_single(c, r.gsn, key), key, content)])
        case single.Withdrawn():
            _close_single(c, r.gsn, key)
        case _:
            raise AssertionError(f"{r.stream} is not followed")  # the query leaves other topics bare


def _source_of(c: Cursor, import_id: str) -> tuple[str, str]:
    c.execute("SELECT source, kind FROM imports WHERE id = ?", (import_id,))
    row = c.fetchone()
    assert row is not None
    return row[0], row[1]


def _put_counts(c: Cursor, r: Recorded, import_id: str, event: files.CountRows) -> None:
    source, _ = _source_of(c, import_id)
    cells = [
        (event.districts[d], event.categories[k], event.periods[p])
        for d, k, p in zip(event.district, event.category, event.period, strict=True)
    ]
    c.executemany(
        "UPDATE counts SET to_gsn = ? "
        "WHERE source = ? AND district = ? AND category = ? AND period = ? AND to_gsn IS NULL",
        [(r.gsn, source, *cells[i]) for i in event.corrects],
    )
    c.executemany(
        "INSERT INTO counts VALUES (?, ?, ?, ?, ?, ?, ?, NULL)",
        [(source, *cell, n, import_id, r.gsn) for cell, n in zip(cells, event.count, strict=True)],
    )


RowEvent = files.IncidentRows | files.ReportRows | files.SurveyRows | files.NoticeRows


def _put_rows(c: Cursor, r: Recorded, import_id: str, event: RowEvent) -> None:
    source, kind = _source_of(c, import_id)
    c.executemany(
        "UPDATE observations SET to_gsn = ? WHERE source = ? AND ref = ? AND to_gsn IS NULL AND import_id IS NOT NULL",
        [(r.gsn, source, event.ref[i]) for i in event.corrects],
    )
    c.executemany(
        "INSERT INTO observations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
        [(source, ref, kind, *rest, import_id, r.gsn) for ref, *rest in row_versions(event)],
    )


def row_versions(event: RowEvent) -> Iterable[tuple[str, str | None, str | None, str, str, str]]:
    """(ref, district, category, day, week, body) for each row of an event."""
    match event:
        case files.IncidentRows():
            names = zip(event.ref, event.district, event.category, event.day, strict=True)
            for ref, d, k, day in names:
                yield ref, event.districts[d], event.categories[k], day, _week(day), "{}"
        case files.ReportRows():
            for i, ref in enumerate(event.ref):
                body = _body(event, i, ("kind", "reporter", "place", "text"))
                day = event.day[i]
                yield (
                    ref,
                    event.districts[event.district[i]],
                    event.categories[event.category[i]],
                    day,
                    _week(day),
                    body,
                )
        case files.SurveyRows():
            for i, ref in enumerate(event.ref):
                body = _body(event, i, ("wave", "indicator", "value", "unit", "n", "low", "high", "method"))
                yield ref, event.district[i], None, event.day[i], _week(event.day[i]), body
        case files.NoticeRows():
            for i, ref in enumerate(event.ref):
                body = _body(event, i, ("published", "name", "summary", "url", "type", "location", "gps"))
                day = event.occurred[i] or event.published[i]
                yield ref, None, event.type[i], day, _week(day), body
        case _:
            assert_never(event)


def _body(event: RowEvent, i: int, names: Sequence[str]) -> str:
    return to_json({name: getattr(event, name)[i] for name in names}).decode()


def _week(day: str) -> str:
    return containing(date.fromisoformat(day[:10]), "week")


def _single_row(gsn: int, source: str, ref: str, content: single.Report | single.Dialogue | single.SurveyResult) -> Row:
    row = single.as_row(content)
    day = row["day"].isoformat()
    body = content.model_dump_json(exclude={"district", "category"})
    return source, ref, row["kind"], row["district"], row["category"], day, _week(day), body, gsn


def _put_singles(c: Cursor, rows: Iterable[Row]) -> None:
    c.executemany("INSERT INTO observations VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, NULL)", rows)


def _close_single(c: Cursor, gsn: int, ref: str) -> str:
    c.execute("SELECT source FROM observations WHERE ref = ? AND import_id IS NULL AND to_gsn IS NULL", (ref,))
    row = c.fetchone()
    assert row is not None
    c.execute(
        "UPDATE observations SET to_gsn = ? WHERE source = ? AND ref = ? AND to_gsn IS NULL AND import_id IS NULL",
        (gsn, row[0], ref),
    )
    return str(row[0])


def _withdraw_import(c: Cursor, gsn: int, import_id: str) -> None:
    """Close what the import brought; what it had replaced, if it still stands itself, counts again from here."""
    c.execute("UPDATE imports SET to_gsn = ? WHERE id = ?", (gsn, import_id))
    for table, key in KEYS.items():
        c.execute(f"UPDATE {table} SET to_gsn = ? WHERE import_id = ? AND to_gsn IS NULL", (gsn, import_id))
        columns = _COLUMNS[table]
        same = " AND ".join(f"w.{name} = p.{name}" for name in key)
        likewise = " AND ".join(f"q.{name} = p.{name}" for name in key)
        standing = "(SELECT id FROM imports WHERE to_gsn IS NULL)"
        c.execute(
            f"INSERT INTO {table} SELECT {', '.join(f'p.{name}' for name in columns)}, ?, NULL FROM {table} p "
            f"WHERE p.import_id IN {standing} "
            f"AND EXISTS (SELECT 1 FROM {table} w WHERE {same} AND w.to_gsn = ? AND w.import_id = ?) "
            f"AND p.from_gsn = (SELECT MAX(q.from_gsn) FROM {table} q WHERE {likewise} AND q.import_id IN {standing})",
            (gsn, gsn, import_id),
        )


_COLUMNS = {
    "counts": ("source", "district", "category", "period", "value", "import_id"),
    "observations": ("source", "ref", "kind", "district", "category", "day", "week", "body", "import_id"),
}
