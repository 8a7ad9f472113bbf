"""Who used to report and no longer does is named: fewer reports is not less crime."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from domain.core import Actor
from domain.observation import Observe, Report, Withdraw
from domain.period import first_day
from service.importing import take_in_file
from service.register import LiveRegister
from service.views.silent_reporters import SilentReporter, silent_reporters
from tests.registers import BY, furnished

GUARDS = "ordningsvakter"


@pytest.fixture
def live(database_url: str) -> Iterator[LiveRegister]:
    with furnished(database_url) as register:
        yield register


def report(live: LiveRegister, week: str, reporter: str = GUARDS, by: Actor = BY) -> str:
    """One report on the Tuesday of a week; its key."""
    on = first_day(week) + timedelta(days=1)
    key = f"r-{live.now().position}"
    content = Report(kind="incident", district="raby", category="klotter", occurred_on=on, reporter=reporter)
    live.ask(Observe(observation=key, source="polisen", content=content), by)
    return key


def silent(live: LiveRegister, week: str, at: int | None = None) -> tuple[SilentReporter, ...]:
    return silent_reporters(live.read_tables(), live.now(), at, week)


def test_who_reported_in_three_of_eight_weeks_and_not_in_the_last_two_is_silent(live: LiveRegister) -> None:
    for week in ("2020-W30", "2020-W32", "2020-W33", "2020-W33"):
        report(live, week)
    assert silent(live, "2020-W34") == ()
    assert silent(live, "2020-W35") == (SilentReporter(GUARDS, 0.5, "2020-W33", 2),)


def test_who_reported_now_and_then_is_not_missed(live: LiveRegister) -> None:
    for week in ("2020-W20", "2020-W31", "2020-W33"):
        report(live, week)
    assert silent(live, "2020-W36") == ()


def test_a_long_silence_stays_in_sight_for_months_and_over_the_turn_of_a_year_with_53_weeks(live: LiveRegister) -> None:
    for week in ("2020-W47", "2020-W48", "2020-W49"):
        report(live, week)
    (one,) = silent(live, "2021-W02")
    assert (one.last_week, one.weeks_silent) == ("2020-W49", 6)
    assert silent(live, "2021-W40") == ()


def test_who_is_heard_again_is_silent_no_longer_and_the_past_says_what_was_known_then(live: LiveRegister) -> None:
    for week in ("2020-W31", "2020-W32", "2020-W33"):
        report(live, week)
    before = live.now().position
    key = report(live, "2020-W36")
    assert silent(live, "2020-W36") == ()
    assert [one.reporter for one in silent(live, "2020-W36", before)] == [GUARDS]
    live.ask(Withdraw(observation=key, reason="Fel vecka"), BY)
    assert [one.reporter for one in silent(live, "2020-W36")] == [GUARDS]


def test_what_is_planned_for_later_weeks_is_no_report_of_this_week(live: LiveRegister) -> None:
    for week in ("2020-W31", "2020-W32", "2020-W33", "2020-W40"):
        report(live, week)
    assert [one.last_week for one in silent(live, "2020-W36")] == ["2020-W33"]


def test_reports_in_files_count_beside_those_recorded_one_by_one_and_the_most_missed_comes_first(
    live: LiveRegister,
) -> None:
    days = [date(2020, 7, 27) + timedelta(weeks=n) for n in range(4) for _ in range(n + 1)]
    rows = [f"Råby;Klotter;{day};händelse;Mimer;port {n};" for n, day in enumerate(days)]
    text = "\n".join(["område;kategori;datum;slag;rapportör;plats;text", *rows])
    take_in_file(live, text.encode(), "est.csv", source="polisen", by=BY)
    for week in ("2020-W31", "2020-W32", "2020-W33"):
        report(live, week)
    first, second = silent(live, "2020-W38")
    assert (first.reporter, first.usual_per_week, second.reporter) == ("Mimer", 10 / 8, GUARDS)


def test_other_observations_than_reports_say_nothing_about_reporters(live: LiveRegister) -> None:
    rows = "\n".join(f"{n};Råby;Klotter;2020-07-{n:02}" for n in range(1, 29))
    take_in_file(live, f"id;område;kategori;datum\n{rows}".encode(), "brott.csv", source="polisen", by=BY)
    assert silent(live, "2020-W36") == ()


def test_who_has_reported_after_the_week_asked_for_is_dropped(live: LiveRegister) -> None:
    for week in ("2020-W31", "2020-W32", "2020-W33", "2020-W36"):
        report(live, week)

    def by(day: date) -> list[str]:
        found = silent_reporters(live.read_tables(), live.now(), None, "2020-W35", heard_by=day)
        return [one.reporter for one in found]

    assert [one.reporter for one in silent(live, "2020-W35")] == [GUARDS]
    assert by(date(2020, 8, 31)) == [GUARDS]
    assert by(date(2020, 9, 1)) == []
