"""A register with a planted surge: what was counted for weeks, the assessment that flags it, and the run that tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from adapters.subscriptions import Subscription
from domain.action import AdoptPlan, Commit, Owner, PlannedFollowUp, Start
from domain.core import Command
from domain.period import last_day, span
from domain.problem import Prioritise, ValueProblem
from domain.run import RecordRun, Skipped
from domain.signal import Caution, Flag, RecordAssessment, Results, Sentence, Wider
from service.register import Answer, LiveRegister
from tests.plausible import (
    BY,
    CATEGORIES,
    DISTRICTS,
    TABLE,
    SetClock,
    count_rows,
    founded,
    propose,
    take_in,
)

SERIES = tuple((district, category) for district in sorted(DISTRICTS) for category in sorted(CATEGORIES))
WEEK, WEEKS = "2026-W08", tuple(span("2025-W40", "2026-W08"))
ANNA = Subscription("s1", "anna", "anna@example.se")


@dataclass(frozen=True)
class Surge:
    """So many came in the flagged period, how it diverges, and how seldom chance does that."""

    number: int
    p: float
    flag: Flag = "rise"


SURGES = {("raby", "skadegorelse"): Surge(19, 1e-5), ("centrum", "stold"): Surge(12, 1e-3)}


def scene(url: str) -> tuple[LiveRegister, SetClock]:
    """On Monday 23 February 2026 at six: the weeks are counted, three events each and the surges in week 8."""
    clock = SetClock(datetime(2026, 1, 2, 9, tzinfo=UTC))
    live = founded(url, clock)
    clock.moment = datetime(2026, 2, 23, 5, tzinfo=UTC)
    cells = {(d, c, week): 3 for d, c in SERIES for week in WEEKS} | {
        (d, c, WEEK): surge.number for (d, c), surge in SURGES.items()
    }
    live.ask(
        take_in(live.now(), TABLE, "counts", [count_rows(list(cells.items()))], len(cells), 0, len(cells), cells), BY
    )
    return live, clock


def assessed(
    surges: Mapping[tuple[str, str], Surge], period: str = WEEK, *, number: int = 1, source: str = TABLE,
    synthetic: bool = False, wider: tuple[Wider, ...] = (),
) -> RecordAssessment:  # fmt: skip
    """All twelve series, three events expected in each and seven the bound."""
    found = [surges.get(pair) for pair in SERIES]
    observed = tuple(float(one.number) if one else 3.0 for one in found)
    p = tuple(one.p if one else 0.5 for one in found)
    results = Results(
        district=tuple(d for d, _ in SERIES), category=tuple(c for _, c in SERIES), observed=observed,
        expected=(3.0,) * 12, bound=(7.0,) * 12, p=p, exceedance=tuple((n - 3) / 4 for n in observed),
        dispersion=(1.0,) * 12, trend=(0.0,) * 12, flagged=tuple(one is not None for one in found), reasons=((),) * 12,
        lower=(0.0,) * 12, p_fall=p, common=(1.0,) * 12, periods=(50,) * 12,
        flag=tuple(one.flag if one else None for one in found),
    )  # fmt: skip
    return RecordAssessment(
        source=source, period=period, data_gsn=1, method="samverkan 3", parameters={}, results=results,
        sentences=(Sentence(sv="Fler än väntat.", en="More than expected."),) * len(surges), synthetic=synthetic,
        wider=wider, caution=Caution(looked=12, expected_false=0.1, lasting_false=0.012), number=number,
    )  # fmt: skip


def ran(live: LiveRegister, assessment: RecordAssessment | None, *skipped: Skipped) -> tuple[str, int]:
    """The run of one assessment, or of none: its key, and the event that made it."""
    if assessment is not None:
        live.ask(assessment, BY)
    number = assessment.number if assessment else 1
    keys = (assessment.key,) if assessment else ()
    period = assessment.period if assessment else WEEK
    command = RecordRun(period=period, number=number, assessments=keys, skipped=skipped)
    return command.key, live.ask(command, BY).last_gsn


def worked_on(live: LiveRegister, due: date = date(2026, 4, 30), title: str = "Laga muren") -> None:
    """A problem with skadegörelse in Råby is prioritised, and an action for it has begun."""
    on = live.today()
    owner = Owner(role="förvaltare", organisation="Mimer")
    for command in (
        propose("muren", on),
        ValueProblem(problem="muren", on=on, rater="samordnare", scores={"harm": 3}),
        Prioritise(problem="muren", on=on, reason="Vanligt", rank=1),
        AdoptPlan(problem="muren", on=on, aim="Helt igen.", owner=owner),
        Commit(
            action="laga", on=on, problem="muren", title=title, description="Muren muras om.", owner=owner, due=due,
            planned_hours=8, expected_effect="Inget klotter.",
            follow_up=PlannedFollowUp(on=due + timedelta(days=30), owner_role="controller", measure="Antal"),
        ),
        Start(action="laga", on=on),
    ):  # fmt: skip
        live.ask(command, BY)


def monday_after(clock: SetClock, live: LiveRegister, weeks: int) -> date:
    """So many weeks after the run: that day."""
    clock.moment = datetime.combine(last_day(WEEK) + timedelta(days=1, weeks=weeks), time(6), UTC)
    return live.today()


def asked(live: LiveRegister, *commands: Command) -> list[Answer]:
    """All of them."""
    return [live.ask(command, BY) for command in commands]
