"""Data for other tools: flat tables as JSON, CSV or Parquet, districts as GeoJSON, statistics as JSON-stat."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal

import msgspec
from litestar import Request, Response, Router, get
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIResponse, Operation, Reference, Schema
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType
from litestar.params import FromQuery, QueryParameter

from adapters.geojson import as_geojson
from adapters.tabular import Column, Tabular, Type, as_csv, as_json, as_parquet
from domain.period import Frequency
from service.api.answers import OF_THE_RECORD
from service.api.asking import AsOf
from service.api.problems import documented, language
from service.moments import position
from service.register import LiveRegister
from service.views import assessment_table, series_table
from service.views.district_features import Places, district_features
from service.views.statistics_cube import statistics_cube

Form = Literal["json", "csv", "parquet"]
JSON, CSV, PARQUET, GEOJSON = "application/json", "text/csv", "application/vnd.apache.parquet", "application/geo+json"
MEDIA_TYPES: Mapping[Form, str] = {"json": JSON, "csv": CSV, "parquet": PARQUET}
BY_MEDIA_TYPE: Mapping[str, Form] = {media_type: form for form, media_type in MEDIA_TYPES.items()}
WRITINGS: Mapping[Form, Callable[[Tabular], bytes]] = {"json": as_json, "csv": as_csv, "parquet": as_parquet}
HEADER = f"{CSV}; charset=utf-8; header=present"
Format = Annotated[Form | None, QueryParameter(description="How it is written; otherwise after Accept, or JSON.")]
First = Annotated[str | None, QueryParameter(description="From this period on: 2020-W07, 2020-02 or a day.")]
Last = Annotated[str | None, QueryParameter(description="Until this period, which is included.")]
District = Annotated[
    str | None, QueryParameter(description="A key, or area: with an area's name; otherwise all, a series each.")
]
Category = Annotated[
    str | None, QueryParameter(description="A key, or group: with a group's name; otherwise all, a series each.")
]
Schematic = Annotated[
    bool,
    QueryParameter(
        description="Also outlines that are drawings in units of their own, which are no degrees: to be shown alone."
    ),
]


def routes(live: LiveRegister) -> list[Router]:
    """What other tools read."""
    handlers = [_series(live), _assessments(live), _districts(live), _statistics(live)]
    return [Router("/data", route_handlers=handlers, tags=["data"], opt={OF_THE_RECORD: True})]


# What is documented


@dataclass
class _AsTable(Operation):
    """Documents the three writings of a table, from its columns."""

    columns: ClassVar[tuple[Column, ...]]

    def __post_init__(self) -> None:
        binary = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
        objects = Schema(type=OpenAPIType.ARRAY, items=row_schema(self.columns))
        found = {JSON: objects, CSV: Schema(type=OpenAPIType.STRING), PARQUET: binary}
        _answers(self, found, "A row each; the same columns in each writing.")


class _AsSeries(_AsTable):
    columns = series_table.COLUMNS


class _AsAssessments(_AsTable):
    columns = assessment_table.COLUMNS


@dataclass
class _AsGeoJson(Operation):
    """Documents a FeatureCollection."""

    def __post_init__(self) -> None:
        _answers(self, {GEOJSON: _object("type", "features")}, "A FeatureCollection (RFC 7946).")


@dataclass
class _AsJsonStat(Operation):
    """Documents a JSON-stat dataset."""

    def __post_init__(self) -> None:
        found = _object("version", "class", "id", "size", "dimension", "value")
        _answers(self, {JSON: found}, "A dataset (JSON-stat 2.0).")


def _answers(operation: Operation, schemas: Mapping[str, Schema], about: str) -> None:
    content = {media_type: OpenAPIMediaType(schema) for media_type, schema in schemas.items()}
    operation.responses = {**(operation.responses or {}), "200": OpenAPIResponse(description=about, content=content)}


def _object(*required: str) -> Schema:
    return Schema(type=OpenAPIType.OBJECT, required=list(required))


def row_schema(columns: Sequence[Column]) -> Schema:
    """A row as JSON: every column is there; what is not known is null."""
    properties: dict[str, Reference | Schema] = {column.name: _cell_schema(column) for column in columns}
    return Schema(type=OpenAPIType.OBJECT, properties=properties, required=list(properties))


def _cell_schema(column: Column) -> Schema:
    types: Mapping[Type, OpenAPIType] = {
        "text": OpenAPIType.STRING, "whole": OpenAPIType.INTEGER, "number": OpenAPIType.NUMBER,
        "truth": OpenAPIType.BOOLEAN, "day": OpenAPIType.STRING,
    }  # fmt: skip
    about = f"{column.about} Unit: {column.unit}." if column.unit else column.about
    form = OpenAPIFormat.DATE if column.type == "day" else None
    return Schema(type=[types[column.type], OpenAPIType.NULL], format=form, description=about)


# What is answered


def _series(live: LiveRegister) -> Any:
    @get(
        "/series",
        responses=documented(404, 422),
        operation_class=_AsSeries,
        sync_to_thread=True,
        operation_id="view_series_data",
        summary="A source's figures with what was expected: a row for each district, category and period.",
    )
    def handler(
        request: Request[Any, Any, Any],
        source: FromQuery[str],
        district: District = None,
        category: Category = None,
        frequency: FromQuery[Frequency | None] = None,
        first: First = None,
        last: Last = None,
        as_of: AsOf = None,
        format: Format = None,
    ) -> Response[bytes]:
        at = position(live, as_of)
        table = series_table.series_table(
            live.at(at), live.read_tables(), at, source, district=district, category=category, frequency=frequency,
            first=first, last=last,
        )  # fmt: skip
        return _table(request, table, format, f"serier-{source}")

    return handler


def _assessments(live: LiveRegister) -> Any:
    @get(
        "/assessments",
        responses=documented(404, 422),
        operation_class=_AsAssessments,
        sync_to_thread=True,
        operation_id="view_assessment_data",
        summary="What assessments found: a row for each district and category of each period's latest run.",
    )
    def handler(
        request: Request[Any, Any, Any],
        source: FromQuery[str],
        first: First = None,
        last: Last = None,
        assessment: FromQuery[str | None] = None,
        as_of: AsOf = None,
        format: Format = None,
    ) -> Response[bytes]:
        register = live.at(position(live, as_of))
        table = assessment_table.assessment_table(register, source, first=first, last=last, key=assessment)
        return _table(request, table, format, f"bedomningar-{source}")

    return handler


def _districts(live: LiveRegister) -> Any:
    @get(
        "/districts.geojson",
        responses=documented(404, 422),
        operation_class=_AsGeoJson,
        sync_to_thread=True,
        operation_id="view_district_data",
        summary="A division's districts with their outlines and what the latest assessment of a source found.",
    )
    def handler(
        division: FromQuery[str | None] = None,
        source: FromQuery[str | None] = None,
        schematic: Schematic = False,
        as_of: AsOf = None,
    ) -> Response[bytes]:
        register = live.at(position(live, as_of))
        places = district_features(register, division, source, schematic=schematic)
        made = as_geojson(places.features, **_members(places, register.position))
        return _file(made, GEOJSON, f"omraden-{places.division}.geojson")

    return handler


def _members(places: Places, known_at: int) -> dict[str, Any]:
    """What is said of the whole collection."""
    return {
        "name": places.name,
        "division": places.division,
        "schematic": places.schematic,
        "attribution": places.outlines,
        "source": places.source,
        "synthetic": places.synthetic,
        "known_at": known_at,
    }


def _statistics(live: LiveRegister) -> Any:
    @get(
        "/statistics.json",
        responses=documented(404, 422),
        operation_class=_AsJsonStat,
        sync_to_thread=True,
        operation_id="view_statistics_data",
        summary="A source's counts and expectations as JSON-stat 2.0, which tools for PxWeb read.",
    )
    def handler(
        request: Request[Any, Any, Any],
        source: FromQuery[str],
        frequency: FromQuery[Frequency | None] = None,
        as_of: AsOf = None,
    ) -> Response[bytes]:
        at = position(live, as_of)
        register = live.at(at)
        updated = live.store.recorded_at(register.position) or datetime.now(UTC)
        cube = statistics_cube(
            register, live.read_tables(), at, source, frequency, updated.astimezone(UTC), language(request)
        )
        return _file(msgspec.json.encode(cube), JSON, f"statistik-{source}.json")

    return handler


def _table(request: Request[Any, Any, Any], table: Tabular, asked: Form | None, name: str) -> Response[bytes]:
    """As asked by `format`, else by Accept."""
    chosen = asked or BY_MEDIA_TYPE[request.accept.best_match([*BY_MEDIA_TYPE], JSON)]
    media_type = HEADER if chosen == "csv" else MEDIA_TYPES[chosen]
    return _file(WRITINGS[chosen](table), media_type, f"{name}.{chosen}", {"Vary": "Accept"})


def _file(content: bytes, media_type: str, name: str, headers: Mapping[str, str] | None = None) -> Response[bytes]:
    """To be saved under a name; keys hold safe letters only."""
    own = {"content-type": media_type, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers={**own, **(headers or {})})
