"""The sections of the yearly book about the work: they say what the register holds, and nothing that came later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from adapters.documents.content import Block, Bullets, Facts, Note, Paragraph, Section, Table
from domain.action import Cancel, Change, DoNotStart, LogDose
from domain.core import Actor, Command
from domain.meeting import AgendaItem, Attendee, CloseMeeting, DecideAtMeeting, FollowUpDecision
from domain.problem import Alternative, AnalyseCauses, Cause, Close, Evidence, SetProblemAside
from domain.promise import MeasureReport, ReportBack
from domain.review import AdoptReview, OpenReview
from domain.signal import Judge
from service.book.actions import actions
from service.book.chain import chain
from service.book.effects import effects
from service.book.learnt import learnt
from service.book.meetings import meetings
from service.book.priorities import priorities
from service.book.signals import signals
from service.book.year import Year, year_of
from service.register import LiveRegister
from service.wording import Language
from tests.given import (
    ADOPT_PLAN,
    AGREEMENT,
    ASSESS,
    ATTEND,
    CITY,
    COMMIT,
    COORDINATOR,
    FOLLOW_UP,
    FOUNDED,
    OBSERVE,
    OPEN_MEETING,
    OWNER,
    POLICE,
    PRIORITISE,
    PROPOSE,
    PUBLISH,
    RECORD_EFFECT,
    REPORT,
    SIGNAL,
    START,
    VALUE,
    VERIFY,
    but,
    day,
)
from tests.given import REPORT_DONE as DONE
from tests.registers import opened

SECTIONS = (chain, priorities, actions, effects, signals, meetings, learnt)
LANGUAGES: tuple[Language, ...] = ("sv", "en")
ROBBERIES, LITTER, MEETING = PROPOSE.problem, "nedskrapning-raby", OPEN_MEETING.meeting
KEYS = (ROBBERIES, LITTER, "polisens-utdrag", "est-2020-v08", "lofte-2020", SIGNAL)
CODES = ("reported done", "set aside", "not started", "dismiss", "explained", "handed over", "municipality")


@dataclass
class Diary:
    """Who writes in a register, on which day."""

    today: datetime = datetime(2019, 11, 6, 9, tzinfo=UTC)
    by: Actor = COORDINATOR
    live: LiveRegister = field(init=False)

    def on(self, text: str, *commands: Command, role: str = "samordnare", organisation: str = CITY) -> None:
        """These commands were given that day."""
        self.today = datetime.combine(day(text), self.today.timetz())
        for command in commands:
            self.live.ask(command, Actor(account="konto", role=role, organisation=organisation))

    def year(self, year: int = 2020, language: Language = "sv") -> Year:
        """The year as its book sees it now."""
        return year_of(self.live, AGREEMENT, year, language)


def the_work_of_2020(diary: Diary) -> None:
    """One problem is prioritised without causes and another set aside; of three actions one is done late."""
    evidence = (Evidence(kind="observation", ref="obs-1"), Evidence(kind="signal", ref=SIGNAL))
    paper = (Evidence(kind="document", ref="skrivelse"),)
    litter = but(PROPOSE, problem=LITTER, title="Nedskräpning i Råby", evidence=paper)
    against = (Alternative(what="Nedskräpning i Råby", reason="Stör många, skadar få."),)
    diary.on("2019-11-06", *FOUNDED)
    diary.on("2020-01-10", OBSERVE)
    diary.on("2020-02-02", ASSESS)
    verdict = Judge(signal=SIGNAL, on=day("2020-02-03"), response="act", finding="true", reason="Rapporterna.")
    diary.on("2020-02-03", verdict)
    diary.on("2020-02-04", but(PROPOSE, on=day("2020-02-04"), evidence=evidence), litter, VALUE,
             but(VALUE, rater="kommunpolis", scores={"harm": 1}), but(VALUE, problem=LITTER))  # fmt: skip
    aside = SetProblemAside(
        problem=LITTER, on=day("2020-02-11"), reason="Sköts i ordinarie drift.", dissent="Polisen: stökigt."
    )
    diary.on("2020-02-11", but(PRIORITISE, alternatives=against), aside, role="styrgrupp")
    both = (*ATTEND.attendees, Attendee(role="kommunpolis", organisation=POLICE))
    follow = DecideAtMeeting(meeting=MEETING, what="Följ tunneln.", reason="Nya rapporter.", signal=SIGNAL)
    closing = CloseMeeting(meeting=MEETING, agenda=(AgendaItem(title="Nya rapporter"),))
    diary.on("2020-02-18", OPEN_MEETING, but(ATTEND, attendees=both), follow, closing, ADOPT_PLAN)
    diary.on("2020-02-20", COMMIT, but(COMMIT, action="ljus", title="Ljus i tunneln"),
             but(COMMIT, action="vardar", title="Fler värdar", owner=but(OWNER, organisation=POLICE)))  # fmt: skip
    no = DoNotStart(action="vardar", on=day("2020-03-02"), reason="Tjänsterna är vakanta.")
    diary.on("2020-03-02", START, but(START, action="ljus"), no)
    walk = LogDose(action="vandringar", on=day("2020-03-19"), amount=1, unit="vandring", hours=6.5)
    later = Change(action="vandringar", on=day("2020-04-02"), reason="Smittläget.", due=day("2020-12-31"))
    diary.on("2020-04-02", walk, later)
    diary.on("2020-05-04", Cancel(action="ljus", on=day("2020-05-04"), reason="Tunneln ska byggas om."))
    diary.on("2020-10-25", but(DONE, on=day("2020-10-25")), role=OWNER.role)
    diary.on("2020-11-02", but(FOLLOW_UP, action="ljus"))
    diary.on("2020-11-18", PUBLISH)
    diary.on("2020-12-01", RECORD_EFFECT)


def what_came_after_the_year(diary: Diary) -> None:
    """Verified and opened for review in the next year; one party adopts."""
    diary.on("2021-01-12", but(VERIFY, on=day("2021-01-12")), role="controller")
    at = diary.live.now().position
    diary.on("2021-02-01", OpenReview(agreement=AGREEMENT, year=2020, on=day("2021-02-01"), as_known_at=at))
    diary.on("2021-02-10", adopted("municipality", "Vandra tidigare på året.", "Behåll tunneln."))


def adopted(party: str, learnt: str, *proposed: str) -> AdoptReview:
    """A party's adoption of the review of 2020."""
    return AdoptReview.model_validate({
        "agreement": AGREEMENT, "year": 2020, "on": date(2021, 2, 10), "party": party, "learnt": learnt,
        "proposed_priorities": proposed,
    })  # fmt: skip


@pytest.fixture
def diary(tmp_path: Path) -> Iterator[Diary]:
    """A register of 2020, reviewed by one party."""
    found = Diary()
    with opened(f"sqlite:///{tmp_path}/bok.db", lambda: found.today) as live:
        found.live = live
        the_work_of_2020(found)
        what_came_after_the_year(found)
        yield found


def texts(section: Section) -> Iterator[str]:
    """All that a section says."""
    yield section.title
    for block in section.blocks:
        yield from _said(block)
    for part in section.parts:
        yield from texts(part)


def _said(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(text=text) | Note(text=text):
            yield text
        case Bullets(items=items):
            yield from items
        case Facts(pairs=pairs):
            yield from (text for pair in pairs for text in pair)
        case Table(caption=caption, columns=columns, rows=rows):
            yield from (caption, *(column.name for column in columns), *(cell for row in rows for cell in row))


def tables(section: Section) -> list[Table]:
    """Its tables, those of its parts after its own."""
    own = [block for block in section.blocks if isinstance(block, Table)]
    return own + [table for part in section.parts for table in tables(part)]


def row(section: Section, name: str, table: int = 0) -> tuple[str, ...]:
    """The row of a table that a name stands first in."""
    return next(row for row in tables(section)[table].rows if row[0] == name)


def joined(section: Section) -> str:
    """All that it says, a text a line."""
    return "\n".join(texts(section))


def test_the_chain_tells_each_step_and_that_causes_were_never_analysed(diary: Diary) -> None:
    told = chain(diary.year())
    assert row(told, "Personrån mot unga i centrum") == (
        "Personrån mot unga i centrum", "1 observation, 1 signal", "2", "Prioriterat, plats 1, 2020-02-11",
        "Saknas", "Finns", "3, 1 bruten länk", "1 av 2, 1 utebliven",
    )  # fmt: skip
    assert row(told, "Nedskräpning i Råby")[3:5] == ("Bortprioriterat, 2020-02-11", "Behövs inte")
    assert "Prioriterade utan orsaksanalys: ”Personrån mot unga i centrum”." in joined(told)
    assert (
        "Av kedjorna från observation till uppföljning för 2 problembilder som var öppna under 2020 var den 31 "
        "december 2020 ingen hel, 1 bruten och 1 bortprioriterad utan behov av fler steg."
    ) in joined(told)


def test_a_broken_link_names_what_is_missing_since_when_whose_it_is_and_whether_it_was_mended(diary: Diary) -> None:
    links = tables(chain(diary.year()))[1].rows
    assert ("Personrån mot unga i centrum", "Orsaksanalys saknas", "2020-02-11", f"områdesutvecklare, {CITY}",
            "Kvarstår") in links  # fmt: skip
    assert ("Trygghetsvandringar", "Rapporterad klar, inte kontrollerad", "2020-10-25", f"områdesutvecklare, {CITY}",
            "Lagad") in links  # fmt: skip
    assert ("Trygghetsvandringar", "Uppföljningen har uteblivit", "2020-11-01", "controller", "Kvarstår") in links
    assert "3 länkar" in joined(chain(diary.year()))
    assert "1 av dem var lagad" in joined(chain(diary.year()))


def test_a_decision_keeps_its_reason_scores_alternatives_and_dissent(diary: Diary) -> None:
    told = priorities(diary.year())
    assert tables(told)[0].rows == (
        ("2020-02-11", "Personrån mot unga i centrum", "Prioriterades, plats 1", "–"),
        ("2020-02-11", "Nedskräpning i Råby", "Bortprioriterades", "–"),
    )
    chosen, aside = (joined(part) for part in told.parts)
    assert "Störst skada för unga." in chosen
    assert "Nedskräpning i Råby: Stör många, skadar få." in chosen
    assert "ökar 3, skada 2,5" in chosen
    assert "Oense om: skada." in chosen
    assert "Sköts i ordinarie drift." in aside
    assert "Polisen: stökigt." in aside
    assert "Under 2020 fattades 2 beslut: 1 prioritering och 1 bortprioritering; 1 beslut har en avvikande mening." in (
        joined(told)
    )


def test_actions_are_counted_by_party_and_on_time_against_the_day_first_promised(diary: Diary) -> None:
    told = actions(diary.year())
    assert [column.name for column in tables(told)[0].columns] == ["Åtgärder", CITY, POLICE, "Alla"]
    numbers = {name: cells for name, *cells in tables(told)[0].rows}
    assert numbers["Beslutade under året"] == ["2", "1", "3"]
    assert numbers["Avbrutna"] == ["1", "0", "1"]
    assert numbers["Påbörjas inte"] == ["0", "1", "1"]
    assert numbers["– i tid, mot den dag som först beslutades"] == ["0", "0", "0"]
    assert numbers["– efter den, men i tid mot en flyttad klardag"] == ["1", "0", "1"]
    assert numbers["Kontrollerade klara"] == ["0", "0", "0"]
    assert numbers["Timmar planerade i årets beslut"] == ["160", "80", "240"]
    assert numbers["Timmar antecknade under året"] == ["6,5", "0", "6,5"]
    said = joined(told)
    for reason in ("Tunneln ska byggas om.", "Tjänsterna är vakanta.", "Smittläget."):
        assert reason in said
    assert "Kontrollerad 2021-01-12" in said


def test_a_promise_that_still_runs_is_not_called_unanswered(diary: Diary) -> None:
    told = joined(actions(diary.year()))
    assert "1 medborgarlöfte gavs under året och inget återrapporterades." in told
    assert told.count("Inte återrapporterat än; löftet gäller fortfarande.") == 2


def test_a_promise_answers_both_questions(diary: Diary) -> None:
    answers = (MeasureReport(done="yes", words="Sex vandringar."), MeasureReport(done="no", words="Hann inte."))
    diary.on("2021-04-23", ReportBack(
        promise="lofte-2020", on=day("2021-04-23"), measures=answers, outcome="better", words="Rånen minskade."
    ))  # fmt: skip
    told = joined(actions(diary.year(2021)))
    assert "1 av 2 genomförda, 0 delvis, 1 inte." in told
    assert "Bättre. Rånen minskade. Återrapporterat 2021-04-23." in told


def test_an_effect_is_told_with_grade_and_interval_and_plainly_when_it_is_none(diary: Diary) -> None:
    told = effects(diary.year())
    walks = row(told, "Trygghetsvandringar")
    assert walks[1] == "−25 % (−46 till +4), styrka 3 av 5, till och med augusti 2020"
    assert walks[2] == "Ingen tydlig effekt: intervallet rymmer noll."
    light = row(told, "Ljus i tunneln")
    assert light[1:4] == (
        "Inte beräknad",
        "Ingen tydlig effekt: intervallet rymmer noll.",
        "−2 (−5 till 1). före och efter",
    )
    assert light[4] == "Ingen tydlig verkan."
    assert "Den bästa av många ser bättre ut än den är" in joined(told)
    assert "Uppföljningen har ett eget tal, men ingen beräkning" in joined(told)


def test_signals_are_told_with_verdicts_lead_times_and_precision(diary: Diary) -> None:
    told = signals(diary.year())
    assert row(told, "Agera") == ("Agera", "1", "0", "0", "0", "1")
    assert [cells[1:4] for cells in tables(told)[1].rows] == [("1", "1", "1"), ("1", "2", "2"), ("1", "18", "18")]
    assert tables(told)[2].rows == (
        ("1 område med färre än 5 bedömda", "1", "1", "1", "1", "0", "0", "100 % (21–100 %)"),
    )


def test_a_period_that_nobody_assessed_is_said_to_be_one(diary: Diary) -> None:
    told = signals(diary.year())
    assert row(told, "Polisens utdrag", table=3)[1:4] == ("Månad", "1", "11")
    assert "En period utan bedömning är inte en period utan brott" in joined(told)
    assert "bedömningarna säger inte hur många falska larm" in joined(told)


def test_meetings_are_told_with_weeks_without_one_who_came_and_what_was_followed_up(diary: Diary) -> None:
    told = meetings(diary.year())
    assert "1 veckomöte hölls 2020, 1 är avslutade med låst dagordning; 52 veckor av 53 hade inget möte." in joined(
        told
    )
    assert "Utan möte: vecka 1–7 och 9–53." in joined(told)
    assert row(told, POLICE) == (POLICE, "1", "100 %", "kommunpolis 1")
    assert "Inget av dem har följts upp" in joined(told)


def test_a_decision_that_a_later_meeting_took_up_counts_as_followed_up(diary: Diary) -> None:
    first, second = "est-2021-v20", "est-2021-v21"
    decided = DecideAtMeeting(meeting=first, what="Lys upp tunneln.", reason="Mörkt.", problem=ROBBERIES)
    diary.on("2021-05-18", but(OPEN_MEETING, meeting=first, on=day("2021-05-18")), but(ATTEND, meeting=first), decided)
    diary.on("2021-05-25", but(OPEN_MEETING, meeting=second, on=day("2021-05-25")), but(ATTEND, meeting=second),
             FollowUpDecision(meeting=second, earlier=first, number=1, outcome="done", comment=None))  # fmt: skip
    told = joined(meetings(diary.year(2021)))
    assert "1 beslut antecknades, 1 med länk till en problembild, signal eller åtgärd." in told
    assert "1 av 1 har följts upp på ett senare möte: 1 gjort." in told


def test_who_stopped_reporting_is_named_with_the_week_last_heard(diary: Diary) -> None:
    for n, on in enumerate(("2021-05-03", "2021-05-10", "2021-05-17", "2021-05-24")):
        said = but(REPORT, occurred_on=day(on))
        diary.on(on, but(OBSERVE, observation=f"obs-21-{n}", content=said))
    diary.on("2021-12-30", OBSERVE_LATER)
    told = meetings(diary.year(2021))
    (line,) = tables(told)[-1].rows
    assert line == ("trygghetsvärd", "ungefär två rapporter i månaden", "v. 21 2021", "Tyst")
    assert "Färre rapporter är inte färre brott" in joined(told)


OBSERVE_LATER = but(
    OBSERVE, observation="obs-21-9", content=but(REPORT, occurred_on=day("2021-12-29"), reporter="fältgruppen")
)


def test_a_half_adopted_book_says_so_and_a_whole_one_joins_the_proposals(diary: Diary) -> None:
    half = joined(learnt(diary.year()))
    assert f"Halvt antagen: {POLICE} har inte antagit årsuppföljningen än." in half
    assert "Vandra tidigare på året." in half
    theirs = adopted("police", "Följ tiderna.", "behåll  tunneln.", "Mer ljus.")
    diary.on("2021-03-01", theirs, organisation=POLICE)
    whole = learnt(diary.year())
    assert "Båda parterna har antagit årsuppföljningen" in joined(whole)
    assert tables(whole)[0].rows == (("Behåll tunneln.", f"{CITY} och {POLICE}"), ("Mer ljus.", POLICE))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_happens_after_the_opening_changes_nothing(diary: Diary, language: Language) -> None:
    before = [make(diary.year(language=language)) for make in SECTIONS]
    cause = Cause(side="place/situation", cause="Mörkt", finding="confirmed", ground="Besök.")
    meeting = "est-2021-v20"
    diary.on(
        "2021-05-18",
        AnalyseCauses(problem=ROBBERIES, on=day("2020-12-01"), causes=(cause,), method="Brottstriangeln."),
        but(FOLLOW_UP, on=day("2021-05-18")),
        but(OPEN_MEETING, meeting=meeting, on=day("2021-05-18")),
        but(ATTEND, meeting=meeting),
        FollowUpDecision(meeting=meeting, earlier=MEETING, number=1, outcome="done", comment="Klart."),
        Judge(signal=SIGNAL, on=day("2021-05-18"), response="dismiss", finding="false", reason="Fel."),
        but(OBSERVE, observation="obs-2", content=but(REPORT, occurred_on=day("2020-12-20"))),
        but(RECORD_EFFECT, last="2020-07"),
        Close(problem=ROBBERIES, on=day("2021-05-18"), reason="Lägre nivå.", outcome="reduced"),
    )
    assert [make(diary.year(language=language)) for make in SECTIONS] == before


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("year", [2019, 2020, 2021, 2022])
def test_every_section_is_sound_and_shows_no_key_in_any_year(diary: Diary, year: int, language: Language) -> None:
    for make in SECTIONS:
        told = make(diary.year(year, language))
        assert all(text.strip() for text in texts(told))
        for table in tables(told):
            assert {len(cells) for cells in table.rows} == {len(table.columns)}
        said = joined(told)
        assert not [key for key in KEYS if key in said]
        if language == "sv":
            assert not [code for code in CODES if code in said]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("sv", ("finns ingen kedja att följa", "Inget beslut om problembilder", "Ingen åtgärd var beslutad",
                "inget kan sägas om effekt", "Ingen signal gäller", "Inget veckomöte är antecknat", "Utkast")),
        ("en", ("there is no chain to follow", "No decision about problems is recorded", "No action was committed to",
                "nothing can be said of effect", "No signal is about", "No weekly meeting is recorded", "Draft")),
    ],
)  # fmt: skip
def test_a_year_in_which_nothing_happened_is_told_honestly(
    tmp_path: Path, language: Language, said: tuple[str, ...]
) -> None:
    empty = Diary()
    with opened(f"sqlite:///{tmp_path}/tom.db", lambda: empty.today) as live:
        empty.live = live
        empty.on("2019-11-06", *FOUNDED)
        for make, sentence in zip(SECTIONS, said, strict=True):
            assert sentence in joined(make(empty.year(2021, language)))
