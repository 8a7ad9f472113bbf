"""An assessment takes the counts as known, flags what diverges, and is a fact: asked twice, it answers the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
import pytest

from domain.catalogue import DeclareBreak, District, ReviseDivision
from domain.core import Refused
from domain.period import containing
from domain.signal import Assessment, Judge, Signal
from forecasting.panel import Record
from service.assessing import assess
from service.beside_counts import records
from service.importing import Wishes, take_in_file
from service.register import LiveRegister
from service.sources import sources_with_counts
from tests.registers import BY, furnished

FIRST = date(2013, 12, 30)
WEEKS = 330


@pytest.fixture
def live(fresh_sqlite: str) -> Iterator[LiveRegister]:
    with furnished(fresh_sqlite) as register:
        yield register


def weekly_file(surge: int) -> bytes:
    """Two series of about four events a week; the last week of Bäckby has `surge`."""
    rng = np.random.default_rng(20191106)
    lines = ["district,period,category,count"]
    for district in ("Bäckby", "Råby"):
        counts = rng.poisson(4, WEEKS)
        counts[-1] = surge if district == "Bäckby" else 4
        weeks = [containing(FIRST + timedelta(weeks=i), "week") for i in range(WEEKS)]
        lines += [f"{district},{week},Klotter,{n}" for week, n in zip(weeks, counts, strict=True)]
    return "\n".join(lines).encode()


def take(live: LiveRegister, surge: int) -> None:
    take_in_file(live, weekly_file(surge), "veckor.csv", source="polisen", by=BY)


def test_a_surge_is_flagged_at_the_latest_week_with_a_sentence_and_its_neighbour_is_not(live: LiveRegister) -> None:
    take(live, 21)
    done = assess(live, "polisen", by=BY)
    ((key, signal),) = done.signals
    assert (signal.district, signal.category, signal.observed) == ("backby", "klotter", 21)
    assert signal.expected < signal.bound < 21
    assert "Bäckby, Klotter" in signal.sentence.sv
    assert "Bäckby, Klotter" in signal.sentence.en
    assert done.assessment.period == containing(FIRST + timedelta(weeks=WEEKS - 1), "week")
    assert live.now().find(Signal, key) == signal


def test_asked_twice_it_answers_with_the_first_run_although_the_counts_were_revised_since(live: LiveRegister) -> None:
    take(live, 21)
    first = assess(live, "polisen", by=BY)
    take(live, 22)
    position = live.now().position
    again = assess(live, "polisen", by=BY)
    assert again.repeated
    assert again.assessment == first.assessment
    assert live.now().position == position


def test_figures_that_have_changed_since_are_said_with_the_old_answer(live: LiveRegister) -> None:
    take(live, 21)
    first = assess(live, "polisen", by=BY)
    assert assess(live, "polisen", by=BY).revised is None
    take(live, 22)
    changed = assess(live, "polisen", by=BY).revised
    assert changed is not None
    assert (changed.since, changed.cells, changed.of, changed.earlier) == (first.assessment.data_gsn, 1, 2, 0)
    assert "1 of 2 figures of 2020-W17 are others now" in changed.sentence.en


def test_a_period_is_assessed_anew_on_purpose_and_the_first_run_stays(live: LiveRegister) -> None:
    take(live, 21)
    first = assess(live, "polisen", by=BY)
    take(live, 30)
    second = assess(live, "polisen", by=BY, again=True)
    assert (first.key, second.key, second.repeated) == ("polisen-2020-w17", "polisen-2020-w17-2", False)
    assert (second.assessment.number, second.assessment.results.observed[0]) == (2, 30.0)
    assert live.now().find(Assessment, first.key) == first.assessment
    ((key, signal),) = second.signals  # the same series: what stands is not raised twice
    assert (signal, [(key, signal)]) == (first.signals[0][1], list(live.now().states[Signal.KIND].items()))
    latest = assess(live, "polisen", by=BY)
    assert (latest.key, latest.repeated, latest.revised) == (second.key, True, None)


def test_what_a_new_run_finds_more_is_raised(live: LiveRegister) -> None:
    take(live, 4)
    assert assess(live, "polisen", by=BY).signals == ()
    take(live, 21)
    ((_, signal),) = assess(live, "polisen", by=BY, again=True).signals
    assert (signal.assessment, signal.observed) == ("polisen-2020-w17-2", 21)


def test_a_run_says_which_position_of_the_history_it_rests_on_and_by_what_method(live: LiveRegister) -> None:
    take(live, 4)
    position = live.now().position
    done = assess(live, "polisen", by=BY)
    assert done.assessment.data_gsn == position
    assert done.assessment.method == "samverkan 3"
    assert done.assessment.parameters["alpha"] == 0.005
    assert done.signals == ()
    assert done.assessment.results.flagged == (False, False)


def test_an_earlier_week_is_assessed_on_what_stood_before_it(live: LiveRegister) -> None:
    take(live, 21)
    period = containing(FIRST + timedelta(weeks=WEEKS - 2), "week")
    assert assess(live, "polisen", by=BY, period=period).signals == ()


def test_a_period_that_no_file_covers_is_refused_with_those_that_are(live: LiveRegister) -> None:
    take(live, 4)
    with pytest.raises(Refused, match=r"2014-W01 – 2020-W17") as refused:
        assess(live, "polisen", by=BY, period="2025-W01")
    assert refused.value.rule == "period-not-covered"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"period": "2021-W53"}, "“2021-W53” is not a period"),
        ({"period": "2021-13"}, "“2021-13” is not a period"),
        ({"period": "skräp"}, "“skräp” is not a period"),
        ({"period": "2020-02"}, "The source “polisen” has counts by week, not by month"),
        ({"frequency": "month"}, "The source “polisen” has counts by week, not by month"),
        ({"period": "2020-W02", "frequency": "month"}, "2020-W02 is not a month"),
    ],
)
def test_a_period_that_does_not_exist_or_that_the_source_does_not_count_by_is_refused_by_name(
    live: LiveRegister, asked: dict[str, Any], said: str
) -> None:
    take(live, 4)
    with pytest.raises(Refused, match=said) as refused:
        assess(live, "polisen", by=BY, **asked)
    assert "--" not in refused.value.en + refused.value.sv


def test_a_source_without_counts_is_refused(live: LiveRegister) -> None:
    assert sources_with_counts(live.now()) == []
    with pytest.raises(Refused) as refused:
        assess(live, "polisen", by=BY)
    assert refused.value.rule == "nothing-to-assess"


def test_incidents_are_assessed_week_by_week_and_a_covered_week_without_any_is_zero(live: LiveRegister) -> None:
    rng = np.random.default_rng(1)
    last = FIRST + timedelta(weeks=WEEKS) - timedelta(days=1)
    days = [FIRST + timedelta(days=int(d)) for d in rng.integers(0, WEEKS * 7 - 7, 1500)]
    lines = ["id;område;kategori;datum", *(f"{i};Bäckby;Klotter;{day}" for i, day in enumerate(days))]
    wishes = Wishes(covers=(FIRST, last))
    take_in_file(live, "\n".join(lines).encode(), "h.csv", source="polisen", by=BY, wishes=wishes)
    done = assess(live, "polisen", by=BY)
    assert done.assessment.period == containing(last, "week")
    assert done.assessment.results.observed == (0.0,)


def test_the_verdict_stands_with_the_alert(live: LiveRegister) -> None:
    take(live, 21)
    ((key, signal),) = assess(live, "polisen", by=BY).signals
    live.ask(Judge(signal=key, on=live.today(), response="act", finding="true", reason="Ny tagg varje natt"), BY)
    judged = live.now().find(Signal, key)
    assert judged is not None
    assert (judged.response, judged.finding, judged.sentence) == ("act", "true", signal.sentence)
    assert live.now().find(Assessment, signal.assessment) is not None


def test_the_reference_method_can_be_asked_for(live: LiveRegister) -> None:
    take(live, 21)
    done = assess(live, "polisen", by=BY, reference=True)
    assert done.assessment.method == "farrington-flexible 1"
    ((_, signal),) = done.signals
    assert (signal.flag, signal.lower) == ("rise", None)


def test_a_run_says_how_many_flags_are_to_be_expected_false(live: LiveRegister) -> None:
    take(live, 21)
    caution = assess(live, "polisen", by=BY).assessment.caution
    assert caution is not None
    assert (caution.looked, caution.expected_false) == (2, 0.1)


def test_the_sentence_says_how_often_signals_were_right_here(live: LiveRegister) -> None:
    take(live, 21)
    period = containing(FIRST + timedelta(weeks=WEEKS - 2), "week")
    assert assess(live, "polisen", by=BY, period=period).signals == ()
    ((key, first),) = assess(live, "polisen", by=BY).signals
    assert "inte känt än" in first.sentence.sv
    live.ask(Judge(signal=key, on=live.today(), response="act", finding="true", reason="Sant"), BY)
    assert records(live.now(), "polisen") == {"backby": Record(1, 1)}


def test_after_a_declared_break_a_new_level_is_no_surprise(live: LiveRegister) -> None:
    rng, lines = np.random.default_rng(4), ["district,period,category,count"]
    for i in range(WEEKS):
        week = containing(FIRST + timedelta(weeks=i), "week")
        lines.append(f"Bäckby,{week},Klotter,{rng.poisson(4 if i < WEEKS - 40 else 14)}")
    take_in_file(live, "\n".join(lines).encode(), "veckor.csv", source="polisen", by=BY)
    changed = FIRST + timedelta(weeks=WEEKS - 40)
    live.ask(DeclareBreak(source="polisen", on=changed, reason="Nytt anmälningssätt"), BY)
    done = assess(live, "polisen", by=BY)
    assert done.signals == ()
    assert done.assessment.parameters["breaks"] == str(changed)
    assert done.assessment.results.reasons == (("declared-break",),)


def test_a_slow_change_is_told_once_until_it_is_judged(live: LiveRegister) -> None:
    rng, lines = np.random.default_rng(4), ["district,period,category,count"]
    weeks = [containing(FIRST + timedelta(weeks=i), "week") for i in range(WEEKS)]
    for i, week in enumerate(weeks):
        lines.append(f"Bäckby,{week},Klotter,{rng.poisson(6 if i < WEEKS - 20 else 10)}")
    take_in_file(live, "\n".join(lines).encode(), "veckor.csv", source="polisen", by=BY)
    ((key, signal),) = assess(live, "polisen", by=BY, period=weeks[-3]).signals
    assert signal.flag == "lasting-rise"
    assert "Sedan 20" in signal.sentence.sv
    assert assess(live, "polisen", by=BY, period=weeks[-2]).signals == ()
    live.ask(Judge(signal=key, on=live.today(), response="watch", finding="true", reason="Vi följer det"), BY)
    after = assess(live, "polisen", by=BY, period=weeks[-1]).signals
    assert [s.flag for _, s in after if s.flag.startswith("lasting")] == []


def test_neighbours_that_rise_together_are_told_of_in_words(live: LiveRegister) -> None:
    keys = [f"d{i}" for i in range(12)]
    districts = tuple(
        District(key=key, name=f"Område {key}", neighbours=tuple(k for k in keys[:4] if k != key) if i < 4 else ())
        for i, key in enumerate(keys)
    )
    live.ask(ReviseDivision(division="districts", on=live.today(), reason="Grannar", districts=districts), BY)
    rng, lines = np.random.default_rng(5), ["district,period,category,count"]
    for week in range(WEEKS):
        period = containing(FIRST + timedelta(weeks=week), "week")
        for i, key in enumerate(keys):
            lines.append(f"{key},{period},Klotter,{rng.poisson(7.5 if i < 4 and week >= WEEKS - 8 else 5)}")
    take_in_file(live, "\n".join(lines).encode(), "veckor.csv", source="polisen", by=BY)
    told = [one for one in assess(live, "polisen", by=BY).assessment.wider if one.level == "neighbours"]
    assert len(told) == 1
    assert told[0].kind == "Klotter"
    assert "Område d" in told[0].sentence.sv
    assert "än väntat någonstans ger slumpen" in told[0].sentence.sv
    assert told[0].observed > 1.2 * told[0].expected


def test_incidents_of_less_than_a_week_are_refused_with_the_way_out(live: LiveRegister) -> None:
    lines = ["id;område;kategori;datum", *(f"{i};Bäckby;Klotter;2020-05-0{5 + i % 3}" for i in range(5))]
    wishes = Wishes(covers=(date(2020, 5, 5), date(2020, 5, 7)))
    take_in_file(live, "\n".join(lines).encode(), "h.csv", source="polisen", by=BY, wishes=wishes)
    with pytest.raises(Refused, match="no whole week or month is over") as refused:
        assess(live, "polisen", by=BY)
    assert refused.value.rule == "nothing-to-assess"


def test_a_month_that_is_not_over_is_not_the_latest_complete_one(live: LiveRegister) -> None:
    now = live.today()
    months = [f"{m // 12}-{m % 12 + 1:02d}" for m in range(now.year * 12 + now.month - 40, now.year * 12 + now.month)]
    lines = [
        "district,period,category,count",
        *(f"Bäckby,{month},Klotter,{4 + i % 3}" for i, month in enumerate(months)),
    ]
    take_in_file(live, "\n".join(lines).encode(), "antal.csv", source="polisen", by=BY)
    assert assess(live, "polisen", by=BY).assessment.period == months[-2]


class Clock:
    """Shows what it is set to."""

    def __init__(self) -> None:
        self.now = datetime(2020, 1, 1, 7, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def test_a_week_is_compared_with_what_is_usually_reported_of_it_by_now(fresh_sqlite: str) -> None:
    clock, rng = Clock(), np.random.default_rng(7)
    monday = date(2020, 1, 6)
    with furnished(fresh_sqlite, clock) as live:
        history = [(monday - timedelta(weeks=w + 1), n) for w, n in enumerate(rng.poisson(30, 300))]
        take_incidents(live, [day for day, n in history for _ in range(n)], history[-1][0], monday, "0")
        late: list[date] = []
        for week in range(45):  # 60 % of a week's events are in the extract of the Monday after, the rest a week later
            first = monday + timedelta(weeks=week)
            clock.now = datetime.combine(first + timedelta(days=7), time(7), tzinfo=UTC)
            events = [first] * int(rng.poisson(30))
            known = [day for day in events if rng.random() < 0.6]
            take_incidents(live, late + known, first - timedelta(days=7), first + timedelta(days=7), f"{week + 1}")
            late = events[len(known) :]
        done = assess(live, "polisen", by=BY)
    results = done.assessment.results
    assert done.assessment.period == containing(first, "week")
    assert results.expected[0] == pytest.approx(18, abs=2.5)
    (share,) = (reason for reason in results.reasons[0] if reason.startswith("late-"))
    assert 54 <= int(share.removeprefix("late-")) <= 66
    assert done.signals == ()


def take_incidents(live: LiveRegister, days: list[date], first: date, end: date, name: str) -> None:
    lines = ["id;område;kategori;datum", *(f"{name}-{i};Bäckby;Klotter;{day}" for i, day in enumerate(days))]
    wishes = Wishes(covers=(first, end - timedelta(days=1)))
    take_in_file(live, "\n".join(lines).encode(), f"{name}.csv", source="polisen", by=BY, wishes=wishes)


START = date(2017, 1, 2)


def take_city(live: LiveRegister, missing: Callable[[str, date], bool], weeks: int = 160) -> None:
    """Dated incidents of six districts, about seven a week in each, without those that are missing."""
    rng, lines = np.random.default_rng(3), ["id;område;kategori;datum"]
    for number, day in enumerate(START + timedelta(days=n) for n in range(7 * weeks)):
        for district in ("Bäckby", "Råby", "Vallby", "Skallberget", "Hammarby", "Viksäng"):
            events = range(rng.poisson(1))
            lines += [f"{number}-{district}-{i};{district};Klotter;{day}" for i in events if not missing(district, day)]
    covers = START, START + timedelta(days=7 * weeks - 1)
    wishes = Wishes(covers=covers, new_names=True)
    take_in_file(live, "\n".join(lines).encode(), "h.csv", source="polisen", by=BY, wishes=wishes)


def week(number: int) -> str:
    return containing(START + timedelta(weeks=number), "week")


def test_a_district_that_begins_late_has_no_zeros_before_and_no_lasting_rise(live: LiveRegister) -> None:
    take_city(live, lambda district, day: district == "Råby" and day < START + timedelta(weeks=150))
    done = assess(live, "polisen", by=BY)
    row = done.assessment.results.district.index("raby")
    assert done.signals == ()
    assert done.assessment.results.expected[row] == pytest.approx(7, rel=0.5)
    assert done.assessment.results.reasons[row] == ("periods-7",)
    earlier = assess(live, "polisen", by=BY, period=week(140)).assessment.results
    assert earlier.observed[row] is None


def test_a_district_that_ended_is_silent_and_its_silence_no_fall(live: LiveRegister) -> None:
    take_city(live, lambda district, day: district == "Råby" and day >= START + timedelta(weeks=100))
    results = assess(live, "polisen", by=BY).assessment.results
    row = results.district.index("raby")
    assert (results.observed[row], results.reasons[row][0]) == (None, "silent")
    assert not any(results.flagged)
    assert not any("silent" in why for n, why in enumerate(results.reasons) if n != row)


def test_a_feed_that_halted_is_said_once_and_is_no_fall_of_anything(live: LiveRegister) -> None:
    hole = START + timedelta(weeks=150), START + timedelta(weeks=154, days=3)
    take_city(live, lambda _, day: hole[0] <= day <= hole[1])
    position = live.now().position
    for number in (150, 153, 154):  # the last of them in part
        with pytest.raises(Refused, match="the feed seems to have halted") as refused:
            assess(live, "polisen", by=BY, period=week(number))
        assert refused.value.rule == "feed-halted"
    assert live.now().position == position
    after = assess(live, "polisen", by=BY).assessment
    assert after.wider == ()
    assert not any(after.results.flagged)
    assert min(e for e in after.results.expected if e is not None) > 5


def test_a_period_of_which_nothing_can_be_told_is_refused_and_not_recorded(live: LiveRegister) -> None:
    take(live, 4)
    position = live.now().position
    with pytest.raises(Refused, match="None of the 2 series") as refused:
        assess(live, "polisen", by=BY, period="2014-W01")
    assert refused.value.rule == "nothing-assessable"
    assert "2 have no earlier period to be compared with" in refused.value.en
    assert live.now().position == position
