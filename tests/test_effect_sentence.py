"""What an effect says to its reader, in Swedish and English."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product

import pytest

from forecasting.displacement import Displacement
from forecasting.effect import Effect, Grade
from forecasting.effect_sentence import _WORDS, before_start, sentence, verdict
from forecasting.finding import Language
from forecasting.placebo import Estimate
from forecasting.power import Detectable
from forecasting.regression_to_mean import Regression

NAMES = ("Råby", "Bäckby", "Hammarby", "Skälby", "Centrum", "Vallby")
FALL = Estimate(-0.31, -0.46, -0.12, 0.003, 0.12)
UNCLEAR = Estimate(-0.11, -0.29, 0.12, 0.31, 0.11)
RISE = Estimate(0.4, 0.1, 0.8, 0.01, 0.1)
EFFECT = Effect(
    observed=1085,
    expected=1572.4,
    combined=FALL,
    difference=FALL,
    synthetic=FALL,
    interrupted=FALL,
    detectable=0.25,
    treated=(0,),
    comparisons=(1, 2, 3, 4, 5),
    weights=((4, 0.5), (2, 0.3), (1, 0.1), (3, 0.1)),
    before=36,
    after=12,
    grade=4,
)


def test_it_says_what_was_seen_expected_and_changed_and_how_sure_that_is() -> None:
    assert sentence(EFFECT, NAMES, "en") == (
        "Råby: 1,085 events in the 12 months after the start, about 1,572 expected without the action. "
        "Change −31% (95% interval −46% to −12%): fewer events than expected. "
        "The smallest fall that would have been found in 80 cases of 100 is 25%. "
        "The strength of the comparison is 4 of 5: before and after, against many comparison districts that went the "
        "same way before the start (compared with 5 districts, most of all with Centrum, Hammarby and Bäckby)."
    )


def test_it_says_it_in_swedish() -> None:
    assert sentence(EFFECT, NAMES, "sv").replace("\u00a0", " ") == (
        "Råby: 1 085 händelser under 12 månader efter starten, väntat omkring 1 572 utan åtgärden. "
        "Ändring −31 % (95 % intervall −46 % till −12 %): färre händelser än väntat. "
        "Den minsta minskning som hade upptäckts i 80 fall av 100 är 25 %. "
        "Jämförelsens styrka är 4 av 5: före och efter mot många jämförelseområden som gick likadant före starten "
        "(jämfört med 5 områden, mest med Centrum, Hammarby och Bäckby)."
    )


def test_an_interval_that_contains_none_is_no_clear_effect_and_not_no_effect() -> None:
    effect = replace(EFFECT, combined=UNCLEAR)
    assert "Change −11% (95% interval −29% to +12%): no clear effect." in sentence(effect, NAMES, "en")
    assert "is 25%; a smaller one may be there unseen." in sentence(effect, NAMES, "en")
    assert "ingen tydlig effekt." in sentence(effect, NAMES, "sv")
    assert "en mindre kan finnas utan att synas." in sentence(effect, NAMES, "sv")


@pytest.mark.parametrize(
    ("found", "english", "swedish"),
    [
        (FALL, "fewer events than expected", "färre händelser än väntat"),
        (UNCLEAR, "no clear effect", "ingen tydlig effekt"),
        (RISE, "more events than expected", "fler händelser än väntat"),
        (Estimate(-0.2, -0.35, 0.0, 0.05, 0.1), "no clear effect", "ingen tydlig effekt"),
    ],
)
def test_the_verdict_follows_the_interval(found: Estimate, english: str, swedish: str) -> None:
    assert (verdict(found, "en"), verdict(found, "sv")) == (english, swedish)


def test_a_limit_next_to_nil_is_not_rounded_to_it() -> None:
    effect = replace(EFFECT, combined=Estimate(-0.2, -0.36, -0.002, 0.049, 0.1))
    assert "(95% interval −36% to −0.2%): fewer" in sentence(effect, NAMES, "en")
    assert "−0,2\u00a0%" in sentence(effect, NAMES, "sv")


def test_a_flagged_district_is_warned_of() -> None:
    flagged = replace(EFFECT, flagged=True, grade=3, regression=Regression(0.6, -0.4, -0.2, 0.45))
    said = sentence(flagged, NAMES, "en")
    assert "chosen because it stood high (+60% on its usual level): a fall of about 20% was to be expected" in said
    assert "45% of the fall since then" in said
    assert "The strength of the comparison is 3 of 5" in said
    low = replace(flagged, regression=Regression(-0.1, 0.1, 0.05, None))
    assert "what usually passes by itself is counted in" in sentence(low, NAMES, "en")
    assert "chosen" not in sentence(replace(flagged, flagged=False, grade=4), NAMES, "en")


@pytest.mark.parametrize(
    ("near", "words"), [(UNCLEAR, "no clear change"), (RISE, "may have moved"), (FALL, "may have spread")]
)
def test_what_happened_next_door_is_said_with_its_interval(near: Estimate, words: str) -> None:
    moved = Displacement(near, -310.2, -520.0, 15.4, None, None, None)
    said = sentence(replace(EFFECT, neighbours=(1, 3), displacement=moved), NAMES, "en")
    assert words in said
    assert "(Bäckby and Skälby)" in said
    assert "together with the district −310 events (−520 to +15)" in said


def test_a_check_that_leaves_out_what_was_found_is_said() -> None:
    assert "check" not in sentence(EFFECT, NAMES, "en")
    assert "The check says something else: +40% (95% interval +10% to +80%)." in sentence(
        replace(EFFECT, interrupted=RISE), NAMES, "en"
    )


def test_where_no_fall_could_have_been_found_it_is_said() -> None:
    assert "Not even a very large fall" in sentence(replace(EFFECT, detectable=None), NAMES, "en")


def test_one_event_is_one_and_small_expectations_have_a_decimal() -> None:
    few = replace(EFFECT, observed=1, expected=2.64)
    assert "1 event in the 12 months after the start, about 2.6 expected" in sentence(few, NAMES, "en")
    assert "1 händelse under 12 månader efter starten, väntat omkring 2,6" in sentence(few, NAMES, "sv")


def test_before_the_start_it_says_how_small_an_effect_can_be_found() -> None:
    plan = Detectable(0.32, 123.4, 20)
    assert before_start(plan, "en") == (
        "If nothing changes, about 123 events are expected in the follow-up, set against 20 comparison districts. "
        "The smallest fall that is found in 80 cases of 100 is 32%, about 39 events."
    )
    assert "är 32\u00a0%, omkring 39 händelser." in before_start(plan, "sv")
    assert "too few for even a very large fall" in before_start(replace(plan, fall=None, expected=0.5), "en")
    short = before_start(Detectable(None, None, 20, ("short-history",)), "en")
    assert short.startswith("How small an effect can be found cannot be worked out: the history is too short")


def test_weeks_are_called_weeks() -> None:
    assert "in the 52 weeks after" in sentence(replace(EFFECT, freq=52, after=13), NAMES, "en")


@pytest.mark.parametrize("reason", ["short-before", "short-after", "few-districts", "no-events", "few-events"])
def test_where_there_is_no_estimate_the_reason_is_all_that_is_said(reason: str) -> None:
    nothing = Effect(treated=(0, 1), reasons=(reason,))
    assert re.fullmatch(r"Råby and Bäckby: The effect cannot be worked out: .+\.", sentence(nothing, NAMES, "en"))
    assert re.fullmatch(r"Råby och Bäckby: Effekten går inte att beräkna: .+\.", sentence(nothing, NAMES, "sv"))


@pytest.mark.parametrize(("reason", "words"), [("after-7", "only 7 periods"), ("neighbours-no-events", "too few")])
def test_what_limits_the_answer_is_noted(reason: str, words: str) -> None:
    said = sentence(replace(EFFECT, reasons=(reason,)), NAMES, "en")
    assert f"Note: {words}" in said or f"Note: the neighbouring districts have {words}" in said


def test_both_languages_say_the_same_things_with_the_same_figures() -> None:
    holes = re.compile(r"\{(\w+)\}")
    assert _WORDS["sv"].keys() == _WORDS["en"].keys()
    for key in _WORDS["sv"]:
        assert sorted(holes.findall(_WORDS["sv"][key])) == sorted(holes.findall(_WORDS["en"][key])), key


@pytest.mark.parametrize(("language", "grade"), list(product(("sv", "en"), (2, 3, 4))))
def test_every_grade_has_its_words(language: Language, grade: Grade) -> None:
    assert f"{grade} " in sentence(replace(EFFECT, grade=grade), NAMES, language)


def test_where_there_was_no_fall_no_share_of_it_is_told() -> None:
    back = Regression(0.4, -0.001, -0.2, 1.0)
    assert "of the fall since then" not in sentence(replace(EFFECT, flagged=True, regression=back), NAMES, "en")
