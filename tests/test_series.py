"""A series on its time axis, and the picture's numbers: nothing known is not nothing happened."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from domain.core import Refused
from domain.file_import import WithdrawFile
from service.register import LiveRegister
from service.views.coverage import is_covered, periods_within
from service.views.district_view import district
from service.views.expectations import Expected, add_up
from service.views.joint_picture import joint_picture, picture_of
from service.views.map_view import district_map
from service.views.picture_view import PictureAsked, cells, ordered, picture
from service.views.series import Series, series
from service.views.similar import similar_districts
from service.views.sparkline import spark
from service.views.standing import standing
from tests import given as g
from tests.given import day
from tests.pictured import JUDGE, SIGNAL, pictured
from tests.plausible import counts_file


@pytest.fixture
def live(fresh_sqlite: str) -> Iterator[LiveRegister]:
    with pictured(fresh_sqlite) as register:
        yield register


def robberies(live: LiveRegister, district: str | None = "centrum", at: int | None = None) -> Series:
    register = live.now() if at is None else live.as_of(at)
    return series(register, live.read_tables(), at, g.EXTRACT, district, "personran", "week")


def observed(found: Series) -> dict[str, float | None]:
    return {point.period: point.observed for point in found.points}


def test_a_week_that_no_file_covers_is_not_known_and_a_covered_one_without_events_is_zero(live: LiveRegister) -> None:
    there = observed(robberies(live))
    assert (min(there), max(there)) == ("2019-W45", "2020-W09")
    assert there["2020-W03"] == 2
    assert there["2020-W04"] is None
    assert set(observed(robberies(live, "backby")).values()) == {0.0, None}


def test_a_month_is_known_only_where_all_its_days_are_covered(live: LiveRegister) -> None:
    found = series(live.now(), live.read_tables(), None, g.EXTRACT, "centrum", "personran", "month")
    assert observed(found) == {"2019-11": None, "2019-12": 10, "2020-01": None, "2020-02": 15}


def test_the_expectation_stands_where_the_period_was_assessed(live: LiveRegister) -> None:
    last = robberies(live).points[-1]
    assert (last.period, last.observed, last.expected, last.lower, last.upper) == ("2020-W09", 9, 2.0, 0.0, 6.0)
    assert all(point.expected is None for point in robberies(live).points[:-1])


def test_a_flag_carries_its_verdict_and_its_sentence_is_the_finding(live: LiveRegister) -> None:
    assert [flag.response for flag in robberies(live).flags] == [None]
    live.ask(JUDGE, g.COORDINATOR)
    found = robberies(live)
    assert [(f.key, f.period, f.flag, f.response) for f in found.flags] == [(SIGNAL, "2020-W09", "rise", "dismiss")]
    assert found.finding.sv.startswith("9 händelser v. 9 2020.")


def test_actions_promises_and_breaks_lie_on_the_axis_of_the_series_that_they_belong_to(live: LiveRegister) -> None:
    marks = {(m.kind, m.number, m.title): (m.first, m.last) for m in robberies(live).marks}
    assert marks == {
        ("break", 1, "Ny kodning av rån."): (day("2020-01-01"), day("2020-01-01")),
        ("promise", 1, "Löfte mot rån"): (day("2020-03-01"), day("2020-08-31")),
        ("action", 1, "Trygghetsvandringar"): (day("2020-03-02"), None),
    }
    assert [m.kind for m in robberies(live, "raby").marks] == ["break"]


def test_the_forecast_begins_after_the_last_period(live: LiveRegister) -> None:
    found = robberies(live)
    assert found.forecast == "polisens-utdrag-2020-w09"
    first = found.ahead[0]
    assert (first.period, first.low95, first.low80, first.median, first.high80, first.high95) == (
        "2020-W10", 0, 1, 2, 4, 6,
    )  # fmt: skip
    assert [step.median for step in robberies(live, None).ahead] == [4, 4]


def test_a_sum_has_what_its_parts_have_and_bounds_wider_than_either(live: LiveRegister) -> None:
    whole = robberies(live, None)
    last = whole.points[-1]
    assert (last.observed, last.expected) == (10, 3.5)
    assert last.upper == pytest.approx(3.5 + (4**2 + 4**2) ** 0.5)
    assert whole.flags == ()
    assert whole.synthetic


def test_the_lower_bound_of_a_sum_lies_as_far_below_as_the_upper_above_on_the_scale_of_roots() -> None:
    whole = add_up([Expected(50, 30, 80), Expected(50, 30, 80)])
    assert whole.upper is not None
    assert whole.lower is not None
    assert whole.expected**0.5 - whole.lower**0.5 == pytest.approx(whole.upper**0.5 - whole.expected**0.5)


@pytest.mark.parametrize(
    ("observed", "expected", "kind"),
    [
        (20.0, Expected(10, 4, 18), "far-above"),
        (16.0, Expected(10, 4, 18), "above"),
        (12.0, Expected(10, 4, 18), "expected"),
        (6.0, Expected(10, 4, 18), "below"),
        (2.0, Expected(10, 4, 18), "far-below"),
        (0.0, Expected(1.3, 0.1, 5), "expected"),  # nothing could lie below the bound
        (3.0, Expected(0.4, 0, 2), "too-few"),
        (3.0, None, "unknown"),
        (None, Expected(10, 4, 18), "unknown"),
    ],
)
def test_a_number_stands_in_one_class(observed: float | None, expected: Expected | None, kind: str) -> None:
    assert standing(observed, expected).kind == kind


def test_what_came_later_is_not_held_against_what_was_expected_then() -> None:
    late = standing(20.0, Expected(10, 4, 18, observed=11))
    assert (late.observed, late.judged, late.kind, late.grown) == (20, 11, "expected", True)
    assert late.change == pytest.approx(0.1)
    assert add_up([Expected(1, 0, 3, observed=2), Expected(1, 0, 3, observed=None)]).observed is None


def test_as_of_an_earlier_event_the_series_is_as_it_was_known(live: LiveRegister) -> None:
    before = live.store.last_gsn()
    second = live.now().states["import"]
    live.ask(WithdrawFile(file_import=list(second)[-1], reason="Fel fil."), g.COORDINATOR)
    assert list(observed(robberies(live)))[-1] == "2020-W03"
    assert list(observed(robberies(live, at=before)))[-1] == "2020-W09"


def test_a_part_of_a_series_speaks_of_its_own_last_period(live: LiveRegister) -> None:
    part = robberies(live).within("2019-W50", "2020-W03")
    assert (part.points[0].period, part.points[-1].period) == ("2019-W50", "2020-W03")
    assert (part.flags, part.ahead, part.forecast) == ((), (), None)
    assert "vecka 3 2020" in part.finding.sv
    assert [mark.kind for mark in part.marks] == ["break"]


def test_a_source_is_not_asked_for_what_it_does_not_count(live: LiveRegister) -> None:
    for place, kind in (("mimer", "personran"), ("centrum", "buskorning")):
        with pytest.raises(Refused) as refused:
            series(live.now(), live.read_tables(), None, g.EXTRACT, place, kind)
        assert refused.value.rule in ("district-not-counted", "category-not-counted")


def test_counts_that_files_give_are_summed_only_where_every_series_has_one(live: LiveRegister) -> None:
    source = g.REGISTER_EXTRACT.model_copy(update={"source": "tabell", "name": "Tabell"})
    live.ask(source, g.COORDINATOR)
    figures = {("centrum", "personran", "2019-11"): 4, ("raby", "personran", "2019-11"): 1,
               ("centrum", "personran", "2019-12"): 6}  # fmt: skip
    live.ask(counts_file(live, "tabell", figures), g.COORDINATOR)
    found = series(live.now(), live.read_tables(), None, "tabell", None, None)
    assert found.frequency == "month"
    assert observed(found) == {"2019-11": 5, "2019-12": None}


def test_both_databases_answer_alike(database_url: str) -> None:
    with pictured(database_url) as live:
        register, tables = live.now(), live.read_tables()
        monthly = series(register, tables, None, g.EXTRACT, None, None, "month")
        assert observed(monthly) == {"2019-11": None, "2019-12": 20, "2020-01": None, "2020-02": 23}
        live.ask(g.REGISTER_EXTRACT.model_copy(update={"source": "tabell"}), g.COORDINATOR)
        live.ask(counts_file(live, "tabell", {("centrum", "personran", "2019-12"): 6}), g.COORDINATOR)
        found = series(live.now(), live.read_tables(), None, "tabell", None, None)
        assert (observed(found), found.frequency) == ({"2019-12": 6}, "month")
        there = district(live.now(), live.read_tables(), live.store.last_gsn(), "centrum")
        assert (len(there.survey[0].waves), len(there.reports), [s.key for s in there.similar]) == (2, 1, ["raby"])


def test_the_picture_lays_districts_beside_each_other_and_one_districts_categories(live: LiveRegister) -> None:
    view = picture(live.now(), live.read_tables(), None, PictureAsked())
    assert (view.source.key, view.by, view.last) == (g.EXTRACT, "district", "2020-W09")
    assert {row.name: row.last.observed for row in view.rows} == {"Centrum": 10, "Råby": 1, "Bäckby": 0}
    assert view.summed.last.observed == 11
    assert {row.key: row.signal for row in view.rows} == {"centrum": SIGNAL, "raby": None, "backby": None}
    assert view.rows[0].total is None  # week 4 is not known
    inside = picture(live.now(), live.read_tables(), None, PictureAsked(place="centrum", first="2020-02-03"))
    assert (inside.by, inside.periods[0]) == ("category", "2020-W06")
    assert {row.name: row.total for row in inside.rows} == {"Personrån": 15, "Skadegörelse": 4}
    assert inside.map is not None
    assert {shape.key for shape in inside.map.shapes} == {"centrum", "raby", "backby"}


def test_rows_are_sorted_as_asked_and_swedish_letters_come_last(live: LiveRegister) -> None:
    rows = picture(live.now(), live.read_tables(), None, PictureAsked()).rows
    assert [row.name for row in ordered(rows, "name")] == ["Bäckby", "Centrum", "Råby"]
    assert [row.name for row in ordered(rows, "-number")] == ["Centrum", "Råby", "Bäckby"]
    assert ordered(rows, "nonsense") == ordered(rows, None)


def test_every_number_of_the_picture_can_be_had_with_its_expectation(live: LiveRegister) -> None:
    view = picture(live.now(), live.read_tables(), None, PictureAsked(kind="personran"))
    found = {(cell.key, cell.period): cell for cell in cells(live.now(), view)}
    assert len(found) == len(view.rows) * len(view.periods)
    last = found["centrum", "2020-W09"].expected
    assert last is not None
    assert last.expected == 2.0
    assert found["centrum", "2020-W08"].expected is None


def test_the_map_keeps_shared_borders_and_says_when_it_is_schematic(live: LiveRegister) -> None:
    view = picture(live.now(), live.read_tables(), None, PictureAsked())
    assert view.map is not None
    assert (view.map.schematic, view.map.tiles, view.map.source) == (True, False, "Ritad för provet.")
    assert all(shape.outline.path.startswith("M") and "." not in shape.outline.path for shape in view.map.shapes)
    division = live.now().states["division"][g.DIVISION]
    assert district_map(division, ("raby",), {"raby": standing(1, None)}, {}).shapes[0].standing.kind == "unknown"


def test_without_outlines_the_districts_are_tiles(fresh_sqlite: str) -> None:
    division = g.given(g.PUBLISH_DIVISION).register.states["division"][g.DIVISION]
    made = district_map(division, ("centrum", "raby"), dict.fromkeys(("centrum", "raby"), standing(1, None)), {})
    assert (made.tiles, made.schematic, len(made.shapes)) == (True, True, 2)


def test_a_district_shows_what_was_seen_decided_and_done_there(live: LiveRegister) -> None:
    view = district(live.now(), live.read_tables(), None, "centrum")
    assert (view.name, view.chosen_category) == ("Centrum", "personran")
    assert [each.signal.key for each in view.signals] == [SIGNAL]
    assert [each.title for each in view.problems] == ["Personrån mot unga i centrum"]
    assert [each.title for each in view.actions] == ["Trygghetsvandringar"]
    assert [each.place for each in view.reports] == ["Gångtunneln"]
    assert district(live.now(), live.read_tables(), None, "raby").problems == ()
    with pytest.raises(Refused):
        district(live.now(), live.read_tables(), None, "finns-inte")


def test_a_survey_wave_of_another_method_is_marked(live: LiveRegister) -> None:
    (indicator,) = district(live.now(), live.read_tables(), None, "centrum").survey
    assert [(wave.wave, wave.after_break, wave.n) for wave in indicator.waves] == [
        ("2018-10", False, 120), ("2019-10", True, 120),
    ]  # fmt: skip
    assert [wave.value for wave in indicator.whole] == [70]


def test_the_joint_picture_tells_how_it_was_adjusted(live: LiveRegister) -> None:
    key = picture_of(live.now(), 2021)
    assert key == "vasteras-2019-2020"
    joint = joint_picture(live.now(), key, live.store.stream(f"picture-{key}"))
    assert joint is not None
    assert [finding.words for finding in joint.findings] == ["Rånen sker nu vid stationen."]
    (adjustment,) = joint.adjustments
    assert (adjustment.reason, adjustment.dropped) == ("Rånen har flyttat.", ("Personrånen mot unga ökar i centrum.",))
    assert picture_of(live.now(), 2019) is None


def test_a_district_is_like_the_one_with_most_nearly_as_many_of_each_kind(live: LiveRegister) -> None:
    view = picture(live.now(), live.read_tables(), None, PictureAsked())
    assert [each.key for each in similar_districts(live.now(), live.read_tables(), None, view.source, "centrum")] == [
        "raby"
    ]


def test_spans_of_days_that_meet_are_one() -> None:
    spans = ((day("2020-01-06"), day("2020-01-19")),)
    assert periods_within(spans, "week") == ("2020-W02", "2020-W03")
    assert is_covered(spans, "2020-W03")
    assert not is_covered(spans, "2020-W04")
    assert not is_covered((), "2020-W03")


def test_a_sparkline_is_broken_where_nothing_is_known() -> None:
    drawn = spark((1.0, None, 2.0, 4.0))
    assert drawn.path.count("M") == 2
    assert (drawn.y, drawn.top) == (3.0, 4.0)
    assert spark(()).path == ""
    assert spark((0.0, None)).x is None
