"""Data for other tools: what pandas, geopandas, pyarrow and JSON-stat readers get is what the record holds."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import geopandas
import pandas as pd
import pyarrow.parquet as pq
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from pyjstat import pyjstat

from adapters.geojson import geometry
from domain.catalogue import District, DrawDivision, RegisterSource, ReviseDivision
from domain.signal import RecordAssessment, Results, Sentence
from service.api.app import create_app
from service.importing import Wishes, take_in_file
from service.register import LiveRegister
from service.settings import Settings
from service.views.assessment_table import assessment_table
from service.views.series_table import series_table
from tests.registers import BY, furnished

NOW = datetime(2020, 12, 1, 9, tzinfo=UTC)
DATA = "/api/v1/data"
# 2020-01 to 2020-03; Råby lacks February, which no row tells of.
COUNTS = """Område;Månad;Kategori;Antal
Bäckby;2020-01;Klotter;3
Bäckby;2020-02;Klotter;0
Bäckby;2020-03;Klotter;9
Råby;2020-01;Klotter;4
Råby;2020-03;Klotter;5
"""
SQUARE = ((16.50, 59.60), (16.60, 59.60), (16.60, 59.65), (16.50, 59.65))  # counterclockwise
HOLE = ((16.52, 59.61), (16.54, 59.61), (16.54, 59.62), (16.52, 59.62))
ISLE = ((16.525, 59.613), (16.535, 59.613), (16.535, 59.617), (16.525, 59.617))


@contextmanager
def counting(url: str) -> Iterator[LiveRegister]:
    with furnished(url, lambda: NOW) as register:
        take_in_file(register, COUNTS.encode(), "antal.csv", source="polisen", by=BY)
        register.ask(assessed("2020-03", (9.0, 5.0), (2.5, None), (True, False)), BY)
        yield register


@pytest.fixture
def live(fresh_sqlite: str) -> Iterator[LiveRegister]:
    with counting(fresh_sqlite) as register:
        yield register


@pytest.fixture
def client(live: LiveRegister, fresh_sqlite: str) -> Iterator[TestClient[Litestar]]:
    with TestClient(create_app(live, Settings(database=fresh_sqlite)), base_url="http://127.0.0.1:8000") as c:
        yield c


def assessed(
    period: str, observed: tuple[float, float], expected: tuple[float | None, ...], flagged: tuple[bool, bool],
    number: int = 1,
) -> RecordAssessment:  # fmt: skip
    """A run of Klotter in Bäckby and Råby, whose bounds are 1 below and 4 above."""
    nothing = (None, None)
    upper = tuple(None if e is None else e + 4 for e in expected)
    results = Results(
        district=("backby", "raby"), category=("klotter", "klotter"), observed=observed, expected=expected, bound=upper,
        p=tuple(None if e is None else 0.001 for e in expected),
        exceedance=tuple(None if e is None else 1.6 for e in expected), dispersion=nothing, trend=nothing,
        flagged=flagged, reasons=((), ("too-few", "late-87")),
        lower=tuple(None if e is None else e - 1 for e in expected), p_fall=nothing, common=nothing, periods=(30, 3),
        flag=tuple("rise" if one else None for one in flagged),
    )  # fmt: skip
    sentences = tuple(Sentence(sv="Fler.", en="More.") for one in flagged if one)
    return RecordAssessment(
        source="polisen", period=period, data_gsn=5, method="m", parameters={}, results=results, sentences=sentences,
        number=number,
    )  # fmt: skip


def rows(client: TestClient[Litestar], path: str, **query: Any) -> list[dict[str, Any]]:
    answer = client.get(f"{DATA}/{path}", params={"source": "polisen", **query})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


def test_both_databases_give_the_same_tables(database_url: str) -> None:
    with counting(database_url) as live:
        register = live.now()
        series = series_table(register, live.read_tables(), None, "polisen")
        found = assessment_table(register, "polisen")
    names = [column.name for column in series.columns]
    numbers = [(row[names.index("period")], row[names.index("count")]) for row in series.rows]
    assert numbers == [
        ("2020-01", 3), ("2020-02", 0), ("2020-03", 9), ("2020-01", 4), ("2020-02", None), ("2020-03", 5)
    ]  # fmt: skip
    assert [row[[column.name for column in found.columns].index("expected")] for row in found.rows] == [2.5, None]


def test_a_series_tells_counts_names_days_and_what_was_expected(client: TestClient[Litestar]) -> None:
    row = rows(client, "series", district="backby", category="klotter", first="2020-03")[0]
    assert row.pop("known_at") == client.get("/api/v1/position").json()["gsn"]
    assert row == {
        "source": "polisen", "district": "backby", "district_name": "Bäckby", "category": "klotter",
        "category_name": "Klotter", "period": "2020-03", "first_day": "2020-03-01", "last_day": "2020-03-31",
        "count": 9, "preliminary": False, "judged": 9.0, "expected": 2.5, "lower": 1.5, "upper": 6.5, "flag": "rise",
        "synthetic": False,
    }  # fmt: skip


def test_what_is_missing_is_null_and_zero_is_zero(client: TestClient[Litestar]) -> None:
    found = {(row["district"], row["period"]): row["count"] for row in rows(client, "series")}
    assert found["backby", "2020-02"] == 0
    assert found["raby", "2020-02"] is None


def test_incidents_are_zero_where_a_file_covers_the_period_and_null_where_none_does(
    live: LiveRegister, client: TestClient[Litestar]
) -> None:
    source = RegisterSource(source="utdrag", name="Utdrag", owner="LPO", use="context", division="districts")
    live.ask(source, BY)
    for day, name in (("2020-01-07", "a"), ("2020-03-09", "b")):
        first = date.fromisoformat(day).replace(day=1)
        covers = (first, date(first.year, first.month, 31))
        file = f"Område;Datum;Kategori\nBäckby;{day};Klotter\n".encode()
        take_in_file(live, file, f"{name}.csv", source="utdrag", by=BY, wishes=Wishes(covers=covers))
    found = {row["period"]: row["count"] for row in rows(client, "series", source="utdrag", frequency="month")}
    assert found == {"2020-01": 1, "2020-02": None, "2020-03": 1}
    weeks = {row["period"]: row["count"] for row in rows(client, "series", source="utdrag")}
    assert (weeks["2020-W02"], weeks["2020-W03"], weeks["2020-W07"]) == (1, 0, None)


def test_a_table_comes_as_the_query_or_the_accept_header_asks(client: TestClient[Litestar]) -> None:
    query = {"source": "polisen"}
    asked = [
        ({}, {}, "application/json"),
        ({}, {"accept": "text/csv"}, "text/csv; charset=utf-8; header=present"),
        ({"format": "csv"}, {}, "text/csv; charset=utf-8; header=present"),
        ({"format": "parquet"}, {"accept": "text/csv"}, "application/vnd.apache.parquet"),
        ({}, {"accept": "application/vnd.apache.parquet"}, "application/vnd.apache.parquet"),
        ({"format": "json"}, {"accept": "*/*"}, "application/json"),
    ]
    for more, headers, media_type in asked:
        answer = client.get(f"{DATA}/series", params={**query, **more}, headers=headers)
        assert answer.headers["content-type"] == media_type
    named = client.get(f"{DATA}/series", params={**query, "format": "csv"}).headers["content-disposition"]
    assert named == 'attachment; filename="serier-polisen.csv"'


def test_pandas_reads_csv_and_parquet_with_the_types_that_the_columns_have(client: TestClient[Litestar]) -> None:
    query = {"source": "polisen"}
    parquet = client.get(f"{DATA}/series", params={**query, "format": "parquet"}).content
    frame = pd.read_parquet(io.BytesIO(parquet), dtype_backend="numpy_nullable")
    types = {name: str(frame[name].dtype) for name in ("count", "expected", "flag", "synthetic", "known_at")}
    assert types == {
        "count": "Int64", "expected": "Float64", "flag": "string", "synthetic": "boolean", "known_at": "Int64"
    }  # fmt: skip
    assert pq.read_schema(io.BytesIO(parquet)).field("count").metadata[b"unit"] == b"events"
    text = pd.read_csv(io.BytesIO(client.get(f"{DATA}/series", params={**query, "format": "csv"}).content))
    assert text["count"].isna().tolist() == frame["count"].isna().tolist() == [False] * 4 + [True, False]
    assert text["count"].sum() == frame["count"].sum() == 21
    assert text["synthetic"].dtype == bool


def test_assessments_come_with_every_cell_and_the_reasons_of_those_not_made(client: TestClient[Litestar]) -> None:
    first, second = rows(client, "assessments")
    kept = {name: first[name] for name in ("period", "observed", "expected", "lower", "upper", "p", "flag", "periods")}
    assert kept == {
        "period": "2020-03", "observed": 9.0, "expected": 2.5, "lower": 1.5, "upper": 6.5, "p": 0.001, "flag": "rise",
        "periods": 30,
    }  # fmt: skip
    assert (second["expected"], second["flag"], second["reasons"]) == (None, None, "too-few;late-87")


def test_a_period_s_latest_run_counts_and_an_earlier_one_comes_by_its_key_or_its_moment(
    live: LiveRegister, client: TestClient[Litestar]
) -> None:
    before = live.store.last_gsn()
    live.ask(assessed("2020-03", (8.0, 5.0), (7.0, 5.0), (False, False), number=2), BY)
    live.ask(assessed("2020-02", (0.0, 5.0), (1.0, 5.0), (False, False)), BY)
    assert [(r["assessment"], r["observed"]) for r in rows(client, "assessments") if r["district"] == "backby"] == [
        ("polisen-2020-02", 0.0), ("polisen-2020-03-2", 8.0)
    ]  # fmt: skip
    assert {r["number"] for r in rows(client, "assessments", assessment="polisen-2020-03")} == {1}
    assert {r["assessment"] for r in rows(client, "assessments", as_of=before)} == {"polisen-2020-03"}
    assert {r["period"] for r in rows(client, "assessments", last="2020-02-10")} == {"2020-02"}
    assert rows(client, "series", district="backby", first="2020-03")[0]["expected"] == 7.0


def test_the_past_is_read_as_it_was_known_then(live: LiveRegister, client: TestClient[Litestar]) -> None:
    before = live.store.last_gsn()
    later = "Område;Månad;Kategori;Antal\nRåby;2020-02;Klotter;7\n".encode()
    take_in_file(live, later, "mer.csv", source="polisen", by=BY, wishes=Wishes(preliminary=True))
    now, then = (
        [(r["count"], r["preliminary"]) for r in rows(client, "series", district="raby", **at)]
        for at in ({}, {"as_of": before})
    )
    assert now == [(4, False), (7, True), (5, False)]
    assert then == [(4, False), (None, False), (5, False)]


def test_geopandas_reads_the_districts_with_holes_and_isles_and_the_latest_assessment(
    live: LiveRegister, client: TestClient[Litestar]
) -> None:
    outlines = {"backby": (SQUARE[::-1], HOLE, ISLE)}
    live.ask(DrawDivision(division="districts", on=NOW.date(), outlines=outlines, source="Kommunen"), BY)
    answer = client.get(f"{DATA}/districts.geojson", params={"source": "polisen"})
    assert answer.headers["content-type"] == "application/geo+json"
    frame = geopandas.read_file(io.BytesIO(answer.content))
    assert frame["district"].tolist() == ["backby", "raby"]
    assert (frame["period"][0], frame["observed"][0], frame["expected"][0]) == ("2020-03", 9.0, 2.5)
    assert (frame["categories"][1], frame.geometry[1]) == (0, None)
    assert frame.geometry[0].area == pytest.approx(0.1 * 0.05 - 0.02 * 0.01 + 0.01 * 0.004)
    metres = frame.to_crs(3006)
    assert metres.geometry[0].area == pytest.approx(30.5e6, rel=0.05)
    assert metres.geometry[0].centroid.within(metres.geometry[0].envelope)
    assert answer.json()["features"][0]["properties"]["flags"] == {"klotter": "rise"}


def test_outer_rings_turn_left_and_holes_right() -> None:
    made = geometry((HOLE, SQUARE, ISLE))
    assert made is not None
    assert made["type"] == "MultiPolygon"
    isle, (outer, hole) = sorted(made["coordinates"], key=len)
    assert (outer, hole) == ([*SQUARE, SQUARE[0]], [*HOLE[::-1], HOLE[-1]])
    assert isle == [[*ISLE, ISLE[0]]]
    assert geometry((SQUARE,)) == {"type": "Polygon", "coordinates": [[*SQUARE, SQUARE[0]]]}


def test_a_drawing_without_degrees_has_no_geometry_unless_it_is_asked_for(
    live: LiveRegister, client: TestClient[Litestar]
) -> None:
    drawn = {"backby": (((0.0, 0.0), (200.0, 0.0), (200.0, 300.0)),)}
    live.ask(DrawDivision(division="districts", on=NOW.date(), outlines=drawn, schematic=True, source="Ritad"), BY)
    query = {"division": "districts"}
    plain = client.get(f"{DATA}/districts.geojson", params=query)
    assert (plain.json()["schematic"], plain.json()["features"][0]["geometry"]) == (True, None)
    assert len(geopandas.read_file(io.BytesIO(plain.content))) == 2
    shown = client.get(f"{DATA}/districts.geojson", params={**query, "schematic": "true"})
    assert geopandas.read_file(io.BytesIO(shown.content)).geometry[0].area == 30_000


@pytest.mark.filterwarnings("ignore:Shouldn't use this function:DeprecationWarning")  # pyjstat calls it by itself
def test_pyjstat_reads_the_statistics_with_the_right_numbers(client: TestClient[Litestar]) -> None:
    answer = client.get(f"{DATA}/statistics.json", params={"source": "polisen"}, headers={"accept-language": "en"})
    told = answer.json()
    assert (told["version"], told["class"], told["size"]) == ("2.0", "dataset", [2, 1, 3, 2])
    assert told["role"] == {"time": ["period"], "geo": ["district"], "metric": ["contents"]}
    frame = pyjstat.Dataset.read(answer.text).write("dataframe", naming="id")
    found = {tuple(row[:4]): row[4] for row in frame.itertuples(index=False)}
    assert found["backby", "klotter", "2020-03", "count"] == 9
    assert found["backby", "klotter", "2020-03", "expected"] == 2.5
    assert found["backby", "klotter", "2020-02", "count"] == 0
    assert pd.isna(found["raby", "klotter", "2020-02", "count"])
    labels = pyjstat.Dataset.read(answer.text).write("dataframe")
    assert set(labels["district"]) == {"Bäckby", "Råby"}


def test_the_status_of_a_value_says_whether_it_is_missing_preliminary_or_not_assessed(
    live: LiveRegister, client: TestClient[Litestar]
) -> None:
    later = "Område;Månad;Kategori;Antal\nBäckby;2020-01;Klotter;4\n".encode()
    take_in_file(live, later, "mer.csv", source="polisen", by=BY, wishes=Wishes(preliminary=True))
    told = client.get(f"{DATA}/statistics.json", params={"source": "polisen"}).json()
    assert told["value"] == [4, None, 0, None, 9, 2.5, 4, None, None, None, 5, None]
    assert told["status"] == {"0": "p", "1": "n", "3": "n", "7": "n", "8": "m", "9": "n", "11": "n"}
    assert told["extension"]["status"]["label"].keys() == {"m", "p", "n"}
    assert told["dimension"]["contents"]["category"]["label"]["expected"] == "Väntat antal händelser"


def test_made_up_figures_are_said_to_be_so_in_every_form(live: LiveRegister, client: TestClient[Litestar]) -> None:
    made_up = RegisterSource(
        source="paahitt", name="Påhitt", owner="LPO", use="context", division="districts", synthetic=True
    )
    live.ask(made_up, BY)
    take_in_file(live, COUNTS.encode(), "p.csv", source="paahitt", by=BY)
    assert all(row["synthetic"] for row in rows(client, "series", source="paahitt"))
    assert "Syntetiska" in client.get(f"{DATA}/statistics.json", params={"source": "paahitt"}).json()["note"][0]
    assert client.get(f"{DATA}/districts.geojson", params={"source": "paahitt"}).json()["synthetic"] is True
    parquet = client.get(f"{DATA}/series", params={"source": "paahitt", "format": "parquet"}).content
    assert b"synthetic" in pq.read_schema(io.BytesIO(parquet)).metadata[b"source"]


def test_a_district_s_retired_outline_and_name_are_left_out(live: LiveRegister, client: TestClient[Litestar]) -> None:
    more = ReviseDivision(
        division="districts", on=NOW.date(), reason="Ny", districts=(District(key="ny", name="Ny"),), retired=("raby",)
    )
    live.ask(more, BY)
    found = client.get(f"{DATA}/districts.geojson", params={"division": "districts"}).json()["features"]
    assert [each["id"] for each in found] == ["backby", "ny"]


REFUSED = {
    "series?source=nej": 404,
    "series": 400,
    "series?source=polisen&district=nej": 422,
    "series?source=polisen&first=x": 422,
    "series?source=polisen&format=xml": 400,
    "series?source=polisen&as_of=999999": 422,
    "assessments?source=nej": 404,
    "assessments?source=polisen&assessment=nej": 404,
    "districts.geojson": 422,
    "districts.geojson?division=nej": 404,
    "statistics.json?source=nej": 404,
}


def test_what_is_not_there_is_a_problem_detail(client: TestClient[Litestar]) -> None:
    for path, status in REFUSED.items():
        answer = client.get(f"{DATA}/{path}")
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), path


def test_each_media_type_and_column_is_documented(client: TestClient[Litestar]) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    found = {path: paths[f"{DATA}/{path}"]["get"]["responses"]["200"]["content"] for path in
             ("series", "assessments", "districts.geojson", "statistics.json")}  # fmt: skip
    assert set(found["series"]) == {"application/json", "text/csv", "application/vnd.apache.parquet"}
    assert set(found["districts.geojson"]) == {"application/geo+json"}
    columns = found["series"]["application/json"]["schema"]["items"]["properties"]
    assert list(columns) == list(rows(client, "series")[0])
    assert "events" in columns["count"]["description"]
    assert json.dumps(found["statistics.json"])
