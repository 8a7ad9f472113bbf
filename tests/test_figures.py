"""Computed figures as facts of the register: forecasts and their scores, model cards, effects; need beside hours."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from domain.action import AdoptPlan, Commit, DoNotStart, LogDose, Owner, PlannedFollowUp, Start
from domain.catalogue import Category, District, PublishCategories, PublishDivision, RegisterSource, ReviseDivision
from domain.computed import Effects, ModelCards
from domain.core import Refused
from domain.forecast import Forecast, RecordForecast
from domain.period import span
from domain.problem import AddEvidence, Evidence, Place, Prioritise, Propose, ValueProblem
from domain.signal import Judge, RecordAssessment, Results, Sentence, signal_key
from domain.weights import FreezeWeights, ImportWeights, Weight
from service.backtests import backtest
from service.cli import cli
from service.effects import estimate, plan
from service.importing import Wishes, take_in_file
from service.model_card import lines
from service.needs import need
from service.outlooks import forecast
from service.register import LiveRegister
from tests.given import AGREEMENT, SIGN
from tests.registers import BY, opened

DISTRICTS = tuple(f"d{n:02}" for n in range(12))
CATEGORIES = ("klotter", "ran")
MONTHS = tuple(span("2018-01", "2022-12"))
NOW = datetime(2023, 2, 20, 9, tzinfo=UTC)
STARTED = date(2021, 11, 10)
OWNER = Owner(role="områdespolis", organisation="LPO")


def clock() -> datetime:
    """The day on which all of it is told."""
    return NOW


def counts_file(months: tuple[str, ...], seed: int) -> bytes:
    """About 20 and 3 events a month in each district; from the start of the action less than half of them in d00."""
    rng = np.random.default_rng(seed)
    rows = ["district,period,category,count"]
    for district in DISTRICTS:
        for category, usual in zip(CATEGORIES, (20, 3), strict=True):
            for month in months:
                helped = 0.4 if district == "d00" and month >= "2021-11" else 1.0
                rows.append(f"{district},{month},{category},{rng.poisson(usual * helped)}")
    return "\n".join(rows).encode()


def commit_to(
    live: LiveRegister, key: str, *, district: str, started: date | None, hours: float = 100, division: str = "omraden"
) -> None:
    """A problem of its own in that district, its plan and its action, which has started or not."""
    on = date(2021, 10, 1)
    document, places = Evidence(kind="document", ref="Lägesbild"), (Place(division=division, district=district),)
    live.ask(
        Propose(problem=key, on=on, agreement=AGREEMENT, title=key, description="Klotter.", places=places,
                categories=("klotter",), evidence=(document,)), BY,
    )  # fmt: skip
    live.ask(ValueProblem(problem=key, on=on, rater="samordnare", scores={"harm": 3}), BY)
    live.ask(Prioritise(problem=key, on=on, reason="Störst."), BY)
    live.ask(AdoptPlan(problem=key, on=on, aim="Hälften.", owner=OWNER), BY)
    follow_up = PlannedFollowUp(on=date(2022, 12, 1), owner_role="controller", measure="Anmälningar.")
    live.ask(
        Commit(action=key, on=on, problem=key, title=key, description="Sanering.", owner=OWNER, due=date(2022, 6, 1),
               planned_hours=hours, expected_effect="Färre.", follow_up=follow_up), BY,
    )  # fmt: skip
    if started is not None:
        live.ask(Start(action=key, on=started), BY)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register with five years of months of twelve districts in two areas."""
    path = tmp_path_factory.mktemp("figures") / "register.db"
    with opened(f"sqlite:///{path}", clock) as live:
        north, south = "Norr", "Söder"
        districts = tuple(
            District(
                key=d, name=d.upper(), area=north if d < "d06" else south, neighbours=("d01",) if d == "d00" else ()
            )
            for d in DISTRICTS
        )
        live.ask(SIGN, BY)
        live.ask(PublishDivision(division="omraden", name="Områden", on=SIGN.first_day, districts=districts), BY)
        kinds = tuple(Category(key=c, name=c.capitalize()) for c in CATEGORIES)
        live.ask(PublishCategories(on=SIGN.first_day, reason="De första", categories=kinds), BY)
        live.ask(
            RegisterSource(source="anmalda", name="Anmälda", owner="LPO", use="main series", division="omraden"), BY
        )
        take_in_file(live, counts_file(MONTHS, 1), "a.csv", source="anmalda", by=BY)
    return path


@pytest.fixture
def path(prepared: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "register.db"
    shutil.copy(prepared, copy)
    shutil.copy(f"{prepared}.keys", f"{copy}.keys")
    return copy


@pytest.fixture
def live(path: Path) -> Iterator[LiveRegister]:
    with opened(f"sqlite:///{path}", clock) as register:
        yield register


def refusal(ask: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        ask()
    return refused.value.rule


# Forecasts


def test_all_series_and_their_sums_are_forecast_from_the_latest_complete_month(live: LiveRegister) -> None:
    done = forecast(live, "anmalda", by=BY)
    assert (done.key, done.repeated, done.scored) == ("anmalda-2022-12", False, ())
    state = live.now().find(Forecast, done.key)
    assert state is not None
    assert state.outlook is not None
    assert (state.periods[0], state.periods[-1], state.series) == ("2023-01", "2023-12", 2 * (12 + 2 + 1))
    rows = list(
        zip(state.outlook.district, state.outlook.category, state.outlook.level, state.outlook.mean, strict=True)
    )
    (city,) = [m for d, c, level, m in rows if (d, c, level) == ("Västerås stad", "klotter", "city") and m]
    areas = [m for d, c, level, m in rows if (c, level) == ("klotter", "area") and m]
    parts = [m for d, c, level, m in rows if (c, level) == ("klotter", "district") and m]
    assert (len(areas), len(parts)) == (2, 12)
    assert city == pytest.approx(np.sum(areas, axis=0), abs=1e-4)
    assert city == pytest.approx(np.sum(parts, axis=0), abs=1e-4)
    assert city[0] == pytest.approx(11 * 20 + 8, rel=0.15)


def test_asked_twice_it_answers_with_the_recorded_forecast(live: LiveRegister) -> None:
    first = forecast(live, "anmalda", by=BY)
    position = live.now().position
    again = forecast(live, "anmalda", by=BY, horizon=3)
    assert (again.repeated, again.forecast) == (True, first.forecast)
    assert live.now().position == position


def test_a_month_that_is_not_over_is_not_forecast_from(live: LiveRegister) -> None:
    take_in_file(live, counts_file(("2023-01", "2023-02"), 2), "b.csv", source="anmalda", by=BY)
    assert forecast(live, "anmalda", by=BY).key == "anmalda-2023-01"


def test_what_comes_is_laid_beside_every_earlier_forecast_once(live: LiveRegister) -> None:
    forecast(live, "anmalda", by=BY, horizon=1)
    take_in_file(live, counts_file(("2023-01",), 2), "b.csv", source="anmalda", by=BY)
    done = forecast(live, "anmalda", by=BY)
    assert done.scored == (("anmalda-2022-12", "2023-01"),)
    assert forecast(live, "anmalda", by=BY).scored == ()
    state = live.now().find(Forecast, "anmalda-2022-12")
    assert state is not None
    assert state.outlook is None, "all its periods have come"
    scored = state.scored["2023-01"]
    observed = [value for value in scored.scores.observed if value is not None]
    assert (scored.interval, len(observed)) == (0.95, 30)
    districts, klotter, ran = observed[:24], observed[24:27], observed[27:]
    assert sum(districts) == klotter[0] + ran[0]
    assert klotter[0] == klotter[1] + klotter[2]
    assert sum(inside is True for inside in scored.scores.covered) >= 26
    assert all(crps is not None and crps < 60 for crps in scored.scores.crps)


def test_an_area_whose_districts_changed_since_is_not_scored_and_the_rest_is(live: LiveRegister) -> None:
    forecast(live, "anmalda", by=BY)
    moved = District(key="d00", name="D00", area="Söder")
    live.ask(ReviseDivision(division="omraden", on=live.today(), reason="Flyttat", districts=(moved,)), BY)
    take_in_file(live, counts_file(("2023-01",), 2), "b.csv", source="anmalda", by=BY)
    forecast(live, "anmalda", by=BY)
    state = live.now().find(Forecast, "anmalda-2022-12")
    assert state is not None
    assert state.outlook is not None
    scores = state.scored["2023-01"].scores
    without = {level for level, crps in zip(state.outlook.level, scores.crps, strict=True) if crps is None}
    assert without == {"area"}


def test_a_source_without_figures_is_not_forecast(live: LiveRegister) -> None:
    live.ask(RegisterSource(source="tom", name="Tom", owner="LPO", use="context", division="omraden"), BY)
    assert refusal(lambda: forecast(live, "tom", by=BY)) == "nothing-to-assess"
    assert refusal(lambda: forecast(live, "nej", by=BY)) == "not-found"
    take_in_file(live, counts_file(("2023-02",), 2), "b.csv", source="tom", by=BY)
    assert refusal(lambda: forecast(live, "tom", by=BY)) == "nothing-to-forecast"


def test_a_series_without_history_gets_the_reason_and_its_sum_says_that_it_is_left_out(live: LiveRegister) -> None:
    live.ask(RegisterSource(source="ny", name="Ny", owner="LPO", use="context", division="omraden"), BY)
    rows = [f"{d},{month},klotter,{4 + n % 3}" for d in ("d01", "d02") for n, month in enumerate(MONTHS[-30:])]
    rows += ["d03,2023-02,klotter,2", "d03,2023-02,ran,1"]  # of a month that is not over
    file = "\n".join(["district,period,category,count", *rows]).encode()
    take_in_file(live, file, "ny.csv", source="ny", by=BY)
    outlook = forecast(live, "ny", by=BY).forecast.outlook
    assert outlook is not None
    rows_of = zip(outlook.district, outlook.category, outlook.level, outlook.mean, outlook.reasons, strict=True)
    found = {(d, c, level): (mean is not None, reasons) for d, c, level, mean, reasons in rows_of}
    assert found["d03", "klotter", "district"] == (False, ("too-short",))
    assert found["Västerås stad", "klotter", "city"] == (True, ("parts-without-1",))
    assert found["Västerås stad", "ran", "city"] == (False, ("parts-without-1",))
    rows = [f"{d},2023-01,klotter,5" for d in ("d01", "d02")]
    take_in_file(live, "\n".join(["district,period,category,count", *rows]).encode(), "c.csv", source="ny", by=BY)
    forecast(live, "ny", by=BY)
    state = live.now().find(Forecast, "ny-2022-12")
    assert state is not None
    observed = dict(zip(found, state.scored["2023-01"].scores.observed, strict=True))
    assert observed["Västerås stad", "klotter", "city"] == 10
    assert observed["d03", "klotter", "district"] is None


def test_incidents_are_forecast_by_week_or_month_and_an_effect_on_them_is_judged_by_month(live: LiveRegister) -> None:
    live.ask(RegisterSource(source="utdrag", name="Utdrag", owner="LPO", use="main series", division="omraden"), BY)
    rng, first, last = np.random.default_rng(5), date(2019, 12, 30), date(2022, 10, 31)
    rows = ["id;område;kategori;datum"]
    for district in DISTRICTS:
        days = rng.integers(0, (last - first).days + 1, 250)
        rows += [f"{district}-{n};{district};klotter;{first + timedelta(days=int(d))}" for n, d in enumerate(days)]
    wishes = Wishes(covers=(first, last))
    take_in_file(live, "\n".join(rows).encode(), "u.csv", source="utdrag", by=BY, wishes=wishes)
    assert forecast(live, "utdrag", by=BY).key == "utdrag-2022-w43"
    assert forecast(live, "utdrag", by=BY, frequency="month").key == "utdrag-2022-10"
    commit_to(live, "sanering", district="d00", started=STARTED)
    months = estimate(live, "sanering", by=BY, source="utdrag").estimate
    weeks = estimate(live, "sanering", by=BY, source="utdrag", frequency="week").estimate
    assert (months.first, months.last) == ("2021-11", "2022-10")
    assert (weeks.first, weeks.last) == ("2021-W45", "2022-W40")
    assert all(each.figures.combined is not None for each in (months, weeks))
    assert need(live.now(), "utdrag").first == "2022-11"


def test_a_forecast_says_that_its_figures_have_changed_and_is_made_anew_on_purpose(live: LiveRegister) -> None:
    first = forecast(live, "anmalda", by=BY)
    last = "\n".join(f"{d},2022-12,klotter,90" for d in DISTRICTS)
    take_in_file(live, f"district,period,category,count\n{last}".encode(), "r.csv", source="anmalda", by=BY)
    changed = forecast(live, "anmalda", by=BY).revised
    assert changed is not None
    assert (changed.cells, changed.of, changed.earlier) == (12, 24, 0)
    second = forecast(live, "anmalda", by=BY, again=True)
    assert (second.key, second.repeated, second.revised) == ("anmalda-2022-12-2", False, None)
    assert live.now().find(Forecast, first.key) == first.forecast
    assert forecast(live, "anmalda", by=BY).key == second.key
    assert need(live.now(), "anmalda").forecast == second.key


# Model cards


def assessed(live: LiveRegister, period: str, district: str) -> str:
    """One alert of klotter in the district, recorded."""
    none = (None,)
    results = Results(
        district=(district,), category=("klotter",), observed=(40.0,), expected=(20.0,), bound=(31.0,), p=(0.001,),
        exceedance=(1.8,), dispersion=none, trend=none, flagged=(True,), reasons=((),),
    )  # fmt: skip
    said = Sentence(sv="Fyrtio mot tjugo väntade.", en="Forty, twenty expected.")
    live.ask(
        RecordAssessment(source="anmalda", period=period, data_gsn=1, method="m 1", parameters={}, results=results,
                         sentences=(said,)), BY,
    )  # fmt: skip
    return signal_key("anmalda", period, district, "klotter")


def test_the_model_card_of_a_source_is_a_fact_until_its_figures_or_verdicts_change(live: LiveRegister) -> None:
    signal = assessed(live, "2021-09", "d00")
    first = backtest(live, "anmalda", by=BY, origins=3)
    card = first.made.card
    assert (first.repeated, card.series, card.origins, card.flags) == (False, 24, 3, 1.0)
    assert (first.made.first, first.made.last) == ("2020-01", "2022-12")
    assert card.rivals.better_by[1] is not None
    assert card.rivals.better_by[1] > 0.1
    assert card.within.covered[1] == pytest.approx(0.95, abs=0.05)
    assert card.verdicts.true == (0,)
    assert backtest(live, "anmalda", by=BY, origins=3).repeated
    live.ask(Judge(signal=signal, on=live.today(), response="act", finding="true", reason="Det stämde"), BY)
    judged = backtest(live, "anmalda", by=BY, origins=3)
    assert (judged.repeated, judged.made.card.verdicts.true) == (False, (1,))
    state = live.now().find(ModelCards, "anmalda")
    assert state is not None
    assert len(state.cards) == 2


def test_the_card_says_in_both_languages_how_good_and_how_honest(live: LiveRegister) -> None:
    made = backtest(live, "anmalda", by=BY, origins=2).made
    swedish, english = (list(lines(made, {"d00": "Bäckby"}, language)) for language in ("sv", "en"))
    assert len(swedish) == len(english)
    assert "24 serier prövade vid 2 tillfällen" in swedish[0]
    assert "0,950" in " ".join(swedish)
    assert "should be 0.800, 0.950 and 0.025" in " ".join(english)
    assert any(line.startswith("  Bäckby: error 0.") for line in english)
    assert "No assessment has been made" in english[-1]


def test_a_history_too_short_to_try_anything_on_is_refused(live: LiveRegister) -> None:
    live.ask(RegisterSource(source="ny", name="Ny", owner="LPO", use="context", division="omraden"), BY)
    take_in_file(live, counts_file(MONTHS[-12:], 2), "b.csv", source="ny", by=BY)
    assert refusal(lambda: backtest(live, "ny", by=BY)) == "too-short"


# Effects


def test_an_action_that_more_than_halved_the_events_is_seen_to_have_helped(live: LiveRegister) -> None:
    commit_to(live, "sanering", district="d00", started=STARTED)
    done = estimate(live, "sanering", by=BY)
    made, figures = done.estimate, done.estimate.figures
    assert (made.source, made.districts, made.categories) == ("anmalda", ("d00",), ("klotter",))
    assert (made.first, made.last, made.synthetic) == ("2021-11", "2022-10", False)
    assert figures.combined is not None
    assert figures.combined.lower < -0.6 < figures.combined.upper < -0.3
    assert (figures.neighbours, figures.flagged) == (("d01",), False)
    assert set(figures.comparisons) == set(DISTRICTS) - {"d00", "d01"}
    assert "färre händelser än väntat" in made.sentence.sv
    assert "fewer events than expected" in made.sentence.en
    state = live.now().find(Effects, "sanering")
    assert state is not None
    assert state.estimates == (made,)
    again = estimate(live, "sanering", by=BY)
    assert (again.repeated, again.estimate) == (True, made)


def test_districts_with_the_like_of_it_are_not_compared_with_and_what_went_on_beside_it_is_said(
    live: LiveRegister,
) -> None:
    commit_to(live, "sanering", district="d00", started=STARTED)
    commit_to(live, "patrull", district="d05", started=STARTED)
    commit_to(live, "lampor", district="d00", started=STARTED)
    commit_to(live, "planen", district="d06", started=None)
    made = estimate(live, "sanering", by=BY).estimate
    assert made.parameters["excluded"] == "d05"
    assert set(made.figures.comparisons) == set(DISTRICTS) - {"d00", "d01", "d05"}
    assert "lampor" in made.sentence.sv
    assert "patrull" not in made.sentence.sv


def test_an_action_in_a_district_that_was_flagged_says_so(live: LiveRegister) -> None:
    signal = assessed(live, "2021-09", "d00")
    commit_to(live, "sanering", district="d00", started=None)
    evidence = (Evidence(kind="signal", ref=signal),)
    live.ask(AddEvidence(problem="sanering", on=date(2021, 10, 5), evidence=evidence), BY)
    live.ask(Start(action="sanering", on=STARTED), BY)
    made = estimate(live, "sanering", by=BY).estimate
    assert made.figures.flagged
    assert made.parameters["flagged"] is True
    assert made.figures.grade == 3


def test_before_its_start_an_action_is_told_what_could_be_found_and_nothing_is_recorded(live: LiveRegister) -> None:
    commit_to(live, "sanering", district="d03", started=None)
    position = live.now().position
    found = plan(live, "sanering")
    assert found.detectable.expected == pytest.approx(240, rel=0.15)
    assert found.detectable.fall is not None
    assert 0.05 < found.detectable.fall < 0.6
    assert "80 fall av 100" in found.sentence.sv
    assert live.now().position == position


def test_districts_that_have_reported_nothing_since_are_said_to_be_silent_and_no_fall_is_claimed(
    live: LiveRegister,
) -> None:
    live.ask(RegisterSource(source="ny", name="Ny", owner="LPO", use="context", division="omraden"), BY)
    header, *rows = counts_file(MONTHS, 4).decode().splitlines()
    parts = [row.split(",") for row in rows]
    lines = [",".join([*p[:3], "0" if p[0] in ("d00", "d03") and p[1] >= "2021-11" else p[3]]) for p in parts]
    take_in_file(live, "\n".join([header, *lines]).encode(), "b.csv", source="ny", by=BY)
    commit_to(live, "sanering", district="d00", started=STARTED)
    commit_to(live, "annan", district="d05", started=STARTED)
    made = estimate(live, "sanering", by=BY, source="ny").estimate
    assert (made.figures.combined, made.figures.reasons) == (None, ("silent",))
    assert "has reported nothing at all after the start" in made.sentence.en
    assert "D03 (2021-11)" in made.sentence.sv
    other = estimate(live, "annan", by=BY, source="ny").estimate
    assert "d03" not in other.figures.comparisons
    assert "Silent, and not compared with while it lasted: D03 (2021-11)" in other.sentence.en


def test_an_effect_that_cannot_be_asked_for_is_refused_with_the_reason(live: LiveRegister) -> None:
    commit_to(live, "sanering", district="d00", started=None)
    assert refusal(lambda: estimate(live, "sanering", by=BY)) == "not-started"
    assert refusal(lambda: estimate(live, "nej", by=BY)) == "not-found"
    commit_to(live, "pagar", district="d07", started=STARTED)
    assert refusal(lambda: estimate(live, "pagar", by=BY, after=1)) == "follow-up-too-short"
    assert live.now().find(Effects, "pagar") is None
    assert refusal(lambda: plan(live, "sanering", source="nej")) == "not-found"
    assert refusal(lambda: plan(live, "sanering", categories=("nej",))) == "no-category"
    live.ask(RegisterSource(source="tva", name="Två", owner="LPO", use="main series", division="omraden"), BY)
    take_in_file(live, counts_file(("2022-01",), 2), "b.csv", source="tva", by=BY)
    assert refusal(lambda: plan(live, "sanering")) == "which-source"
    live.ask(Start(action="sanering", on=STARTED), BY)
    assert refusal(lambda: estimate(live, "sanering", by=BY, source="tva")) == "start-not-covered"
    live.ask(
        PublishDivision(division="annan", name="Annan", on=live.today(), districts=(District(key="x", name="X"),)), BY
    )
    live.ask(RegisterSource(source="tre", name="Tre", owner="LPO", use="context", division="annan"), BY)
    file = b"district,period,category,count\nX,2022-01,klotter,3\n"
    take_in_file(live, file, "c.csv", source="tre", by=BY)
    assert refusal(lambda: estimate(live, "sanering", by=BY, source="tre")) == "no-district"


# Need


def test_need_beside_hours_is_counted_where_no_weights_are_decided(live: LiveRegister) -> None:
    commit_to(live, "sanering", district="d03", started=STARTED, hours=500)
    live.ask(LogDose(action="sanering", on=date(2021, 12, 1), amount=1, unit="pass", hours=40), BY)
    commit_to(live, "avblast", district="d04", started=None)
    live.ask(DoNotStart(action="avblast", on=date(2021, 12, 1), reason="Inga pengar"), BY)
    forecast(live, "anmalda", by=BY)
    position = live.now().position
    found = need(live.now(), "anmalda")
    assert (found.forecast, found.weights, found.left_out, found.elsewhere) == ("anmalda-2022-12", None, (), (0, 0))
    by_district = {each.district: each.figures for each in found.districts}
    assert (by_district["d03"].planned_hours, by_district["d03"].spent_hours) == (500, 40)
    assert by_district["d04"].planned_hours == 0
    assert found.districts[-1].district == "d00", "where the action has halved the events"
    assert by_district["d03"].expected == pytest.approx(12 * 23, rel=0.15)
    assert "D03" in found.sentences[0].sv
    assert need(live.as_of(position), "anmalda") == found


def test_need_is_weighed_by_the_agreements_weights_and_hours_elsewhere_are_told(live: LiveRegister) -> None:
    live.ask(
        ImportWeights(weight_set="straff", on=date(2022, 1, 3), name="Straff", unit="dagar", cited="Påhittad tabell.",
                      year=2021, weights=(Weight(category="ran", weight=300),)), BY,
    )  # fmt: skip
    live.ask(FreezeWeights(agreement=AGREEMENT, weight_set="straff", on=date(2022, 1, 4), reason="Skadan styr."), BY)
    other = (District(key="x", name="X"),)
    live.ask(PublishDivision(division="annan", name="Annan", on=live.today(), districts=other), BY)
    commit_to(live, "sanering", district="x", started=STARTED, hours=70, division="annan")
    forecast(live, "anmalda", by=BY)
    found = need(live.now(), "anmalda")
    assert (found.weights, found.left_out, found.elsewhere) == ("Straff (dagar)", ("klotter",), (70, 0))
    assert found.districts[0].figures.expected == pytest.approx(12 * 3 * 300, rel=0.5)


def test_without_a_forecast_there_is_no_need_to_show(live: LiveRegister) -> None:
    assert refusal(lambda: need(live.now(), "anmalda")) == "no-forecast"
    forecast(live, "anmalda", by=BY)
    assert refusal(lambda: need(live.now(), "anmalda", "week")) == "no-forecast"
    assert refusal(lambda: need(live.now(), "nej")) == "not-found"


# The command line


def told(path: Path, *arguments: str) -> str:
    done = CliRunner().invoke(cli, [f"--database=sqlite:///{path}", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


def test_the_command_line_forecasts_tries_estimates_and_balances(path: Path) -> None:
    with opened(f"sqlite:///{path}", clock) as live:
        commit_to(live, "sanering", district="d00", started=STARTED)
    said = told(path, "--language=en", "forecast")
    assert "anmalda from 2022-12: 30 series and sums, 12 periods ahead." in said
    assert "Västerås stad, Klotter" in said
    assert "gjord tidigare" in told(path, "--language=sv", "forecast")
    assert "24 series tried at 2 times" in told(path, "--language=en", "backtest", "--origins=2")
    assert "D00: " in told(path, "--language=en", "effect", "sanering")
    assert "80 cases of 100" in told(path, "--language=en", "effect", "sanering", "--plan")
    assert "behov" in told(path, "--language=sv", "need", "--source=anmalda")
    assert '"district": "d03"' in told(path, "need", "--json")
    refused = CliRunner().invoke(cli, [f"--database=sqlite:///{path}", "effect", "nej"])
    assert isinstance(refused.exception, Refused)


def test_computed_figures_cannot_be_given_by_hand(path: Path) -> None:
    refused = CliRunner().invoke(cli, [f"--database=sqlite:///{path}", "do", RecordForecast.NAME])
    assert refused.exit_code == 2
    assert "record-forecast" in refused.output
