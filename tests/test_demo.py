"""The demonstration is built over a register in memory: nothing refused, the same each time, true to its facts."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from domain.action import Action
from domain.agreement import Agreement
from domain.catalogue import Categories, Division, PublishDivision, Source
from domain.core import Actor, Asked, Command, Recorded, Refused
from domain.erasure import Approved, ApproveErasure, Erasure, HeldText, RequestErasure
from domain.file_import import ROWS_PER_EVENT, Coverage, FileImport, IncidentRows, TakeIn, Tally, row_count
from domain.meeting import Meeting, OpenMeeting, outcomes
from domain.observation import Observation, Report, SurveyResult
from domain.period import span
from domain.picture import Adjusted, Picture
from domain.problem import Problem
from domain.promise import Promise
from domain.register import Register
from domain.review import Review
from domain.signal import Assessment, Judge, RecordAssessment, Results, Sentence, Signal, signal_key
from domain.weights import weights_of
from service.compose import open_register
from service.demonstration.agreement import steps as agreement_steps
from service.demonstration.catalogue import AGREEMENT, CATEGORIES, CHAIR, COORDINATOR, DISTRICTS, INCIDENTS
from service.demonstration.days import HERE, STOPS
from service.demonstration.erased import NAMING
from service.demonstration.incidents import generate
from service.demonstration.life import DemonstrationClock, Summary, build
from service.demonstration.make import make
from service.demonstration.planted import planted, planted_json
from service.demonstration.reports import LAST_REPORT
from service.settings import Settings


@dataclass(frozen=True)
class Answer:
    last_gsn: int


@dataclass
class InMemory:
    """A recorder without a store: the domain's own register, its history kept as a list."""

    clock: DemonstrationClock
    register: Register = field(default_factory=Register)
    history: list[Recorded] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    computed: list[str] = field(default_factory=list)

    def ask(self, command: Command, by: Actor, *, command_id: str | None = None) -> Answer:
        if command_id in self.answers:
            return self.answers[command_id]
        now = self.clock()
        asked = Asked(by, now.astimezone(HERE).date())
        for stream, event in command.facts(self.register, asked):
            gsn, version = len(self.history) + 1, self.register.version(stream) + 1
            recorded = Recorded(gsn, stream, version, now, now, by, command_id or "", event)
            self.register.apply(recorded)
            self.history.append(recorded)
        answer = Answer(len(self.history))
        if command_id:
            self.answers[command_id] = answer
        return answer

    def import_file(
        self,
        data: bytes,
        file_name: str,
        *,
        source: str,
        kind: str,
        by: Actor,
        covers: tuple[date, date] | None,
        synthetic: bool,
    ) -> None:
        state, digest = self.register.find(Source, source), sha256(data).hexdigest()
        assert state is not None
        assert covers is not None
        if digest in state.files:
            return
        rows = list(csv.DictReader(io.StringIO(data.decode()), delimiter=";"))
        taken = TakeIn.model_validate({
            "source": source, "kind": kind, "file_name": file_name, "sha256": digest, "synthetic": synthetic,
            "coverage": Coverage(first=covers[0], last=covers[1], frequency="day", absent="zero"),
            "tally": Tally(read=len(rows), new=len(rows), corrected=0, unchanged=0, rejected=0),
            "compared_at": state.changes, "rows": tuple(self._chunks(rows)),
        })  # fmt: skip
        self.ask(taken, by)

    def _chunks(self, rows: list[dict[str, str]]) -> list[IncidentRows]:
        areas, kinds = self.register.find(Division, "omraden-2019"), self.register.find(Categories, "all")
        assert areas is not None
        assert kinds is not None
        district = {d.name: DISTRICTS.index(d.key) for d in areas.districts.values()}
        category = {c.name: CATEGORIES.index(c.key) for c in kinds.categories.values() if c.key in CATEGORIES}
        return [
            IncidentRows(
                districts=DISTRICTS,
                categories=CATEGORIES,
                ref=tuple(row["id"] for row in part),
                district=tuple(district[row["område"]] for row in part),
                category=tuple(category[row["brottskategori"]] for row in part),
                day=tuple(row["datum"] for row in part),
            )
            for part in (rows[at : at + ROWS_PER_EVENT] for at in range(0, len(rows), ROWS_PER_EVENT))
        ]

    def assess(self, source: str, period: str, by: Actor) -> Sequence[tuple[str, Signal]]:
        """Flags what was planted in that week, and two series where nothing was."""
        if self.register.find(Assessment, f"{source}-{period.lower()}") is None:
            self.ask(_finding(source, period), by)
        run = self.register.find(Assessment, f"{source}-{period.lower()}")
        assert run is not None
        series = zip(run.results.district, run.results.category, run.results.flagged, strict=True)
        found = [signal_key(source, period, d, c) for d, c, flag in series if flag]
        return [(key, self.register.states["signal"][key]) for key in found]

    def forecast(self, source: str, frequency: str, by: Actor) -> None:
        """Notes that it was asked for."""
        self.computed.append(f"{self.clock():%Y-%m-%d} forecast {source} {frequency}")

    def backtest(self, source: str, frequency: str, by: Actor) -> None:
        """Notes that it was asked for."""
        self.computed.append(f"{self.clock():%Y-%m-%d} backtest {source} {frequency}")

    def estimate_effect(self, action: str, by: Actor) -> None:
        """Notes that it was asked for, of an action that there is."""
        assert self.register.find(Action, action) is not None
        self.computed.append(f"{self.clock():%Y-%m-%d} effect {action}")

    def request_erasure(self, observation: str, by: Actor, *, legal_basis: str, reason: str) -> None:
        """Of a text that a store without sealed texts can only give a name."""
        recorded = next(r for r in self.history if r.stream == f"observation-{observation}")
        texts = (HeldText(gsn=recorded.gsn, id="x" * 43),)
        asked = RequestErasure(erasure="one", on=self._today(), legal_basis=legal_basis, reason=reason, texts=texts)
        self.ask(asked, by, command_id="request-erasure")

    def approve_erasures(self, by: Actor) -> None:
        self.ask(ApproveErasure(erasure="one", on=self._today()), by, command_id="approve-erasure")

    def _today(self) -> date:
        return self.clock().astimezone(HERE).date()


def _finding(source: str, period: str) -> RecordAssessment:
    year, week = int(period[:4]), int(period[6:])
    monday = date.fromisocalendar(year, week, 1)
    series = [(d, c) for d in DISTRICTS for c in CATEGORIES]
    false = {("skultuna", "hot"), ("skalby", "klotter"), ("bjurhovda", "skadegorelse")}
    flags = [(d, c) in false or any(p.holds(d, c, monday) and p.factor > 1 for p in planted()) for d, c in series]
    some = (1.0,) * len(series)
    numbers = ("observed", "expected", "bound", "p", "exceedance", "dispersion", "trend")
    results = Results.model_validate({
        "district": [d for d, _ in series], "category": [c for _, c in series], "flagged": flags,
        "reasons": [()] * len(series), **dict.fromkeys(numbers, some),
    })  # fmt: skip
    said = tuple(Sentence(sv="Avviker.", en="Diverges.") for flag in flags if flag)
    return RecordAssessment(source=source, period=period, data_gsn=0, method="fake", parameters={},
                            results=results, sentences=said, synthetic=True)  # fmt: skip


@pytest.fixture(scope="module")
def built() -> tuple[InMemory, Summary]:
    clock = DemonstrationClock()
    recorder = InMemory(clock)
    return recorder, build(recorder, clock)


@pytest.fixture(scope="module")
def recorder(built: tuple[InMemory, Summary]) -> InMemory:
    return built[0]


@pytest.fixture(scope="module")
def register(recorder: InMemory) -> Register:
    return recorder.register


@pytest.fixture(scope="module")
def summary(built: tuple[InMemory, Summary]) -> Summary:
    return built[1]


def test_the_agreement_was_signed_in_november_2019_and_is_in_force_to_march_2023(register: Register) -> None:
    agreement = register.find(Agreement, AGREEMENT)
    assert agreement is not None
    assert (agreement.signed_on, agreement.last_day, agreement.ended_on) == (date(2019, 11, 6), date(2023, 3, 1), None)
    assert [p.signed_by_role for p in agreement.parties] == ["KS-ordförande", "LPO-chef"]
    assert not agreement.synthetic


def test_two_builds_give_the_same_history(recorder: InMemory) -> None:
    clock = DemonstrationClock()
    again = InMemory(clock)
    build(again, clock)
    assert again.history == recorder.history


def test_a_rerun_adds_nothing(recorder: InMemory) -> None:
    there = len(recorder.history)
    build(recorder, recorder.clock)
    assert len(recorder.history) == there


def test_another_seed_is_accepted_by_every_rule_too() -> None:
    clock = DemonstrationClock()
    other = build(InMemory(clock), clock, seed=7, assessments=False)
    assert 120_000 < other.incidents < 145_000
    assert other.assessments == 1


def test_the_story_stops_on_the_morning_before_the_last_meeting(recorder: InMemory) -> None:
    last = recorder.history[-1]
    assert (last.stream, last.recorded_at) == (f"observation-{LAST_REPORT}", datetime(2023, 2, 28, 7, 50, tzinfo=UTC))
    assert last.recorded_at < STOPS == datetime(2023, 2, 28, 9, tzinfo=HERE)
    assert list(recorder.register.states["meeting"])[-1] == "est-2023-w08"
    assert recorder.register.find(Meeting, "est-2023-w09") is None


def test_the_last_meeting_can_be_held(recorder: InMemory) -> None:
    on, left = date(2023, 2, 28), copy(recorder.register)
    opening = OpenMeeting(meeting="est-2023-w09", agreement=AGREEMENT, on=on)
    assert [event.TOPIC for _, event in opening.facts(left, Asked(COORDINATOR, on))] == ["meeting.opened"]
    judging = Judge(
        signal="polisens-utdrag-2023-w08-centrum:klotter", on=on, response="act", finding="true", reason="Samma märke."
    )
    assert [event.TOPIC for _, event in judging.facts(left, Asked(COORDINATOR, on))] == ["signal.judged"]


def test_time_never_runs_backwards_and_people_work_by_day(recorder: InMemory) -> None:
    moments = [recorded.recorded_at for recorded in recorder.history]
    assert moments == sorted(moments)
    assert all(m.tzinfo is UTC for m in moments)
    assert {m.astimezone(HERE).hour for m in moments} <= set(range(8, 18))
    assert {m.astimezone(HERE).weekday() for m in moments} <= set(range(5))


def test_twenty_two_districts_and_a_housing_division_with_a_mapping(register: Register) -> None:
    areas, housing = register.find(Division, "omraden-2019"), register.find(Division, "mimer")
    assert areas is not None
    assert housing is not None
    assert len(areas.districts) == 22
    assert {share.origin for share in housing.mappings["omraden-2019"]} == set(housing.districts)
    assert areas.synthetic
    assert housing.synthetic


def test_every_district_has_its_place_on_the_map_which_is_marked_as_schematic(register: Register) -> None:
    areas = register.find(Division, "omraden-2019")
    assert areas is not None
    assert areas.outlines.keys() == areas.districts.keys()
    assert areas.schematic
    middle = {
        key: (sum(x for x, _ in ring) / 6, sum(y for _, y in ring) / 6) for key, (ring,) in areas.outlines.items()
    }
    assert len({(round(x), round(y)) for x, y in middle.values()}) == 22
    x, y = middle["centrum"]
    assert all(middle[key][0] < x for key in ("backby", "skalby", "dingtuna-barkaro"))
    assert all(middle[key][0] > x for key in ("haga-malmaberg", "viksang", "irsta-kungsara"))
    assert max(middle, key=lambda key: middle[key][1]) == "skultuna"
    assert middle["hammarby"][0] < x
    assert middle["hammarby"][1] < y


def test_every_source_is_marked_synthetic(register: Register) -> None:
    assert all(source.synthetic for source in register.every(Source))
    assert all(one.synthetic for one in register.every(FileImport))


def test_what_is_invented_says_so(register: Register) -> None:
    mark = "Syntetiskt exempel"
    assert all(p.description.startswith(mark) for p in register.every(Problem))
    assert all(a.description.startswith(mark) for a in register.every(Action))
    assert all(d.reason.startswith(mark) for m in register.every(Meeting) for d in m.decisions)
    assert all(a.learnt.startswith(mark) for r in register.every(Review) for a in r.adopted)
    assert all("syntetiskt exempel" in str(m.agenda).casefold() for m in register.every(Meeting))


def test_the_incidents_arrive_in_a_history_file_and_a_file_a_week(recorder: InMemory, summary: Summary) -> None:
    rows = [r.event for r in recorder.history if isinstance(r.event, IncidentRows)]
    refs = [ref for one in rows for ref in one.ref]
    assert summary.files == len(list(recorder.register.every(FileImport))) == 174
    assert len(refs) == len(set(refs))
    assert sum(row_count(one) for one in rows) == len(refs)
    assert 0.98 * summary.incidents < len(refs) <= summary.incidents
    assert 0.10 < summary.late_share < 0.15


def test_a_file_holds_only_what_had_been_recorded_by_then(recorder: InMemory) -> None:
    for recorded in recorder.history:
        if isinstance(recorded.event, IncidentRows):
            assert max(recorded.event.day) <= recorded.recorded_at.date().isoformat()


def test_the_promise_on_robberies_is_as_it_happened(register: Register) -> None:
    promise = register.find(Promise, "medborgarlofte-personran-2020")
    assert promise is not None
    assert (promise.first_day, promise.last_day) == (date(2020, 11, 18), date(2021, 3, 31))
    assert len(promise.measures) == 4
    assert promise.reported is not None
    assert (promise.reported.on.year, promise.reported.on.month) == (2021, 4)


def test_the_goals_have_baselines_from_the_figures_and_a_question_that_is_asked(register: Register) -> None:
    agreement = register.find(Agreement, AGREEMENT)
    assert agreement is not None
    crime, safe, robberies = agreement.goals
    assert (crime.baseline, crime.target) == (14_656, 13_900)
    assert (robberies.baseline, robberies.target) == (280, 250)
    asked = [o.content for o in register.every(Observation) if isinstance(o.content, SurveyResult)]
    waves = {one.wave: one.value for one in asked if one.indicator == safe.indicator}
    assert list(waves) == ["2016", "2018", "2019", "2020", "2021", "2022"]
    assert safe.baseline == waves["2019"]
    assert all("syntetiska exempel" in str(goal.baseline_period) for goal in agreement.goals)


def test_breaks_are_declared_on_what_people_tell_but_not_on_the_crime_extract(register: Register) -> None:
    broken = {key for key, source in register.states["source"].items() if source.breaks}
    assert broken == {"ntu", "est-rapporter"}


def test_the_harm_weights_say_that_they_are_made_up(register: Register) -> None:
    weights = weights_of(register, AGREEMENT)
    assert weights is not None
    assert weights.synthetic
    assert "påhittade" in weights.name
    assert "Ingen publicerad källa" in weights.cited
    assert weights.weights.keys() == set(CATEGORIES)


def test_most_decisions_of_meetings_are_followed_up_and_some_never(register: Register) -> None:
    meetings = register.states["meeting"]
    words = Counter(word.outcome for _, word in outcomes(meetings).values())
    taken = sum(len(one.decisions) for one in meetings.values())
    assert words["done"] > words["not done"] > words["ongoing"] > 0
    assert 0.6 * taken < words.total() < 0.95 * taken


def test_a_text_that_named_somebody_is_erased_by_two_roles(recorder: InMemory, register: Register) -> None:
    (erasure,) = register.every(Erasure)
    assert (erasure.standing, erasure.requested_on) == ("approved", date(2021, 5, 27))
    (named,) = [r for r in recorder.history if r.gsn == erasure.texts[0].gsn]
    assert named.stream == f"observation-{NAMING}"
    approved = next(r for r in recorder.history if isinstance(r.event, Approved))
    assert approved.by.role != erasure.by.role


def test_effects_are_estimated_before_each_review_with_what_is_known_then(recorder: InMemory) -> None:
    asked = [one.split(" effect ") for one in dict.fromkeys(recorder.computed) if " effect " in one]
    by_day = Counter(day for day, _ in asked)
    assert list(by_day) == ["2021-01-25", "2022-01-24", "2023-01-16", "2023-02-27"]
    assert by_day["2021-01-25"] == 2
    assert [action for day, action in asked if day == "2023-01-16"][-1] == "klotter-24"


def test_meetings_are_held_on_tuesdays_but_not_in_july_nor_at_christmas(register: Register) -> None:
    weekly = [m for key, m in register.states["meeting"].items() if key.startswith("est-")]
    assert 140 <= len(weekly) <= 170
    assert {m.on.weekday() for m in weekly} == {1}
    assert not any(m.on.month == 7 or m.on.isocalendar().week in (52, 53, 1) for m in weekly)
    assert all(m.closed and len(m.agenda) == 6 for m in weekly)
    assert {min(len(m.decisions), 3) for m in weekly} == {0, 1, 2, 3}


def test_the_safety_council_meets_first_in_april_2021_and_three_or_four_times_a_year(recorder: InMemory) -> None:
    adjustments = [r.event for r in recorder.history if isinstance(r.event, Adjusted)]
    days = [one.on for one in adjustments if "trygghetsradet" in {finding.key for finding in one.findings}]
    assert min(days) == date(2021, 4, 22)
    assert set(Counter(day.year for day in days).values()) == {3, 4}


def test_every_year_has_both_own_pictures_and_a_joint_one_that_is_adjusted(register: Register) -> None:
    pictures = list(register.every(Picture))
    assert [p.year for p in pictures] == [2020, 2021, 2022]
    for picture in pictures:
        assert set(picture.own) == {"municipality", "police"}
        assert picture.joint
        assert picture.adjustments >= 5


def test_problems_stand_in_every_way_and_one_was_prioritised_without_causes(register: Register) -> None:
    problems = list(register.every(Problem))
    assert 12 <= len(problems) <= 16
    assert {p.standing for p in problems} == {"proposed", "prioritised", "set aside", "closed"}
    assert all(2 <= len(p.valuations) <= 3 for p in problems)
    without = [p for p in problems if p.outcome not in (None, "handed over") and not p.causes]
    assert [p.title for p in without] == ["Cykelstölder i centrum"]
    assert {c.finding for p in problems for c in p.causes} == {"confirmed", "rejected"}
    assert sum(any(e.kind == "observation" for e in p.evidence) for p in problems) >= 10


def test_actions_have_come_to_every_state(register: Register) -> None:
    actions = list(register.every(Action))
    assert 30 <= len(actions) <= 40
    assert {a.progress for a in actions} == {
        "committed", "started", "not started", "cancelled", "reported done", "verified done",
    }  # fmt: skip
    assert all(a.reason for a in actions if a.progress in ("not started", "cancelled"))
    assert any(a.followed_up and a.followed_up.effect.estimate is not None for a in actions)


def test_no_action_without_effect_is_said_to_have_had_one_and_most_effects_are_found(register: Register) -> None:
    found = {kind: [_is_clear(register, p.action) for p in planted() if p.kind == kind and p.action]
             for kind in ("effect", "no effect")}  # fmt: skip
    assert not any(found["no effect"])
    assert sum(found["effect"]) >= len(found["effect"]) - 2


def _is_clear(register: Register, key: str) -> bool:
    action = register.find(Action, key)
    assert action is not None
    assert action.followed_up is not None
    low, high = action.followed_up.effect.low, action.followed_up.effect.high
    assert low is not None
    assert high is not None
    return high < 0 or low > 0


def test_assessments_are_made_each_quarter_and_in_the_last_year_each_week(register: Register, summary: Summary) -> None:
    made = [one.period for one in register.every(Assessment)]
    assert len(made) == summary.assessments == 61
    assert made[:3] == ["2019-W52", "2020-W13", "2020-W26"]
    assert made[9:] == list(span("2022-W09", "2023-W08"))


def test_every_alert_is_judged_within_two_weeks_but_those_of_the_last_week_wait(
    register: Register, summary: Summary
) -> None:
    signals = list(register.every(Signal))
    assert len(signals) == summary.signals
    assert {s.period for s in signals if s.response is None} == {"2023-W08"}
    assert all(s.response is None for s in signals if s.period == "2023-W08")
    assert {s.response for s in signals} == {"act", "watch", "dismiss", None}
    assert {s.finding for s in signals} == {"true", "false", "explained", "open", None}
    for signal in signals:
        if signal.judged_on:
            assert (signal.judged_on - _sunday(signal.period)).days <= 16


def test_an_alert_that_was_right_is_evidence_of_the_problem_it_led_to(register: Register) -> None:
    problem = register.find(Problem, "skadegorelse-skola-hammarby")
    assert problem is not None
    assert "polisens-utdrag-2021-w12-hammarby:skadegorelse" in {e.ref for e in problem.evidence if e.kind == "signal"}


def _sunday(period: str) -> date:
    return date.fromisocalendar(int(period[:4]), int(period[6:]), 7)


def test_forecasts_a_model_card_and_effects_are_worked_out_before_the_last_meeting(recorder: InMemory) -> None:
    asked = dict.fromkeys(recorder.computed)  # another test makes everything once more
    last = [one.removeprefix("2023-02-27 ") for one in asked if one.startswith("2023-02-27")]
    assert last[0] == "forecast polisens-utdrag week"
    assert last[1:3] == ["backtest polisens-utdrag week", "backtest polisens-utdrag month"]
    assert last[3:] == [f"effect {one.action}" for one in planted() if one.action]
    assert "2023-02-06 forecast polisens-utdrag month" in recorder.computed


def test_a_reporter_has_fallen_silent_in_the_last_weeks(register: Register) -> None:
    reports = [o.content for o in register.every(Observation) if isinstance(o.content, Report)]
    parks = [one.occurred_on for one in reports if one.reporter == "Parkskötseln"]
    weeks = {(day.isocalendar().year, day.isocalendar().week) for day in parks if day >= date(2022, 12, 12)}
    assert date(2023, 1, 30) <= max(parks) <= date(2023, 2, 5)
    assert len(weeks) >= 3
    last_week = {one.reporter for one in reports if date(2023, 2, 20) <= one.occurred_on <= date(2023, 2, 26)}
    assert len(last_week) >= 4


def test_the_reviews_of_three_years_were_adopted_by_both(register: Register) -> None:
    reviews = list(register.every(Review))
    assert [r.year for r in reviews] == [2020, 2021, 2022]
    assert all(r.complete for r in reviews)


def test_reports_speak_of_places_and_some_were_corrected_or_withdrawn(register: Register) -> None:
    observations = list(register.every(Observation))
    assert any(o.corrections for o in observations)
    assert any(o.withdrawn for o in observations)
    reports = [o for o in observations if o.source in ("est-rapporter", "est-mimer")]
    assert 2 <= len(reports) / 172 <= 6


def test_what_was_planted_shows_in_the_data(summary: Summary) -> None:
    rises = [p for p in summary.planted if p.factor > 1]
    assert len(rises) >= 10
    for one in summary.planted:
        assert one.baseline is not None
        assert one.observed is not None
        assert one.observed >= 0.8 * one.factor * one.baseline, one
    assert sum(p.last == date(2023, 2, 26) for p in rises) >= 2
    assert {p.kind for p in summary.planted} == {"spike", "step", "effect", "no effect"}
    assert '"baseline": ' in planted_json(summary.planted)


def test_the_clock_shows_what_it_was_set_to() -> None:
    clock = DemonstrationClock()
    clock.set(datetime(2021, 5, 4, 13, tzinfo=HERE))
    assert clock() == datetime(2021, 5, 4, 11, tzinfo=UTC)
    assert INCIDENTS == "polisens-utdrag"


def test_an_interrupted_demonstration_goes_on_and_one_that_is_made_is_left_alone(tmp_path: Path) -> None:
    def interrupt(done: int, of: int) -> None:
        if done == of // 3:
            raise KeyboardInterrupt

    settings = Settings(database=f"sqlite:///{tmp_path}/demo.db")
    with pytest.raises(KeyboardInterrupt):
        make(settings, assessments=False, progress=interrupt)
    made = make(settings, assessments=False)
    assert made.summary is not None
    with closing(open_register(settings)) as live:
        assert live.now().find(Assessment, made.assessment) is not None
        assert [live.now().version(f"observation-{LAST_REPORT}"), live.now().position] == [1, made.events]
        opening = OpenMeeting(meeting="est-2023-w09", agreement=AGREEMENT, on=date(2023, 2, 28))
        live.ask(opening, COORDINATOR)
    again = make(settings)
    assert (again.summary, again.events) == (None, made.events + 1)


def test_the_demonstration_keeps_out_of_a_register_of_something_else(tmp_path: Path) -> None:
    settings = Settings(database=f"sqlite:///{tmp_path}/mine.db")
    with closing(open_register(settings)) as live:
        live.ask(PublishDivision(division="d", name="D", on=date(2020, 1, 1), districts=()), COORDINATOR)
    with pytest.raises(Refused, match="is not empty"):
        make(settings)


def test_a_demonstration_of_another_version_is_told_apart(tmp_path: Path) -> None:
    settings = Settings(database=f"sqlite:///{tmp_path}/old.db")
    incidents = generate(np.random.default_rng(1), ())
    with closing(open_register(settings)) as live:
        signed = next(iter(agreement_steps(incidents))).command.model_copy(update={"title": "En äldre demonstration"})
        live.ask(signed, CHAIR, command_id="demo-000001")
    with pytest.raises(Refused, match="demonstration of another version"):
        make(settings, assessments=False)
