"""Perceived safety: intervals as published, differences that claim no more than their answers allow."""

from __future__ import annotations

import math

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, proportions_ztest

from forecasting.survey import Change, Wave, change, changes, interval, sentence, summary, together

BEFORE, AFTER = Wave("2022", 0.41, 400, "enkät"), Wave("2023", 0.30, 420, "enkät")


@pytest.mark.parametrize(("count", "n"), [(0, 20), (1, 29), (15, 148), (81, 263), (20, 20)])
def test_the_interval_is_wilsons(count: int, n: int) -> None:
    low, high = proportion_confint(count, n, method="wilson")
    assert interval(Wave("w", count / n, n)) == pytest.approx((max(low, 0), min(high, 1)), abs=1e-12)


def test_the_interval_is_the_one_in_newcombes_table() -> None:
    """Newcombe (1998), Two-sided confidence intervals for the single proportion, table I, method 3."""
    assert interval(Wave("w", 81 / 263, 263)) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert interval(Wave("w", 15 / 148, 148)) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert interval(Wave("w", 0.0, 20)) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert interval(Wave("w", 1 / 29, 29)) == pytest.approx((0.0061, 0.1718), abs=5e-5)


def test_a_design_effect_counts_for_fewer_answers() -> None:
    assert interval(Wave("w", 0.3, 400, design_effect=2.0)) == interval(Wave("w", 0.3, 200))
    plain = change(BEFORE, AFTER)
    clustered = change(*(Wave(w.label, w.share, w.n, w.method, 4.0) for w in (BEFORE, AFTER)))
    assert (plain.clear, clustered.clear) == (True, False)
    assert clustered.difference == plain.difference


@pytest.mark.parametrize(("one", "other"), [((164, 400), (126, 420)), ((56, 70), (48, 80)), ((9, 60), (30, 61))])
def test_a_change_is_newcombes_and_its_test_that_of_two_proportions(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    found = change(Wave("a", one[0] / one[1], one[1]), Wave("b", other[0] / other[1], other[1]))
    limits = confint_proportions_2indep(*other, *one, method="newcomb", compare="diff")
    assert (found.lower, found.upper) == pytest.approx(limits, abs=1e-9)
    assert found.p == pytest.approx(proportions_ztest([one[0], other[0]], [one[1], other[1]])[1], rel=1e-9)


def test_newcombes_published_difference_comes_out() -> None:
    """Newcombe (1998), Interval estimation for the difference between independent proportions, table II (a)."""
    found = change(Wave("a", 48 / 80, 80), Wave("b", 56 / 70, 70))
    assert (found.lower, found.upper) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_few_answers_give_an_interval_and_no_claim() -> None:
    found = change(Wave("a", 0.0, 8), Wave("b", 0.75, 8))
    assert (found.p, found.clear, found.reasons) == (None, False, ("few-answers",))
    assert found.lower is not None
    assert found.lower > 0


def test_nothing_is_compared_across_a_change_of_method() -> None:
    new = Wave("2024", 0.2, 400, "ny enkät")
    first, second = changes([BEFORE, AFTER, new])
    assert first.clear
    assert (second.difference, second.reasons) == (None, ("method-break",))
    waves = [Wave(str(year), 0.3, 500, "NTU") for year in range(2015, 2020)]
    assert [each.reasons for each in changes(waves, breaks=["2017"])] == [(), ("method-break",), (), ()]
    with pytest.raises(ValueError, match="no wave is called 2021"):
        changes(waves, breaks=["2021"])


def test_a_missing_share_is_missing() -> None:
    gone = Wave("2023", math.nan, 1, "enkät")
    assert interval(gone) is None
    found = change(BEFORE, gone)
    assert (found.difference, found.p, found.reasons) == (None, None, ("missing",))


@pytest.mark.parametrize("wave", [Wave("w", 31.0, 200), Wave("w", 0.3, 0), Wave("w", 0.3, 20, design_effect=0)])
def test_what_is_no_share_is_refused_with_a_sentence(wave: Wave) -> None:
    with pytest.raises(ValueError, match="w"):
        interval(wave)


def district(seed: int, before: float, after: float, n: int = 300) -> Change:
    random = np.random.default_rng(seed)
    answers = random.binomial(n, [before, after]) / n
    return change(Wave("2022", float(answers[0]), n), Wave("2023", float(answers[1]), n))


def test_many_districts_are_adjusted_for_together() -> None:
    found = [district(seed, 0.3, 0.45 if seed < 3 else 0.3) for seed in range(22)]
    judged = together([*found, change(Wave("a", math.nan, 1), Wave("b", 0.3, 300))])
    expected = multipletests([each.p for each in found], method="fdr_bh")[1]
    assert [each.adjusted for each in judged[:-1]] == pytest.approx(list(expected))
    assert [each.clear for each in judged] == [True] * 3 + [False] * 20
    assert judged[-1].adjusted is None
    assert together([]) == ()


def test_where_nothing_changed_little_is_claimed() -> None:
    """One district in twenty by itself; together in one round of ten something is claimed."""
    alone, rounds = 0, 0
    for start in range(200):
        found = [district(22 * start + i, 0.3, 0.3) for i in range(22)]
        alone += sum(each.clear for each in found)
        rounds += any(each.clear for each in together(found))
    assert 0.04 < alone / (200 * 22) < 0.06
    assert rounds / 200 < 0.16


def test_intervals_cover_the_truth() -> None:
    random = np.random.default_rng(7)
    inside = 0
    for low, high in zip(random.binomial(60, 0.1, 2000) / 60, random.binomial(90, 0.25, 2000) / 90, strict=True):
        found = change(Wave("a", float(low), 60), Wave("b", float(high), 90))
        assert found.lower is not None
        assert found.upper is not None
        inside += found.lower <= 0.15 <= found.upper
    assert 0.935 < inside / 2000 < 0.97


def test_a_clear_change_is_said_with_its_answers_and_interval() -> None:
    found = change(BEFORE, AFTER)
    assert sentence("Råby", found, "sv") == (
        "Råby: 30 procent (2023, 420 svar) känner sig otrygga, mot 41 procent (2022, 400 svar); "
        "en minskning med 11 procentenheter (95-procentigt intervall −17,4 till −4,5)."
    )
    assert sentence("Råby", found, "en") == (
        "Råby: 30 per cent (2023, 420 answers) feel unsafe, against 41 per cent (2022, 400 answers); "
        "a fall of 11 percentage points (95 per cent interval −17.4 to −4.5)."
    )


def test_what_is_not_clear_is_said_not_to_be() -> None:
    found = change(BEFORE, Wave("2023", 0.385, 420, "enkät"))
    assert "ingen tydlig förändring (−2,5 procentenheter" in sentence("Råby", found, "sv")
    assert "no clear change (−2.5 percentage points" in sentence("Råby", found, "en")
    few = change(Wave("a", 0.0, 8), Wave("b", 0.75, 8))
    assert sentence("Råby", few, "en").endswith("(too few answers to test).")
    new = change(BEFORE, Wave("2024", 0.2, 400, "ny enkät"))
    assert sentence("Råby", new, "sv").endswith("; metoden ändrades däremellan, så de kan inte jämföras.")
    gone = change(BEFORE, Wave("2023", math.nan, 1, "enkät"))
    assert sentence("Råby", gone, "en") == "Råby: there is no figure for 2023, so nothing can be compared."


def test_many_districts_are_summed_up() -> None:
    judged = together([change(BEFORE, AFTER), change(BEFORE, BEFORE)])
    named = list(zip(("Råby", "Bäckby"), judged, strict=True))
    assert summary(named, "en") == ("2 of 2 districts can be compared; clear change, in percentage points: Råby (−11).")
    assert summary(named[1:], "sv") == "1 av 1 områden kan jämföras; inget av dem visar en tydlig förändring."
    assert summary([("Råby", changes([BEFORE, AFTER], ["2023"])[0])], "en") == "None of 1 districts can be compared."
