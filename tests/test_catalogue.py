"""Katalogerna: divisions of the municipality, their mappings, categories and sources."""

from __future__ import annotations

import math

import pytest
from pydantic import ValidationError

from domain.catalogue import (
    MOST_POINTS,
    BreakDeclared,
    Categories,
    CategoriesPublished,
    Category,
    ColumnsRemembered,
    DeclareBreak,
    District,
    Division,
    DivisionDrawn,
    DivisionMapped,
    DivisionPublished,
    DivisionRevised,
    MapDivision,
    PublishCategories,
    RegisterSource,
    RememberColumns,
    ReviseDivision,
    Ring,
    Share,
    Source,
    SourceRegistered,
    neighbours,
)
from tests.given import (
    DIVISION,
    DRAW_DIVISION,
    EST,
    FOUNDED,
    OBSERVE,
    PUBLISH_CATEGORIES,
    PUBLISH_DIVISION,
    REGISTER_EST,
    but,
    day,
    given,
)

RABY, NEW = PUBLISH_DIVISION.districts[1], District(key="bjurhovda", name="Bjurhovda")
REVISE = ReviseDivision(division=DIVISION, on=day("2020-02-03"), reason="Ny stadsdel.", districts=(NEW,))
RETIRE = but(REVISE, districts=(), retired=("raby",))
MIMER = but(
    PUBLISH_DIVISION,
    division="mimer",
    name="Mimers områden",
    districts=(District(key="vaster", name="Väster"), District(key="oster", name="Öster")),
)
MAP = MapDivision(
    division="mimer",
    on=day("2020-02-03"),
    to=DIVISION,
    shares=(
        Share(origin="vaster", destination="raby", share=0.65),
        Share(origin="vaster", destination="backby", share=0.35),
        Share(origin="oster", destination="centrum", share=1),
    ),
    method="Lägenheter per område.",
)
SQUARE: tuple[Ring, ...] = (((0, 0), (1, 0), (1, 1), (0, 1)),)
FIRE = Category(key="anlagd-brand", name="Anlagd brand")
MORE = PublishCategories(on=day("2021-02-01"), reason="Saknades.", categories=(FIRE,))


def test_a_division_is_taken_into_use() -> None:
    scene = given().when(PUBLISH_DIVISION)
    scene.then(DivisionPublished(**PUBLISH_DIVISION.model_dump(exclude={"division"})))
    assert list(scene.now(Division, DIVISION).districts) == ["centrum", "raby", "backby"]


def test_a_division_is_published_once() -> None:
    given(PUBLISH_DIVISION).when(PUBLISH_DIVISION).then_refused("already-exists")
    given().on("2019-11-05").when(PUBLISH_DIVISION).then_refused("date-in-future")


def test_each_district_has_a_key_of_its_own() -> None:
    with pytest.raises(ValidationError, match="each district needs a key of its own"):
        but(PUBLISH_DIVISION, districts=(RABY, RABY))


def test_a_revision_makes_a_new_edition() -> None:
    scene = given(PUBLISH_DIVISION).when(REVISE)
    scene.then(DivisionRevised(**REVISE.model_dump(exclude={"division"})))
    assert scene.now(Division, DIVISION).edition == 2
    assert scene.now(Division, DIVISION).districts["bjurhovda"] == NEW


def test_a_retired_district_takes_no_new_observations() -> None:
    report = OBSERVE.content.model_copy(update={"district": "raby"})
    scene = given(*FOUNDED, RETIRE)
    scene.when(but(OBSERVE, content=report)).then_refused("unknown-district")


def test_a_retired_district_can_come_back_as_it_was() -> None:
    scene = given(PUBLISH_DIVISION, RETIRE).when(but(REVISE, districts=(RABY,))).then_accepted()
    assert scene.now(Division, DIVISION).retired == frozenset()


def test_only_a_district_in_use_can_be_retired() -> None:
    given(PUBLISH_DIVISION).when(but(RETIRE, retired=("bjurhovda",))).then_refused("unknown-district")
    given(PUBLISH_DIVISION, RETIRE).when(RETIRE).then_refused("unknown-district")


def test_a_revision_changes_something() -> None:
    given(PUBLISH_DIVISION).when(but(REVISE, districts=(RABY,))).then_refused("nothing-changed")
    given(PUBLISH_DIVISION).when(but(REVISE, districts=())).then_refused("nothing-changed")


def test_a_revision_is_of_a_division_that_exists_and_on_a_day_that_has_come() -> None:
    given().when(REVISE).then_refused("not-found")
    given(PUBLISH_DIVISION).on("2020-02-02").when(REVISE).then_refused("date-in-future")


def bordering(key: str, *others: str) -> District:
    return District(key=key, name=key.capitalize(), neighbours=others)


BORDERS = but(
    PUBLISH_DIVISION, districts=(bordering("centrum", "raby"), bordering("raby"), bordering("backby", "raby"))
)


def test_two_districts_are_neighbours_when_one_of_them_says_so() -> None:
    scene = given(BORDERS)
    assert neighbours(scene.now(Division, DIVISION)) == {
        "centrum": ("raby",),
        "raby": ("centrum", "backby"),
        "backby": ("raby",),
    }
    scene.and_given(RETIRE)
    assert neighbours(scene.now(Division, DIVISION)) == {"centrum": (), "backby": ()}


def test_a_district_stored_before_there_were_neighbours_has_none() -> None:
    old = DivisionPublished.model_validate_json(
        '{"name": "Områden", "on": "2019-11-06", "districts": [{"key": "raby", "name": "Råby"}]}'
    )
    assert neighbours(given((f"division-{DIVISION}", old)).now(Division, DIVISION)) == {"raby": ()}


@pytest.mark.parametrize("other", ["centrum", "bjurhovda"])
def test_a_neighbour_is_another_district_of_the_division(other: str) -> None:
    given().when(but(BORDERS, districts=(bordering("centrum", other),))).then_refused("unknown-neighbour")
    revise = but(REVISE, districts=(bordering("centrum", other),))
    given(PUBLISH_DIVISION).when(revise).then_refused("unknown-neighbour")


def test_a_new_district_may_border_on_one_that_is_there_but_not_on_one_that_goes() -> None:
    revise = but(REVISE, districts=(bordering("bjurhovda", "raby"),))
    given(PUBLISH_DIVISION).when(revise).then_accepted()
    given(PUBLISH_DIVISION).when(but(revise, retired=("raby",))).then_refused("unknown-neighbour")


def test_one_division_is_mapped_to_another() -> None:
    scene = given(PUBLISH_DIVISION, MIMER).when(MAP)
    scene.then(DivisionMapped(**MAP.model_dump(exclude={"division"})))
    assert scene.now(Division, "mimer").mappings == {DIVISION: MAP.shares}


def test_the_shares_of_a_district_add_up_to_one() -> None:
    given(PUBLISH_DIVISION, MIMER).when(but(MAP, shares=MAP.shares[:1])).then_refused("shares-do-not-add-up")


def test_a_mapping_speaks_of_known_divisions_and_districts() -> None:
    given(PUBLISH_DIVISION).when(MAP).then_refused("not-found")
    given(MIMER).when(MAP).then_refused("not-found")
    astray = (Share(origin="norr", destination="raby", share=1),)
    given(PUBLISH_DIVISION, MIMER).when(but(MAP, shares=astray)).then_refused("unknown-district")
    given(PUBLISH_DIVISION, MIMER).on("2020-02-02").when(MAP).then_refused("date-in-future")


def test_districts_are_drawn_and_drawn_anew() -> None:
    scene = given(PUBLISH_DIVISION).when(DRAW_DIVISION)
    scene.then(DivisionDrawn(**DRAW_DIVISION.model_dump(exclude={"division"})))
    drawn = scene.now(Division, DIVISION)
    assert {key: len(rings) for key, rings in drawn.outlines.items()} == {"centrum": 1, "raby": 2}
    assert (drawn.schematic, drawn.outline_source) == (False, "Kommunens geodata, CC0.")
    scene.when(but(DRAW_DIVISION, outlines={"backby": SQUARE}, schematic=True)).then_accepted()
    assert scene.now(Division, DIVISION).outlines == {"backby": SQUARE}
    assert scene.now(Division, DIVISION).schematic


def test_a_drawing_that_changes_nothing_is_refused() -> None:
    scene = given(PUBLISH_DIVISION, DRAW_DIVISION)
    scene.when(DRAW_DIVISION).then_refused("nothing-changed")
    scene.when(but(DRAW_DIVISION, source="Lantmäteriet, CC BY 4.0.")).then_accepted()


def test_what_is_drawn_is_a_district_in_use_of_a_division_that_exists() -> None:
    given().when(DRAW_DIVISION).then_refused("not-found")
    given(PUBLISH_DIVISION, RETIRE).when(DRAW_DIVISION).then_refused("unknown-district")
    given(PUBLISH_DIVISION).on("2019-11-05").when(DRAW_DIVISION).then_refused("date-in-future")


@pytest.mark.parametrize("rings", [(), (SQUARE[0][:2],), (SQUARE[0], ((1, 1), (2, 2), (1, 1)))])
def test_a_ring_needs_three_points(rings: tuple[Ring, ...]) -> None:
    drawn = but(DRAW_DIVISION, outlines={"centrum": rings}, schematic=True)
    given(PUBLISH_DIVISION).when(drawn).then_refused("ring-too-short")


def test_only_a_schematic_drawing_has_other_units_than_degrees() -> None:
    metres = but(
        DRAW_DIVISION, outlines={"centrum": (((587_000, 6_609_000), (588_000, 6_609_000), (588_000, 6_610_000)),)}
    )
    given(PUBLISH_DIVISION).when(metres).then_refused("not-degrees")
    given(PUBLISH_DIVISION).when(but(metres, schematic=True)).then_accepted()


def test_a_drawing_has_a_size_that_a_page_can_show() -> None:
    many = tuple((n / 10_000, n % 7) for n in range(MOST_POINTS + 1))
    given(PUBLISH_DIVISION).when(but(DRAW_DIVISION, outlines={"centrum": (many,)})).then_refused("too-many-points")
    with pytest.raises(ValidationError, match="at most 2000 items"):
        but(DRAW_DIVISION, outlines={f"d{n}": SQUARE for n in range(2001)})
    with pytest.raises(ValidationError, match="finite number"):
        but(DRAW_DIVISION, outlines={"centrum": (((math.nan, 0), (1, 0), (1, 1)),)})


def test_a_division_stored_before_there_were_outlines_has_none() -> None:
    state = given(PUBLISH_DIVISION).now(Division, DIVISION)
    assert (state.outlines, state.schematic, state.outline_source) == ({}, False, None)


def test_categories_are_published_in_editions() -> None:
    scene = given(PUBLISH_CATEGORIES).when(MORE).then(CategoriesPublished(**MORE.model_dump()))
    assert scene.now(Categories, "all").edition == 2
    assert list(scene.now(Categories, "all").categories) == ["personran", "skadegorelse", "anlagd-brand"]


def test_a_retired_category_takes_no_new_observations() -> None:
    retire = but(MORE, categories=(), retired=("personran",))
    scene = given(*FOUNDED, retire).when(OBSERVE).then_refused("unknown-category")
    scene.when(retire).then_refused("unknown-category")


def test_a_retired_category_can_come_back_as_it_was() -> None:
    retire = but(MORE, categories=(), retired=("personran",))
    back = but(MORE, categories=PUBLISH_CATEGORIES.categories[:1])
    given(PUBLISH_CATEGORIES, retire).when(back).then_accepted()


def test_a_publication_changes_the_catalogue() -> None:
    given(PUBLISH_CATEGORIES).when(PUBLISH_CATEGORIES).then_refused("nothing-changed")
    given().when(but(MORE, categories=())).then_refused("nothing-changed")
    given().on("2021-01-31").when(MORE).then_refused("date-in-future")


def test_a_source_says_what_it_may_be_used_for() -> None:
    scene = given(PUBLISH_DIVISION).when(REGISTER_EST)
    scene.then(SourceRegistered(**REGISTER_EST.model_dump(exclude={"source"})))
    assert scene.now(Source, EST).use == "evidence"


def test_a_source_is_registered_once_with_a_division_that_exists() -> None:
    given(PUBLISH_DIVISION, REGISTER_EST).when(REGISTER_EST).then_refused("already-exists")
    given().when(REGISTER_EST).then_refused("not-found")


def test_a_source_has_a_short_key() -> None:
    with pytest.raises(ValidationError, match="at most 60 characters"):
        RegisterSource.model_validate({**REGISTER_EST.model_dump(), "source": "k" * 61})


def test_the_columns_of_a_source_are_remembered_until_others_are() -> None:
    remember = RememberColumns(source=EST, kind="reports", columns={"day": "Datum"})
    scene = given(*FOUNDED).when(remember).then(ColumnsRemembered(kind="reports", columns={"day": "Datum"}))
    scene.when(remember).then()
    scene.when(but(remember, columns={"day": "Händelsedag"})).then_accepted()
    assert scene.now(Source, EST).columns == {"reports": {"day": "Händelsedag"}}


def test_a_break_in_what_a_source_counts_is_declared_once_with_its_reason() -> None:
    declare = DeclareBreak(source=EST, on=day("2019-01-01"), reason="Nya brottskoder.")
    scene = given(*FOUNDED).when(declare).then(BreakDeclared(on=day("2019-01-01"), reason="Nya brottskoder."))
    assert scene.now(Source, EST).breaks == {day("2019-01-01"): "Nya brottskoder."}
    scene.when(but(declare, reason="Annat.")).then_refused("break-already-declared")
    given(*FOUNDED).when(but(declare, reason=" ")).then_refused("break-reason-missing")
    given(*FOUNDED).when(but(declare, on=day("2030-01-01"))).then_refused("date-in-future")


def test_columns_are_remembered_for_a_source_that_exists() -> None:
    given().when(RememberColumns(source=EST, kind="reports", columns={})).then_refused("not-found")
