"""The week as a view: what is on the meeting's table, as known at one moment, and what is frozen of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from domain.core import Command
from domain.file_import import CountRows, Coverage, TakeIn, Tally
from domain.meeting import AgendaItem, Attend, Attendee, CloseMeeting, DecideAtMeeting, FollowUpDecision, OpenMeeting
from domain.observation import Observe
from domain.signal import Caution, Judge, RecordAssessment, Results, Sentence, Wider
from service.meeting_words import false_alarms, how_often
from service.minutes import MADE, agenda, calendar_entries, minutes_of
from service.register import LiveRegister
from service.views.broken_links import broken_links
from service.views.chain_view import chain
from service.views.track_record import record, track_record, wilson
from service.views.week import Week, week
from service.views.week_calendar import beside, judged_in, latest_week, sitting, weeks
from service.views.week_signal import signal_view
from service.wording import short
from tests import given as g
from tests.plausible import SetClock, open_live

WEEKLY = TakeIn(
    source=g.EXTRACT,
    kind="counts",
    file_name="vecka-8.csv",
    sha256="cd" * 32,
    coverage=Coverage(first=g.day("2020-02-03"), last=g.day("2020-02-23"), frequency="week", absent="zero"),
    tally=Tally(read=6, new=6, corrected=0, unchanged=0, rejected=0),
    preliminary=True,
    compared_at=0,
    rows=(
        CountRows(
            districts=("centrum", "raby"), categories=("personran",), periods=("2020-W06", "2020-W07", "2020-W08"),
            district=(0, 0, 0, 1, 1, 1), category=(0,) * 6, period=(0, 1, 2, 0, 1, 2), count=(2, 5, 9, 1, 0, 2),
        ),
    ),
)  # fmt: skip
SENTENCE = Sentence(sv="Nio personrån mot tre väntade.", en="Nine robberies, three expected.")
TOGETHER = Wider(
    level="area", place="Väster", kind="personrån", observed=11, expected=5, lower=1, upper=10, p=0.01, flag="rise",
    sentence=Sentence(sv="Hela Väster ligger högt.", en="All of Väster is high."),
)  # fmt: skip
KEY = "polisens-utdrag-2020-w08-centrum:personran"
MEETING = "est-2020-w08"


def assessed(period: str, observed: float, *, flagged: bool) -> RecordAssessment:
    """A run of that week in which Centrum had so many, three expected and seven the bound; Råby one and one."""
    return RecordAssessment(
        source=g.EXTRACT, period=period, data_gsn=9, method="samverkan 2", parameters={"alpha": 0.005},
        results=Results(
            district=("centrum", "raby"), category=("personran", "personran"), observed=(observed, 1.0),
            expected=(3.0, 1.0), bound=(7.0, 4.0), p=(0.002, 0.5), exceedance=(1.5, 0.0), dispersion=(1.1, 1.0),
            trend=(0.0, 0.0), flagged=(flagged, False), reasons=((), ()),
        ),
        sentences=(SENTENCE,) if flagged else (),
        wider=(TOGETHER,) if flagged else (),
        caution=Caution(looked=264, expected_false=0.04, lasting_false=0.26),
    )  # fmt: skip


def scene(url: str) -> tuple[LiveRegister, SetClock]:
    """A register on Tuesday 25 February 2020: the meeting of week 8 is closed, week 8 was assessed and has a signal."""
    clock = SetClock(datetime(2020, 1, 2, 9, tzinfo=UTC))
    live = open_live(url, clock)

    def on(day: str, *commands: Command) -> None:
        clock.moment = datetime.fromisoformat(f"{day}T10:00:00+00:00")
        for command in commands:
            live.ask(command, g.COORDINATOR)

    on("2020-01-02", *g.FOUNDED)
    on("2020-02-03", g.OBSERVE, g.PROPOSE)
    on("2020-02-11", g.VALUE, g.PRIORITISE)
    on("2020-02-18", g.ADOPT_PLAN, *_week_eight())
    on("2020-02-20", g.but(g.COMMIT, due=date(2020, 2, 21)))
    on("2020-02-24", WEEKLY, *_reports(), assessed("2020-W07", 5.0, flagged=False))
    on("2020-02-24", assessed("2020-W08", 9.0, flagged=True))
    clock.moment = datetime(2020, 2, 25, 9, tzinfo=UTC)
    return live, clock


def _week_eight() -> tuple[Command, ...]:
    there = (Attendee(role="samordnare", organisation=g.CITY), Attendee(role="förvaltare", organisation="Mimer"))
    return (
        OpenMeeting(meeting=MEETING, agreement=g.AGREEMENT, on=g.day("2020-02-18")),
        Attend(meeting=MEETING, attendees=there),
        DecideAtMeeting(
            meeting=MEETING, what="Fotpatrull två kvällar", reason="Oro.", owner_role="kommunpolis",
            due=g.day("2020-02-24"), problem="personran-centrum",
        ),
        CloseMeeting(meeting=MEETING, agenda=(AgendaItem(title="1 Beslut", lines=("Inget.",)),)),
    )  # fmt: skip


def _reports() -> tuple[Command, ...]:
    seen = g.but(g.REPORT, occurred_on=g.day("2020-02-22"))
    far = g.but(g.REPORT, occurred_on=g.day("2020-02-21"), district="raby", category="skadegorelse", text=None)
    return tuple(
        Observe(observation=key, source=g.EST, content=content)
        for key, content in (("obs-2", seen), ("obs-3", seen), ("obs-4", far))
    )


@pytest.fixture
def live(fresh_sqlite: str) -> Iterator[LiveRegister]:
    register, _ = scene(fresh_sqlite)
    yield register
    register.close()


def nine(live: LiveRegister) -> Week:
    return week(live, live.now(), "2020-W09")


def judge(live: LiveRegister, key: str = KEY, **but: str) -> None:
    said = {"response": "act", "finding": "true", "reason": "Rapporterna stämmer.", **but}
    live.ask(Judge.model_validate({"signal": key, "on": live.today(), **said}), g.COORDINATOR)


def test_the_newest_assessment_leads_to_the_meeting_that_judges_it(live: LiveRegister) -> None:
    assert latest_week(live.now(), live.today()) == "2020-W09"
    assert judged_in("2020-W53") == "2021-W01"
    assert judged_in("2020-01") == "2020-W06"


def test_every_week_since_the_agreement_began_can_be_walked_to(live: LiveRegister) -> None:
    assert weeks(live.now(), live.today()) == ("2019-W45", "2020-W09")
    assert beside(live.now(), "2020-W01", live.today()) == ("2019-W52", "2020-W02")
    assert beside(live.now(), "2019-W45", live.today()) == (None, "2019-W46")
    assert beside(live.now(), "2020-W09", live.today()) == ("2020-W08", None)


def test_the_first_screen_counts_what_waits(live: LiveRegister) -> None:
    counts = nine(live).counts
    assert (counts.follow_up, counts.signals, counts.reports, counts.late) == (1, 1, 3, 1)
    assert (counts.silent, counts.promises, counts.sources) == (0, 0, 0)
    assert counts.broken > 0


def test_a_signal_has_its_counts_and_for_how_long_it_has_been_high(live: LiveRegister) -> None:
    (card,) = nine(live).signals.latest
    assert (card.district_name, card.category_name) == ("Centrum", "Personrån")
    assert len(card.counts) == 26
    assert card.counts[-3:] == (2, 5, 9)
    assert card.in_a_row == 2
    assert card.verdict is None
    assert card.spark.last.height == card.spark.height


def test_a_judged_signal_of_an_older_week_stays_on_the_table_of_the_week_that_judged_it(live: LiveRegister) -> None:
    judge(live)
    told = nine(live).signals
    assert [card.verdict.response for card in told.latest if card.verdict] == ["act"]
    assert told.unjudged == 0


def test_what_happened_since_the_previous_meeting_is_told_in_groups_without_what_stands_elsewhere(
    live: LiveRegister,
) -> None:
    since = nine(live).since
    told = {news.subject: [one.sentence.sv for one in news.items] for news in since.news}
    assert since.meeting == "2020-W08"
    assert since.observations == 3
    assert set(told) == {"actions", "figures"}
    assert len(told["figures"]) == 1


def test_the_meetings_own_decisions_and_verdicts_are_no_news_to_it(live: LiveRegister) -> None:
    before = nine(live).since.number
    live.ask(OpenMeeting(meeting="est-2020-w09", agreement=g.AGREEMENT, on=live.today()), g.COORDINATOR)
    judge(live, meeting="est-2020-w09")
    assert nine(live).since.number == before


def test_last_weeks_decision_is_followed_up_and_late_when_its_day_has_passed(live: LiveRegister) -> None:
    (followed,) = nine(live).follow_up
    assert (followed.what, followed.late) == ("Fotpatrull två kvällar", True)
    assert followed.problem is not None
    assert followed.problem.title == g.PROPOSE.title


def test_new_reports_stand_by_district_the_one_with_most_first(live: LiveRegister) -> None:
    told = nine(live).reports
    assert told.places == (("Centrum", 2), ("Råby", 1))
    assert [(one.district_name, one.category_name, len(one.items)) for one in told.groups] == [
        ("Centrum", "Personrån", 2), ("Råby", "Skadegörelse", 1),
    ]  # fmt: skip
    assert told.groups[0].items[0].text == g.REPORT.text


def test_a_problem_in_the_ranking_counts_the_new_reports_of_its_place_and_category(live: LiveRegister) -> None:
    (ranked,) = nine(live).ranking
    assert (ranked.rank, ranked.reports, ranked.running, ranked.late) == (1, 2, 1, 1)
    assert (ranked.has_causes, ranked.shared) == (False, False)


def test_a_rank_that_was_given_twice_is_said_to_be_shared(live: LiveRegister) -> None:
    other = "skadegorelse-centrum"
    for command in (g.PROPOSE, g.VALUE, g.PRIORITISE):
        live.ask(g.but(command, problem=other, on=g.day("2020-02-24")), g.COORDINATOR)
    assert [(one.rank, one.shared) for one in nine(live).ranking] == [(1, True), (1, True)]
    rows = chain(live.now(), live.today()).groups["prioritised"]
    assert [(row.rank, row.shared) for row in rows] == [(1, True), (1, True)]


def test_a_source_is_fresh_late_or_silent_by_what_it_covers(live: LiveRegister) -> None:
    def extract(key: str) -> str:
        return next(one.condition for one in week(live, live.now(), key).sources if one.key == g.EXTRACT)

    told = next(one for one in nine(live).sources if one.key == g.EXTRACT)
    assert (told.latest, told.due, told.condition) == (date(2020, 2, 23), date(2020, 2, 23), "fresh")
    assert (told.file_name, told.preliminary) == ("vecka-8.csv", True)
    assert extract("2020-W10") == "late"
    assert extract("2020-W16") == "silent"


def test_a_past_week_shows_what_was_known_when_its_meeting_closed(live: LiveRegister) -> None:
    place = sitting(live.store, MEETING)
    assert place is not None
    assert place.closed is not None
    then = week(live, live.as_of(place.closed), "2020-W08", place.closed)
    assert then.counts.signals == 0
    assert then.reports.number == 0
    assert [one.condition for one in then.sources if one.key == g.EXTRACT] == ["empty"]


def test_a_verdict_given_later_is_told_beside_what_was_known_then(live: LiveRegister) -> None:
    then = live.store.last_gsn()
    judge(live)
    (card,) = week(live, live.as_of(then), "2020-W09", then).signals.latest
    assert card.verdict is None
    assert card.later is not None
    assert card.later.finding == "true"


def test_roles_of_earlier_meetings_are_suggested_until_they_are_noted(live: LiveRegister) -> None:
    assert {one.role for one in nine(live).suggested} == {"samordnare", "förvaltare"}
    live.ask(OpenMeeting(meeting="est-2020-w09", agreement=g.AGREEMENT, on=live.today()), g.COORDINATOR)
    there = (Attendee(role="förvaltare", organisation="Mimer"),)
    live.ask(Attend(meeting="est-2020-w09", attendees=there), g.COORDINATOR)
    assert [one.role for one in nine(live).suggested] == ["samordnare"]


def test_what_is_frozen_holds_what_was_on_the_table_with_the_verdicts(live: LiveRegister) -> None:
    judge(live)
    frozen = {item.title: item.lines for item in agenda(nine(live))}
    assert any("Fotpatrull två kvällar" in line and "försenat" in line for line in frozen["1 Förra mötets beslut"])
    assert frozen["3 Signaler"] == (
        f"{SENTENCE.sv} Bedömning: åtgärd, signalen var riktig. Skäl: Rapporterna stämmer.",
    )  # fmt: skip
    assert "Hela Väster ligger högt." in frozen["4 Läget"]
    assert all(lines for lines in frozen.values())


def test_minutes_and_calendar_say_what_a_closed_meeting_decided(live: LiveRegister) -> None:
    minutes = minutes_of(live, live.now(), MEETING, "sv")
    assert (minutes.week, minutes.held_on, minutes.closed_on) == ("vecka 8 2020", date(2020, 2, 18), date(2020, 2, 18))
    assert minutes.attendees == (f"samordnare, {g.CITY}", "förvaltare, Mimer")
    assert [(d.what, d.about) for d in minutes.decisions] == [("Fotpatrull två kvällar", g.PROPOSE.title)]
    assert minutes.checkpoint == (
        "Mötet finns i Samverkan under Veckomöte v. 8 2020; registret som det var då nås därifrån."
    )
    (entry,) = calendar_entries(live, live.now(), MEETING, "sv")
    assert (entry.starts, entry.title) == (date(2020, 2, 24), "Fotpatrull två kvällar")
    assert entry.description == "Beslutat på veckomötet, vecka 8 2020. Ansvarig: kommunpolis."


NINE = "est-2020-w09"


def nine_opened(live: LiveRegister) -> None:
    live.ask(OpenMeeting(meeting=NINE, agreement=g.AGREEMENT, on=live.today()), g.COORDINATOR)


def follow_up(live: LiveRegister, outcome: str, meeting: str = NINE) -> None:
    said = {"meeting": meeting, "earlier": MEETING, "number": 1, "outcome": outcome, "comment": "Två kvällar."}
    live.ask(FollowUpDecision.model_validate(said), g.COORDINATOR)


def overdue(live: LiveRegister, day: str) -> int:
    return broken_links(live.now(), date.fromisoformat(day)).counts["decision-overdue"]


def test_a_decision_followed_up_is_neither_late_nor_waiting(live: LiveRegister) -> None:
    nine_opened(live)
    (before,) = nine(live).follow_up
    assert (before.late, before.followed_up, nine(live).counts.follow_up) == (True, None, 1)
    assert overdue(live, "2020-02-25") == 1
    follow_up(live, "not done")
    (after,) = nine(live).follow_up
    assert after.followed_up is not None
    assert (after.late, after.followed_up.outcome, after.followed_up.week) == (False, "not done", "2020-W09")
    assert nine(live).counts.follow_up == 0
    assert overdue(live, "2020-02-25") == 0
    (line,) = agenda(nine(live))[0].lines
    assert line.endswith("Uppföljt vecka 9 2020: inte gjort. Två kvällar.")


def test_a_decision_that_goes_on_comes_back_at_the_next_meeting(live: LiveRegister) -> None:
    nine_opened(live)
    follow_up(live, "ongoing")
    assert nine(live).counts.follow_up == 0
    live.ask(Attend(meeting=NINE, attendees=(Attendee(role="rektor", organisation="Råby"),)), g.COORDINATOR)
    live.ask(CloseMeeting(meeting=NINE, agenda=(AgendaItem(title="1 Beslut"),)), g.COORDINATOR)
    ten = week(live, live.now(), "2020-W10")
    assert [(one.meeting, one.number, one.waits("est-2020-w10")) for one in ten.follow_up] == [(MEETING, 1, True)]
    assert ten.counts.follow_up == 1
    assert overdue(live, "2020-03-03") == 1


def test_what_is_recorded_while_the_meeting_sits_is_decided_by_it(live: LiveRegister) -> None:
    nine_opened(live)
    live.ask(g.but(g.COMMIT, action="ljus", title="Ljus", due=date(2020, 3, 20)), g.COORDINATOR)
    held = nine(live).meeting
    assert held is not None
    assert [(one.what, one.about.title, one.due) for one in held.made] == [("action", "Ljus", date(2020, 3, 20))]
    (entry,) = calendar_entries(live, live.now(), NINE, "en")
    assert (entry.uid, entry.starts, entry.title) == ("ljus@samverkan", date(2020, 3, 20), "Ljus")
    live.ask(CloseMeeting(meeting=NINE, agenda=(AgendaItem(title="1 Beslut"),)), g.COORDINATOR)
    live.ask(g.but(g.COMMIT, action="sen", title="Efteråt"), g.COORDINATOR)
    assert [section.title for section in minutes_of(live, live.now(), NINE, "sv").sections] == ["1 Beslut", MADE]
    assert "Efteråt" not in str(minutes_of(live, live.now(), NINE, "sv").sections)


@pytest.mark.parametrize(
    ("rate", "sv", "en"),
    [
        (1.1, "ungefär en rapport i veckan", "about one report a week"),
        (2.6, "ungefär tre rapporter i veckan", "about three reports a week"),
        (0.4, "ungefär två rapporter i månaden", "about two reports a month"),
        (14, "ungefär 14 rapporter i veckan", "about 14 reports a week"),
    ],
)
def test_how_often_somebody_reports_is_said_in_words(rate: float, sv: str, en: str) -> None:
    assert (how_often(rate, "sv"), how_often(rate, "en")) == (sv, en)


def test_signals_that_may_be_false_are_counted_whole() -> None:
    assert false_alarms(0.6, "sv") == "av signalerna väntas högst en vara falskt larm"
    assert false_alarms(1.2, "en") == "at most two of the signals are expected to be false alarms"


def test_a_signal_is_seen_beside_other_districts_with_its_history(live: LiveRegister) -> None:
    judge(live)
    view = signal_view(live, live.now(), KEY)
    assert [(one.name, one.observed, one.expected) for one in view.neighbours] == [("Råby", 1.0, 1.0)]
    assert [row.assessed for row in view.rows[-2:]] == [5.0, 9.0]
    assert [row.flag for row in view.rows[-2:]] == [None, "rise"]
    assert view.one_in == 500
    assert len(view.history) == 2
    assert "Rapporterna stämmer" in view.history[1].sentence.sv


def test_the_track_record_counts_an_explained_signal_as_right_to_be_raised(live: LiveRegister) -> None:
    judge(live, finding="explained", explained_by="Marknaden")
    told = track_record(live.now(), g.EXTRACT, "centrum", "personran")
    assert (told.here.raised, told.here.explained, told.here.right, told.here.share) == (1, 1, 1, 1.0)
    assert track_record(live.now(), g.EXTRACT, "raby", "personran").here.share is None


def test_the_interval_of_a_share_is_wilsons() -> None:
    # R: binom::binom.confint(8, 10, methods = "wilson"), and prop.test(0, 5, correct = FALSE)
    assert wilson(8, 10) == pytest.approx((0.4901625, 0.9433178), abs=1e-6)
    assert wilson(0, 5) == pytest.approx((0.0, 0.4344825), abs=1e-6)
    assert record([]).share is None


def test_a_quote_is_cut_after_a_whole_word() -> None:
    assert short("Tidigare varningar gav nytta när de bedömdes", 30) == "Tidigare varningar gav nytta…"
    assert short("polisens-utdrag-2023-w08-centrum", 20) == "polisens-utdrag-202…"
    assert short("Fem  ord\nryms.", 20) == "Fem ord ryms."
