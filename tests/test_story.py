"""The history as sentences: every event has one in both languages, in plain words, and says what it is about."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given as for_every
from hypothesis import strategies as st

from domain.core import Actor, Event, Recorded
from domain.problem import CRITERIA, Prioritised, Valued
from domain.register import EVENTS, Register
from domain.signal import Judged
from service.deeds import DEEDS
from service.story import LONGEST, sentence, subjects
from service.wording import Language, figure, listed
from tests.given import CITY, POLICE, SIGNAL, Scene, but, day, enveloped
from tests.strategies import histories
from tests.test_life_story import whole_life
from tests.test_stored_events import LINES, read

LANGUAGES: tuple[Language, ...] = get_args(Language)
STEERING = Actor(account="styrgrupp", role="styrgrupp", organisation=CITY)
KEYS = {"signal": SIGNAL, "picture": "vasteras-2019-2020", "review": "vasteras-2019-2020"}
PRIORITISED = Prioritised(
    on=day("2020-02-11"), reason="Störst skada för unga.", rank=1, alternatives=(), dissent=None, meeting=None
)


def told(event: Event, stream: str, by: Actor = STEERING) -> tuple[str, str]:
    recorded = enveloped(Register(), stream, event, by)
    return sentence(recorded, "sv"), sentence(recorded, "en")


def stored() -> list[Recorded]:
    """Every stored line in an envelope."""
    kinds = [(read(line), line["topic"].partition(".")[0]) for line in LINES]
    return [enveloped(Register(), f"{kind}-{KEYS.get(kind, 'nyckel')}", event, STEERING) for event, kind in kinds]


def test_every_event_has_its_words() -> None:
    assert set(DEEDS) == set(EVENTS.values())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("recorded", stored(), ids=lambda recorded: recorded.event.TOPIC)
def test_a_sentence_is_plain_and_whole(recorded: Recorded, language: Language) -> None:
    words = sentence(recorded, language)
    who = {"sv": "Styrgruppen (Västerås stad) ", "en": "The steering group (Västerås stad) "}
    assert words.startswith(who[language])
    assert words.endswith(".")
    assert len(words) <= LONGEST
    for leftover in ("{", "}", "None", "()", "  ", "\n", "..", "Owner", "date("):
        assert leftover not in words


def test_the_two_languages_differ_and_swedish_is_swedish() -> None:
    english = (" the ", " of ", " and ", " with ", " from ")
    for recorded in stored():
        sv, en = sentence(recorded, "sv"), sentence(recorded, "en")
        assert sv != en
        assert not any(word in sv for word in english), sv


@for_every(histories(most=20))
def test_any_history_can_be_told(scene: Scene) -> None:
    for recorded in scene.history:
        for language in LANGUAGES:
            words = sentence(recorded, language)
            assert words.endswith(".")
            assert len(words) <= LONGEST
            assert "\n" not in words


def test_a_decision_is_told_with_its_reason() -> None:
    assert told(PRIORITISED, "problem-personran-centrum") == (
        "Styrgruppen (Västerås stad) prioriterade problembilden personran-centrum som nummer 1: "
        "”Störst skada för unga”.",
        "The steering group (Västerås stad) prioritised the problem personran-centrum as number 1: "
        "“Störst skada för unga”.",
    )


def test_a_verdict_is_told_in_words() -> None:
    judged = Judged(
        on=day("2020-02-04"),
        response="watch",
        finding="explained",
        explained_by="Lovveckan.",
        reason="Som i fjol.",
        meeting=None,
    )
    by = Actor(account="anna", role="Samordnare", organisation=CITY)
    assert told(judged, "signal-s-2020-w07-raby:klotter", by) == (
        "Samordnaren (Västerås stad) bedömde trendvarningen s-2020-w07-raby:klotter som förklarad (”Lovveckan”) "
        "och valde att bevaka den: ”Som i fjol”.",
        "The coordinator (Västerås stad) judged the trend alert s-2020-w07-raby:klotter to be explained (“Lovveckan”) "
        "and chose to watch it: “Som i fjol”.",
    )
    undecided = but(judged, finding="open", explained_by=None, response="act")
    assert "utan att avgöra om den är riktig och valde att agera: " in told(undecided, "signal-s")[0]


def test_a_role_is_told_in_the_language_of_the_reader() -> None:
    by = Actor(account="bo", role="municipal police officer", organisation=POLICE)
    sv, en = told(PRIORITISED, "problem-p", by)
    assert sv.startswith("Kommunpolisen (Lokalpolisområde Västerås) prioriterade")
    assert en.startswith("The municipal police officer (Lokalpolisområde Västerås) prioritised")
    by = Actor(account="eva", role="parkchef", organisation=CITY)
    assert told(PRIORITISED, "problem-p", by)[0].startswith("Parkchef (Västerås stad) ")


@for_every(st.text("abcå \n.", min_size=1, max_size=4000).filter(lambda text: bool(text.strip())), st.integers(1, 120))
def test_a_long_reason_is_cut_and_the_sentence_still_ends(reason: str, length: int) -> None:
    by = Actor(account="a", role="r" * length, organisation="o" * 200)
    for words in told(but(PRIORITISED, reason=reason), f"problem-{'p' * length}", by):
        assert len(words) <= LONGEST
        assert words[-2:] in ("”.",)
        assert words.count("”") + words.count("“") == 2


def test_rows_are_told_by_their_number() -> None:
    rows = [sentence(r, "sv") for r in stored() if r.event.TOPIC in ("import.counts", "import.survey")]
    assert [words.split(" lade till ")[1] for words in rows] == [
        "2 rader med antal i inläsningen nyckel.",
        "1 rad med enkätresultat i inläsningen nyckel.",
    ]


def test_numbers_and_lists_are_written_as_the_language_writes_them() -> None:
    assert (figure(6.5, "sv"), figure(6.5, "en"), figure(7.0, "sv")) == ("6,5", "6.5", "7")
    assert listed(["a"], "och") == "a"
    assert listed(["a", "b", "c"], "och") == "a, b och c"
    assert listed("abcdef", "och") == "a, b, c och 3 till"
    assert listed("abcdef", "and") == "a, b, c and 3 more"


def test_every_criterion_has_a_swedish_word() -> None:
    scores = dict.fromkeys(CRITERIA, 1)
    sv, _ = told(Valued.model_validate({"on": "2020-02-04", "rater": "kommunpolis", "scores": scores}), "problem-p")
    assert not any(f"{criterion} 1" in sv for criterion in CRITERIA)


def test_an_event_names_what_it_is_about() -> None:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for recorded in whole_life().history:
        found.setdefault(recorded.event.TOPIC, subjects(recorded))
    town, robberies, walks = ("vasteras-2019",), ("personran-centrum",), ("vandringar",)
    assert found["problem.proposed"] == {"agreements": town, "problems": robberies, "districts": ("centrum",)}
    assert found["problem.prioritised"] == {"problems": robberies}
    assert found["plan.adopted"] == {"agreements": town, "problems": robberies}
    assert found["action.committed"] == {"agreements": town, "problems": robberies, "actions": walks}
    assert found["action.started"] == {"actions": walks}
    assert found["promise.published"] == {"agreements": town, "actions": walks}
    assert found["meeting.decided"] == {"problems": robberies, "districts": ("centrum",)}
    assert found["picture.adjusted"] == {"agreements": town, "districts": ("centrum",)}
    assert found["import.counts"] == {"districts": ("centrum", "raby")}
    assert found["weighting.frozen"] == {"agreements": town}
    assert found["forecast.issued"] == {"districts": ("centrum", "raby")}
    assert found["effect.estimated"] == {"actions": walks, "districts": ("centrum",)}
    assert found["division.mapped"] == {"districts": ("vaster", "backby")}
    assert found["agreement.succeeded"] == {"agreements": ("vasteras-2019", "vasteras-2023")}
    assert found["categories.published"] == {}


def test_a_verdict_names_the_district_of_its_signal() -> None:
    judged = next(r for r in whole_life().history if r.event.TOPIC == "signal.judged")
    assert subjects(judged) == {"districts": ("centrum",)}
    dashed = enveloped(Register(), "signal-s-2020-w07-haga-malmaberg:klotter", judged.event)
    assert subjects(dashed)["districts"] == ("haga-malmaberg",)
