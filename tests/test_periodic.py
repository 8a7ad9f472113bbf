"""The periodic run: which weeks and months are due at a moment in Sweden, each once, and anew when figures change."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier, Event

import pytest

from domain.core import Actor, Recorded
from domain.run import RecordRun, Run
from domain.signal import Assessment, Signal
from service.assessing import assess
from service.periodic import Periodic, acts, run_again, run_period
from service.register import LiveRegister
from service.schedule import daily, due, last_due, next_due, next_moment
from service.settings import Settings
from service.views.run_changes import run_changes
from tests.given import given
from tests.plausible import SetClock, open_live
from tests.registers import BY, opened
from tests.weeks_of_figures import FIRST_MONTH, FIRST_WEEK, SURGE, at, founded, take

USUAL = Settings()


def weeks(moment: str, *runs: str, cron: str = "0 6 * * 1") -> tuple[str, ...]:
    return due(given(*(RecordRun(period=each) for each in runs)).register, at(moment), Settings(weekly=cron), "week")


def months(moment: str, *runs: str, cron: str = "0 6 2 * *") -> tuple[str, ...]:
    return due(given(*(RecordRun(period=each) for each in runs)).register, at(moment), Settings(monthly=cron), "month")


# Which periods are due


def test_the_week_is_due_from_monday_at_six_and_not_a_minute_before() -> None:
    assert weeks("2023-02-27T05:59", "2023-W07") == ()
    assert weeks("2023-02-27T06:00", "2023-W07") == ("2023-W08",)
    assert weeks("2023-03-05T23:59", "2023-W07") == ("2023-W08",)
    assert weeks("2023-03-05T23:59", "2023-W08") == ()


def test_of_a_register_that_was_never_run_only_the_latest_week_is_due() -> None:
    assert weeks("2023-02-27T06:00") == ("2023-W08",)
    assert weeks("2023-02-27T05:59") == ("2023-W07",)


def test_weeks_that_were_missed_are_due_in_order() -> None:
    assert weeks("2023-02-27T06:00", "2023-W04") == ("2023-W05", "2023-W06", "2023-W07", "2023-W08")


def test_a_year_of_fifty_three_weeks_has_its_last_one_and_one_of_fifty_two_has_not() -> None:
    assert weeks("2021-01-04T06:00", "2020-W52") == ("2020-W53",)
    assert weeks("2021-01-11T06:00", "2020-W52") == ("2020-W53", "2021-W01")
    assert weeks("2022-01-10T06:00", "2021-W51") == ("2021-W52", "2022-W01")


def test_a_run_anew_makes_no_period_due_again() -> None:
    again = given(RecordRun(period="2023-W08"), RecordRun(period="2023-W08", number=2)).register
    assert due(again, at("2023-03-01T06:00"), USUAL, "week") == ()


def test_weeks_and_months_are_counted_apart() -> None:
    assert months("2023-03-02T06:00", "2023-W08", "2023-01") == ("2023-02",)
    assert weeks("2023-03-06T06:00", "2023-W08", "2023-02") == ("2023-W09",)


def test_the_month_is_due_when_it_has_ended_whatever_its_length() -> None:
    assert months("2020-03-02T05:59", "2020-01") == ()
    assert months("2020-03-02T06:00", "2020-01") == ("2020-02",)
    assert months("2021-01-02T06:00", "2020-10") == ("2020-11", "2020-12")
    assert months("2023-03-31T22:00", "2023-01", cron="0 22 L * *") == ("2023-02",)  # March is not over that evening
    assert months("2023-04-01T00:00", "2023-02", cron="0 0 1 * *") == ("2023-03",)


def test_a_run_on_a_sunday_evening_is_about_the_week_before_the_one_that_goes_on() -> None:
    assert weeks("2023-02-26T22:00", "2023-W06", cron="0 22 * * 0") == ("2023-W07",)
    assert weeks("2023-02-27T22:00", "2023-W07", cron="0 22 * * 0") == ()


def test_nothing_is_due_when_the_clock_has_gone_back() -> None:
    assert weeks("2023-02-27T06:00", "2023-W10") == ()


# Summer time


@pytest.mark.parametrize(
    ("monday", "utc"),
    [("2020-03-23", 5), ("2020-03-30", 4), ("2020-10-19", 4), ("2020-10-26", 5)],
)
def test_six_in_the_morning_is_six_in_sweden_on_either_side_of_both_changes(monday: str, utc: int) -> None:
    fired = last_due("0 6 * * 1", at(f"{monday}T06:00"))
    assert fired is not None
    assert fired.astimezone(UTC) == datetime.fromisoformat(f"{monday}T{utc:02d}:00:00+00:00")
    assert last_due("0 6 * * 1", at(f"{monday}T05:59")) == fired - timedelta(days=7)


NIGHTLY = "30 2 * * *"


def test_half_past_two_is_due_once_in_the_night_that_lacks_it_when_the_hour_would_have_ended() -> None:
    before, when = datetime(2020, 3, 29, 0, 59, tzinfo=UTC), datetime(2020, 3, 29, 1, 0, tzinfo=UTC)
    assert last_due(NIGHTLY, before) == at("2020-03-28T02:30")
    assert last_due(NIGHTLY, when) == at("2020-03-29T03:00")
    assert last_due(NIGHTLY, when + timedelta(hours=20)) == at("2020-03-29T03:00")
    assert next_due(NIGHTLY, before) == at("2020-03-29T03:00")
    assert next_due(NIGHTLY, when) == at("2020-03-30T02:30")


def test_half_past_two_is_due_once_in_the_night_that_has_it_twice() -> None:
    first = datetime(2020, 10, 25, 0, 30, tzinfo=UTC)  # summer time; an hour later it is half past two again
    assert last_due(NIGHTLY, first - timedelta(minutes=1)) == at("2020-10-24T02:30")
    moments = [last_due(NIGHTLY, first + timedelta(minutes=minutes)) for minutes in (0, 29, 59, 60, 61, 600)]
    assert {each.astimezone(UTC) for each in moments if each} == {first}
    assert next_due(NIGHTLY, first + timedelta(minutes=45)) == at("2020-10-26T02:30")


def test_the_week_that_ends_with_a_change_is_due_once_at_an_hour_that_is_lacking_or_doubled() -> None:
    spring, autumn = "30 2 29 3 *", "30 2 25 10 *"
    assert weeks("2020-03-29T03:00", "2020-W11", cron=spring) == ("2020-W12",)
    assert weeks("2020-10-25T02:30", "2020-W41", cron=autumn) == ("2020-W42",)
    assert weeks("2020-10-25T03:30", "2020-W42", cron=autumn) == ()


def test_earlier_runs_are_looked_at_each_day_at_the_same_time() -> None:
    assert daily("15 7 * * 1") == "15 7 * * *"
    assert daily("15 7 2 1-11 *") == "15 7 * * *"


def test_the_worker_sleeps_until_the_first_moment_that_anything_is_due() -> None:
    settings = Settings(weekly="0 6 * * 1", monthly="30 4 2 * *")
    assert next_moment(settings, at("2023-03-01T05:00")) == at("2023-03-01T06:00")
    assert next_moment(settings, at("2023-03-01T06:00")) == at("2023-03-02T04:30")


# Runs on a real register


@pytest.fixture
def clock() -> SetClock:
    return SetClock(at("2020-01-27T06:00"))


@pytest.fixture
def live(fresh_sqlite: str, clock: SetClock) -> Iterator[LiveRegister]:
    """Figures up to the fourth week of 2020; it is the Monday after."""
    with opened(fresh_sqlite, clock) as register:
        founded(register, "polisen", "manad")
        take(register, "polisen", FIRST_WEEK, "2020-W04")
        yield register


def runs(live: LiveRegister) -> list[str]:
    return list(live.now().states[Run.KIND])


def step(live: LiveRegister, clock: SetClock) -> int:
    """What a worker that has just begun does at this moment."""
    return Periodic(live, USUAL, Event())(clock())


def test_a_run_assesses_the_sources_that_report_by_week_and_says_who_acted(live: LiveRegister) -> None:
    done = run_period(live, USUAL, "week", "2020-W04")
    assert (done.key, done.repeated) == ("2020-w04", False)
    assert (done.run.assessments, done.run.skipped) == (("polisen-2020-w04",), ())
    (recorded,) = (each for each in live.store.read(0, limit=10**6) if each.stream == "run-2020-w04")
    assert isinstance(recorded, Recorded)
    assert recorded.by == Actor(account="worker", role="schemalagd körning", organisation="Samverkan")


def test_a_run_that_is_there_already_is_the_answer(live: LiveRegister) -> None:
    first = run_period(live, USUAL, "week", "2020-W04")
    position = live.now().position
    again = run_period(live, USUAL, "week", "2020-W04")
    assert (again.run, again.repeated, live.now().position) == (first.run, True, position)


def test_sources_that_count_by_month_have_runs_of_their_own(live: LiveRegister, clock: SetClock) -> None:
    take(live, "manad", FIRST_MONTH, "2019-12")
    assert step(live, clock) == 2
    assert runs(live) == ["2020-w04", "2019-12"]
    assert run_period(live, USUAL, "month", "2019-12").run.assessments == ("manad-2019-12",)


def test_where_nothing_counts_by_month_no_month_is_run(live: LiveRegister, clock: SetClock) -> None:
    assert step(live, clock) == 1
    assert runs(live) == ["2020-w04"]


def test_missed_weeks_are_run_in_order_and_a_week_without_figures_is_recorded_with_the_reason(
    live: LiveRegister, clock: SetClock
) -> None:
    step(live, clock)
    clock.moment = at("2020-02-17T06:00")
    take(live, "polisen", "2020-W05", "2020-W06")
    assert step(live, clock) == 3
    assert runs(live) == ["2020-w04", "2020-w05", "2020-w06", "2020-w07"]
    last = live.now().find(Run, "2020-w07")
    assert last is not None
    assert last.assessments == ()
    ((source, rule),) = ((each.source, each.rule) for each in last.skipped)
    assert (source, rule) == ("polisen", "period-not-covered")
    assert "2020-W07" in last.skipped[0].sentence.sv


def test_a_worker_that_was_killed_before_it_recorded_its_run_is_followed_by_one_that_completes_it(
    live: LiveRegister, clock: SetClock
) -> None:
    made = assess(live, "polisen", by=acts(USUAL), period="2020-W04")
    step(live, clock)
    run = live.now().find(Run, "2020-w04")
    assert run is not None
    assert run.assessments == (made.key,)
    assert list(live.now().states[Assessment.KIND]) == [made.key]


def test_a_stopped_worker_leaves_the_rest_to_the_next(live: LiveRegister, clock: SetClock) -> None:
    stop = Event()
    stop.set()
    assert Periodic(live, USUAL, stop)(clock()) == 0
    assert runs(live) == []


# Late figures


def correct(live: LiveRegister, week: str) -> None:
    take(live, "polisen", week, week, corrected=SURGE)


def test_figures_that_change_make_one_run_anew_the_next_day_and_it_says_what_changed(
    live: LiveRegister, clock: SetClock
) -> None:
    worker = Periodic(live, USUAL, Event())
    worker(clock())
    before = set(live.now().states[Signal.KIND])
    correct(live, "2020-W04")
    clock.moment = at("2020-01-27T23:00")
    assert worker(clock()) == 0
    clock.moment = at("2020-01-28T05:59")
    assert worker(clock()) == 0
    clock.moment = at("2020-01-28T06:00")
    assert worker(clock()) == 1
    assert worker(clock()) == 0
    assert runs(live) == ["2020-w04", "2020-w04-2"]
    (appeared,) = set(live.now().states[Signal.KIND]) - before
    changes = run_changes(live, "2020-w04-2")
    assert changes is not None
    assert (changes.before, changes.appeared, changes.gone) == ("2020-w04", (appeared,), ())
    ((source, old, new, revised),) = ((a.source, a.before, a.after, a.revised) for a in changes.sources)
    assert (source, old, new) == ("polisen", "polisen-2020-w04", "polisen-2020-w04-2")
    assert revised is not None
    assert (revised.cells, revised.earlier) == (1, 0)
    assert changes.sentence.en == "Since the run before: 1 figure of the period has changed; 1 alert is new."
    assert run_changes(live, "2020-w04") is None


def test_a_surge_that_was_a_mistake_is_told_as_gone_and_stays_in_the_history(
    live: LiveRegister, clock: SetClock
) -> None:
    correct(live, "2020-W04")
    step(live, clock)
    take(live, "polisen", "2020-W04", "2020-W04")
    clock.moment += timedelta(days=1)
    assert step(live, clock) == 1
    changes = run_changes(live, "2020-w04-2")
    assert changes is not None
    assert changes.gone == ("polisen-2020-w04-backby:klotter",)
    assert "1 alert no longer stands" in changes.sentence.en
    assert live.now().find(Signal, changes.gone[0]) is not None


def test_a_feed_that_trickles_makes_one_run_a_day(live: LiveRegister, clock: SetClock) -> None:
    step(live, clock)
    for hour in range(48):
        take(live, "polisen", "2020-W04", "2020-W04", corrected=hour + 1)
        clock.moment += timedelta(hours=1)
        step(live, clock)
    assert runs(live) == ["2020-w04", "2020-w04-2", "2020-w04-3"]


def test_figures_of_earlier_periods_alone_make_no_run_anew(live: LiveRegister, clock: SetClock) -> None:
    step(live, clock)
    correct(live, "2019-W40")
    clock.moment += timedelta(days=1)
    assert step(live, clock) == 0


def test_a_source_that_had_no_figures_is_assessed_when_they_come(live: LiveRegister, clock: SetClock) -> None:
    clock.moment = at("2020-02-03T06:00")
    step(live, clock)
    take(live, "polisen", "2020-W05", "2020-W05")
    clock.moment += timedelta(days=1)
    assert step(live, clock) == 1
    changes = run_changes(live, "2020-w05-2")
    assert changes is not None
    assert [(a.before, a.after, a.revised) for a in changes.sources] == [(None, "polisen-2020-w05", None)]
    assert "1 source that could not be assessed has been" in changes.sentence.en


def test_a_period_that_has_been_assessed_anew_by_hand_is_run_anew_with_that(
    live: LiveRegister, clock: SetClock
) -> None:
    step(live, clock)
    correct(live, "2020-W04")
    by_hand = assess(live, "polisen", by=BY, period="2020-W04", again=True)
    clock.moment += timedelta(days=1)
    assert step(live, clock) == 1
    run = live.now().find(Run, "2020-w04-2")
    assert run is not None
    assert run.assessments == (by_hand.key,)
    assert len(live.now().states[Assessment.KIND]) == 2


def test_what_lies_further_back_than_four_weeks_stays_as_it_was_said(live: LiveRegister, clock: SetClock) -> None:
    step(live, clock)
    clock.moment = at("2020-02-24T06:00")
    take(live, "polisen", "2020-W05", "2020-W08")
    assert step(live, clock) == 4
    correct(live, "2020-W04")
    correct(live, "2020-W05")
    clock.moment += timedelta(days=1)
    assert step(live, clock) == 1
    assert runs(live)[-1] == "2020-w05-2"


def test_workers_that_race_for_one_change_make_one_run_of_it(database_url: str) -> None:
    clock = SetClock(at("2020-01-27T06:00"))
    with opened(database_url, clock) as live:
        founded(live, "polisen")
        take(live, "polisen", FIRST_WEEK, "2020-W04")
        step(live, clock)
        correct(live, "2020-W04")
        clock.moment += timedelta(days=1)
        before = live.now().find(Run, "2020-w04")
        assert before is not None
        outcomes = racing(database_url, clock, before, workers=3)
        assert runs(live) == ["2020-w04", "2020-w04-2"]
        assert list(live.now().states[Assessment.KIND]) == ["polisen-2020-w04", "polisen-2020-w04-2"]
        assert sorted(outcomes) == [False, True, True]


def test_who_wants_the_second_assessment_and_comes_late_is_answered_with_it(live: LiveRegister) -> None:
    first = assess(live, "polisen", by=BY, period="2020-W04")
    correct(live, "2020-W04")
    second = assess(live, "polisen", by=BY, period="2020-W04", number=2)
    late = assess(live, "polisen", by=BY, period="2020-W04", number=2)
    assert (second.repeated, late.repeated, late.key) == (False, True, second.key)
    assert list(live.now().states[Assessment.KIND]) == [first.key, second.key]


def racing(url: str, clock: SetClock, before: Run, workers: int) -> list[bool]:
    """Each with connections of its own runs a period anew, at once; whether each was answered with another's run."""
    barrier = Barrier(workers)

    def work(_: int) -> bool:
        own = open_live(url, clock)
        own.now()
        barrier.wait(60)
        outcome = run_again(own, USUAL, before)
        own.close()
        assert outcome is not None
        return outcome.repeated

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(work, range(workers)))
