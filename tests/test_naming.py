"""Names in place of keys: people read what things are called; what the register does not know stands for itself."""

from __future__ import annotations

import re
from contextlib import closing

import pytest
from hypothesis import given as for_every

from domain.action import Commit
from domain.catalogue import Category, District, PublishCategories, PublishDivision, RegisterSource
from domain.core import Command, Recorded
from domain.file_import import WithdrawFile, import_key
from domain.meeting import OpenMeeting
from domain.observation import Correct, Withdraw
from domain.problem import AddEvidence, Evidence
from domain.signal import Judge
from service.naming import NO_NAMES, Both, Names
from service.story import LONGEST, sentence
from service.views.history import Wanted, chapter
from service.views.week_signal import signal_view
from service.views.week_since import since
from tests import given as g
from tests.given import Scene, but, day, given
from tests.strategies import histories
from tests.test_life_story import whole_life
from tests.test_week import KEY, MEETING
from tests.test_week import scene as week_scene

KNOWN = (*g.COMMITTED, g.TAKE_IN, g.ASSESS, g.OPEN_MEETING)
IMPORT = import_key(g.EXTRACT, g.TAKE_IN.sha256, 1)


@pytest.fixture(scope="module")
def names() -> Names:
    return Names(given(*KNOWN).register)


def last_told(*steps: Command, after: tuple[Command, ...] = KNOWN) -> Both:
    """The last event of a history, told with names but for who did it."""
    scene = given(*after, *steps)
    names, last = Names(scene.register), scene.history[-1]
    sv, en = sentence(last, "sv", names), sentence(last, "en", names)
    return Both(sv.partition(") ")[2], en.partition(") ")[2])


def test_titles_stand_in_the_quotation_marks_of_the_language(names: Names) -> None:
    assert names.problem("personran-centrum") == ("”Personrån mot unga i centrum”", "“Personrån mot unga i centrum”")
    assert names.action("vandringar").sv == "”Trygghetsvandringar”"
    assert names.agreement(g.AGREEMENT).en == "“Samverkansöverenskommelse 2019”"
    assert names.source(g.EXTRACT).sv == "”Polisens utdrag”"
    assert names.division(g.DIVISION).sv == "”Områden 2019”"


def test_what_has_no_title_is_named_by_when_and_where(names: Names) -> None:
    assert names.meeting("est-2020-v08") == ("veckomötet v. 8 2020", "the weekly meeting of week 8, 2020")
    assert names.signal(g.SIGNAL) == (
        "trendvarningen för personrån i Centrum januari 2020",
        "the trend alert for personrån in Centrum, January 2020",
    )
    assert names.observation("obs-1") == (
        "rapporten från 10 januari 2020 i Centrum",
        "the report of 10 January 2020 in Centrum",
    )
    assert names.file_import(IMPORT).sv == "inläsningen av filen ”januari.csv”"


def test_an_unknown_key_stands_for_itself(names: Names) -> None:
    for nobody in (names, NO_NAMES):
        assert nobody.problem("okand") == ("okand", "okand")
        assert nobody.meeting("okant") == ("mötet okant", "the meeting okant")
        assert nobody.signal("s:k") == ("trendvarningen s:k", "the trend alert s:k")
        assert nobody.observation("obs-9").sv == "observationen obs-9"
        assert nobody.file_import("fil").sv == "inläsningen fil"
        assert nobody.forecast("prognos").en == "the forecast prognos"
        assert (nobody.district("okand"), nobody.category("okand")) == ("okand", "okand")


def test_a_district_is_looked_up_in_the_division_that_its_source_counts_by() -> None:
    other = PublishDivision(
        division="bolaget", name="Bolagets", on=day("2019-12-01"), districts=(District(key="raby", name="Råby gård"),)
    )
    source = RegisterSource(source="bolaget", name="Bolaget", owner="Bolaget", use="context", division="bolaget")
    names = Names(given(*g.FOUNDED, other, source).register)
    assert (names.district("raby", "bolaget"), names.district("raby", g.EST)) == ("Råby gård", "Råby")
    assert names.district("raby") == "Råby"


def test_a_category_has_a_small_letter_within_a_sentence_unless_it_is_an_abbreviation() -> None:
    more = PublishCategories(on=day("2019-12-01"), reason="Fler.", categories=(Category(key="a", name="ABC-brott"),))
    names = Names(given(*g.FOUNDED, more).register)
    assert (names.category("skadegorelse"), names.category("a")) == ("skadegörelse", "ABC-brott")


def test_people_read_what_was_decided_and_about_what() -> None:
    assert last_told(after=KNOWN[: len(g.PRIORITISED)]) == (
        "prioriterade problembilden ”Personrån mot unga i centrum” som nummer 1: ”Störst skada för unga”.",
        "prioritised the problem “Personrån mot unga i centrum” as number 1: “Störst skada för unga”.",
    )
    committed: Commit = but(g.COMMIT, action="ljus", title="Ljus i tunneln")
    assert last_told(committed).sv.startswith(
        "beslutade åtgärden ”Ljus i tunneln” mot problembilden ”Personrån mot unga i centrum”; ansvarig är "
    )
    assert last_told(OpenMeeting(meeting="est-09", agreement=g.AGREEMENT, on=day("2020-02-25"))) == (
        "öppnade veckomötet v. 9 2020.",
        "opened the weekly meeting of week 9, 2020.",
    )
    judged = Judge(signal=g.SIGNAL, on=day("2020-02-04"), response="act", finding="true", reason="Det stämmer.")
    assert last_told(judged).sv == (
        "bedömde trendvarningen för personrån i Centrum januari 2020 som riktig och valde att agera: ”Det stämmer”."
    )


def test_people_read_where_and_when_of_an_observation() -> None:
    seen = "en händelse i Centrum (personrån) den 10 januari 2020"
    assert last_told(after=(*g.FOUNDED, g.OBSERVE)).sv == f"registrerade {seen}, ur källan ”EST-rapporter”."
    moved = but(g.REPORT, district="raby")
    assert last_told(Correct(observation="obs-1", content=moved, reason="Fel plats.")) == (
        "rättade en observation till en händelse i Råby (personrån) den 10 januari 2020: ”Fel plats”.",
        "corrected an observation to an incident in Råby (personrån) on 10 January 2020: “Fel plats”.",
    )
    assert last_told(Withdraw(observation="obs-1", reason="Dubbel.")).en == (
        "withdrew the report of 10 January 2020 in Centrum: “Dubbel”."
    )
    assert last_told(WithdrawFile(file_import=IMPORT, reason="Fel månad.")).sv == (
        "strök inläsningen av filen ”januari.csv” ur förteckningen för källan ”Polisens utdrag”."
    )


def test_evidence_is_told_by_what_it_is_and_a_document_by_its_note() -> None:
    evidence = (
        Evidence(kind="signal", ref=g.SIGNAL),
        Evidence(kind="document", ref="pm-7", note="Skolans trygghetsenkät."),
    )
    told = last_told(AddEvidence(problem="personran-centrum", on=day("2020-02-12"), evidence=evidence))
    assert told.sv == (
        "lade trendvarningen för personrån i Centrum januari 2020 och ett dokument till underlaget för problembilden "
        "”Personrån mot unga i centrum”: ”Skolans trygghetsenkät”."
    )
    bare = Names(given(*g.FOUNDED).register).evidence(Evidence(kind="document", ref="pm-8"))
    assert bare == ("pm-8", "pm-8")


def leftovers(scene: Scene, told: Recorded) -> set[str]:
    """Keys of the register that stand as words in a sentence: those that nobody would write as an ordinary word."""
    keys = {key for there in scene.register.states.values() for key in there if "-" in key}
    keys |= {"raby", "backby", "viksang", "skadegorelse"}
    words = sentence(told, "sv", Names(scene.register)), sentence(told, "en", Names(scene.register))
    return keys & {word for each in words for word in re.findall(r"[\w:-]+", each)}


def test_no_key_is_left_in_a_whole_life() -> None:
    scene = whole_life()
    left = {recorded.event.TOPIC: found for recorded in scene.history if (found := leftovers(scene, recorded))}
    assert left == {}


@for_every(histories(most=20))
def test_any_history_can_be_told_with_names(scene: Scene) -> None:
    names = Names(scene.register)
    for recorded in scene.history:
        for words in (sentence(recorded, "sv", names), sentence(recorded, "en", names)):
            assert words.endswith(".")
            assert len(words) <= LONGEST


def test_views_tell_with_the_names_of_the_moment_looked_at(fresh_sqlite: str) -> None:
    live, _ = week_scene(fresh_sqlite)
    with closing(live):
        newest = chapter(live, Wanted(action="vandringar"), "sv").items[0]
        assert "beslutade åtgärden ”Trygghetsvandringar” mot problembilden ”Personrån mot unga" in newest.sentence
        news = since(live, (MEETING, "2020-W08"), None, live.today(), None).news
        told = {one.sentence.en for group in news for one in group.items}
        assert any("the action “Trygghetsvandringar” against the problem “Personrån mot unga" in each for each in told)
        raised = signal_view(live, live.now(), KEY).history[0].sentence
        assert "personrån i Centrum, vecka 8 2020" in raised.sv
