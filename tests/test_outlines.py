"""A GeoJSON file of districts becomes outlines: matched by name, thinned, refused with the names that do not match."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.contents import BadFile
from adapters.outlines import Outlines, read_outlines
from domain.catalogue import District, Division, PublishDivision
from domain.core import Refused
from service.drawing import draw_from_file
from service.register import LiveRegister
from tests.registers import BY, DAY, opened
from tests.test_cli import samverkan

DISTRICTS = (
    District(key="centrum", name="Centrum", aliases=("City",)),
    District(key="raby", name="Råby"),
    District(key="backby", name="Bäckby"),
    District(key="gamla", name="Gamla byn"),
)
DIVISION = Division("Områden", 1, {d.key: d for d in DISTRICTS}, frozenset({"gamla"}), {}, False)
SQUARE = [[16.5, 59.6], [16.6, 59.6], [16.6, 59.7], [16.5, 59.7], [16.5, 59.6]]
TAKEN = ((16.5, 59.6), (16.6, 59.6), (16.6, 59.7), (16.5, 59.7))


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def written(*features: dict[str, Any]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def read(*features: dict[str, Any], **more: Any) -> Outlines:
    return read_outlines(written(*features), "karta.geojson", DIVISION, **more)


def test_districts_are_matched_by_key_name_or_alias() -> None:
    found = read(
        feature(polygon(SQUARE), namn="raby"),
        feature(polygon(SQUARE), namn="city "),
        feature(polygon(SQUARE), namn="BÄCKBY"),
    )
    assert found == Outlines({"raby": (TAKEN,), "centrum": (TAKEN,), "backby": (TAKEN,)}, {}, (), ())


def test_the_property_that_names_most_districts_is_taken_unless_another_is_chosen() -> None:
    features = (
        feature(polygon(SQUARE), kommun="Centrum", stadsdel="Råby", nr=1),
        feature(polygon(SQUARE), kommun="Centrum", stadsdel="Bäckby", nr=2),
        feature(polygon(SQUARE), kommun="Västerås", stadsdel="Centrum", nr=3),
    )
    assert set(read(*features).outlines) == {"raby", "backby", "centrum"}
    chosen = read(*features, property_name="kommun")
    assert (set(chosen.outlines), list(chosen.unknown)) == ({"centrum"}, ["Västerås"])


def test_the_id_of_a_feature_can_name_the_district() -> None:
    assert set(read({**feature(polygon(SQUARE)), "id": "raby"}).outlines) == {"raby"}


def test_several_polygons_holes_and_features_of_one_district_are_put_together() -> None:
    hole = [[16.52, 59.62], [16.55, 59.62], [16.55, 59.65], [16.52, 59.62]]
    island = [[x + 1, y] for x, y in SQUARE]
    several = {"type": "MultiPolygon", "coordinates": [[SQUARE, hole], [island]]}
    found = read(feature(several, namn="Råby"), feature(polygon(SQUARE), namn="Råby"))
    assert [len(ring) for ring in found.outlines["raby"]] == [4, 3, 4, 4]


def test_points_are_rounded_and_those_that_fall_together_dropped() -> None:
    fine = [[16.5, 59.6], [16.500001, 59.600001, 12.0], [16.6, 59.6000049], [16.6, 59.7], [16.5, 59.6]]
    assert read(feature(polygon(fine), namn="Råby")).outlines["raby"] == (((16.5, 59.6), (16.6, 59.6), (16.6, 59.7)),)


def test_a_name_that_is_not_there_gets_a_suggestion_and_a_retired_one_counts_as_unknown() -> None:
    found = read(*(feature(polygon(SQUARE), namn=name) for name in ("Råby", "Bäkby", "Gamla byn", "Hallsta")))
    assert found.unknown == {"Bäkby": "Bäckby", "Gamla byn": None, "Hallsta": None}
    assert found.lacking == ("Centrum", "Bäckby")


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        {"type": "Point", "coordinates": [16.5, 59.6]},
        polygon([[16.5, 59.6], [16.6, 59.6], [16.5, 59.6]]),
        polygon([[16.5, "söder"], [16.6, 59.6], [16.5, 59.7]]),
        polygon([[16.5], [16.6], [16.7]]),
        polygon([[10**400, 1], [2, 2], [3, 4]]),
        polygon([[float("nan"), 1], [2, 2], [3, 4]]),
        {"type": "MultiPolygon", "coordinates": 7},
        {"type": "Polygon"},
    ],
)
def test_what_has_no_area_is_named(geometry: Any) -> None:
    assert read(feature(geometry, namn="Råby")).shapeless == ("Råby",)


@pytest.mark.parametrize(
    "text", ["Område;Antal", "[1, 2]", "{}", '{"features": []}', '{"type": "Feature", "properties": 3}', "[" * 100_000]
)
def test_what_is_no_geojson_is_refused(text: str) -> None:
    with pytest.raises(BadFile, match="is not GeoJSON with features"):
        read_outlines(text.encode(), "karta.geojson", DIVISION)


def test_a_file_that_names_no_district_says_which_properties_there_are() -> None:
    with pytest.raises(BadFile, match=r"--name-property \(nr, namn, id\)"):
        read(feature(polygon(SQUARE), nr=7, namn="Hallsta"))
    with pytest.raises(BadFile, match="The property “stadsdel” names nothing"):
        read(feature(polygon(SQUARE), namn="Råby"), property_name="stadsdel")


def test_a_packed_file_is_unpacked(tmp_path: Path) -> None:
    file = tmp_path / "karta.geojson.gz"
    file.write_bytes(gzip.compress(written(feature(polygon(SQUARE), namn="Råby"))))
    assert set(read_outlines(file, file.name, DIVISION).outlines) == {"raby"}


@pytest.fixture
def live(database_url: str) -> Iterator[LiveRegister]:
    with opened(database_url) as register:
        used = tuple(d for d in DISTRICTS if d.key != "gamla")
        register.ask(PublishDivision(division="omraden", name="Områden", on=DAY, districts=used), BY)
        yield register


def test_a_file_is_drawn_as_a_whole_or_not_at_all(live: LiveRegister) -> None:
    data = written(
        feature(polygon(SQUARE), namn="Råby"), feature(polygon(SQUARE), namn="Bäkby"), feature(None, namn="City")
    )
    told = {"division": "omraden", "source": "Kommunens geodata, CC0.", "by": BY}
    with pytest.raises(Refused) as refused:
        draw_from_file(live, data, "karta.geojson", **told)  # type: ignore[arg-type]  # a dict of its keyword arguments
    assert "“Bäkby” is not in the division. Did you mean “Bäckby”?" in refused.value.en
    assert "”City” har ingen yta" in refused.value.sv
    done = draw_from_file(live, data, "karta.geojson", accept_valid=True, **told)  # type: ignore[arg-type]  # as above
    assert list(done.lines())[1][1] == "Without an outline: Centrum, Bäckby."
    state = live.now().find(Division, "omraden")
    assert state is not None
    assert (state.outlines, state.outline_source) == ({"raby": (TAKEN,)}, "Kommunens geodata, CC0.")


def test_the_command_line_draws_a_file(tmp_path: Path) -> None:
    samverkan(tmp_path, "source", "s", "--name", "S", "--owner", "O", "--division", "omraden")
    districts = json.dumps({
        "division": "omraden", "on": "2024-01-01", "reason": "Namn.", "districts": [{"key": "raby", "name": "Råby"}]
    })  # fmt: skip
    samverkan(tmp_path, "do", "revise-division", given=districts)
    file = tmp_path / "karta.geojson"
    file.write_bytes(written(feature(polygon(SQUARE), namn="Råby")))
    asked = ("outlines", str(file), "--division", "omraden", "--source-text", "Kommunens geodata, CC0.")
    assert samverkan(tmp_path, *asked).stdout == "1 of 1 districts are drawn, with 4 points.\n"
    again = samverkan(tmp_path, *asked)
    assert (again.returncode, again.stderr.strip()) == (2, "Nothing changes in the outlines.")
    assert (
        "drew outlines of 1 district in the division omraden: “Kommunens geodata, CC0”."
        in samverkan(tmp_path, "history").stdout
    )
