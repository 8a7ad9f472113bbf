"""The scan: against its ratio by hand, what it finds, how often chance deceives it, and what is said of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as run
from hypothesis import strategies as st

from forecasting.quasi_poisson import Floats
from forecasting.scan import Cluster, Direction, connected, nearest, scan, sentence
from forecasting.slow import log_ratio

POINTS = np.array([[x, y] for x in range(6) for y in range(5)], dtype=np.float64)
ZONES = nearest(POINTS, 6)
LINE = [[1], [0, 2], [1, 3], [2]]  # four districts in a row


def counts_of(seed: int, level: float = 2.0, phi: float = 1.0) -> Floats:
    rng = np.random.default_rng(seed)
    shape = (30, 12)
    drawn = rng.poisson(level, shape) if phi == 1 else rng.negative_binomial(level / (phi - 1), 1 / phi, shape)
    return drawn.astype(np.float64)


MEANS = np.full((30, 12), 2.0)


def test_zones_of_nearest_districts_grow_one_by_one_from_each() -> None:
    zones = nearest(np.array([[0.0, 0], [1, 0], [3, 0]]), 3)
    assert set(zones) == {(0,), (1,), (2,), (0, 1), (1, 2), (0, 1, 2)}
    assert len(nearest(POINTS, 1)) == 30


def test_connected_zones_are_all_that_hang_together() -> None:
    assert set(connected(LINE, 2)) == {(0,), (1,), (2,), (3,), (0, 1), (1, 2), (2, 3)}
    assert len(connected(LINE, 4)) == 10
    with pytest.raises(ValueError, match="more than 5 zones"):
        connected(LINE, 4, most=5)
    with pytest.raises(ValueError, match="no district 9"):
        connected([[9]])


@given(st.integers(0, 1000), st.sampled_from([1.0, 1.7]), st.sampled_from(["rise", "fall"]))
@run(max_examples=15, deadline=None)
def test_the_first_cluster_is_the_largest_ratio_of_all_zones_and_windows(
    seed: int, phi: float, direction: Direction
) -> None:
    counts = counts_of(seed)
    first = scan(counts, MEANS, phi, ZONES, np.random.default_rng(0), replicates=9, direction=direction)[0]
    ratios = {}
    for zone in ZONES:
        for window in range(1, 13):
            events, expected = counts[list(zone), -window:].sum(), MEANS[list(zone), -window:].sum()
            if (events > expected) == (direction == "rise"):
                ratios[zone, window] = log_ratio(events, expected, phi)
    assert first.statistic == pytest.approx(max(ratios.values()))
    assert ratios[first.zone, first.window] == pytest.approx(first.statistic)
    assert first.observed == counts[list(first.zone), -first.window :].sum()
    assert first.expected == pytest.approx(2 * len(first.zone) * first.window)


def test_a_rise_in_six_districts_is_found_where_and_since_when_it_is() -> None:
    zone = max(ZONES, key=len)
    counts = counts_of(1)
    counts[list(zone), -4:] += 3
    first = scan(counts, MEANS, 1.0, ZONES, np.random.default_rng(0), replicates=199)[0]
    assert (first.zone, first.window) == (zone, 4)
    assert first.p == pytest.approx(1 / 200)


def test_a_fall_is_found_when_falls_are_asked_for() -> None:
    counts = counts_of(2)
    counts[[0, 1, 5], -8:] = 0
    assert scan(counts, MEANS, 1.0, ZONES, np.random.default_rng(0), replicates=99, direction="fall")[0].p == 0.01
    assert scan(counts, MEANS, 1.0, ZONES, np.random.default_rng(0), replicates=99)[0].p > 0.05


def test_a_second_cluster_shares_no_district_with_the_first() -> None:
    counts = counts_of(3)
    counts[[0, 1], -4:] += 8
    counts[[28, 29], -2:] += 9
    clusters = scan(counts, MEANS, 1.0, ZONES, np.random.default_rng(0), replicates=199)
    assert len(clusters) == 2
    assert {0, 1, 28, 29} <= {*clusters[0].zone, *clusters[1].zone}
    assert not set(clusters[0].zone) & set(clusters[1].zone)
    assert clusters[1].p <= 0.05


def test_chance_alone_is_significant_as_often_as_stated() -> None:
    rng = np.random.default_rng(4)
    some = [scan(counts_of(seed, phi=1.5), MEANS, 1.5, ZONES, rng, replicates=79)[0].p for seed in range(200)]
    assert np.mean(np.array(some) <= 0.1) == pytest.approx(0.1, abs=0.06)


def test_dispersion_and_uncertain_means_make_a_cluster_less_certain() -> None:
    counts = counts_of(5)
    counts[[7, 8], -3:] += 4
    sure = scan(counts, MEANS, 1.0, ZONES, np.random.default_rng(0))[0].p
    spread = scan(counts, MEANS, 3.0, ZONES, np.random.default_rng(0))[0].p
    doubtful = scan(counts, MEANS, 1.0, ZONES, np.random.default_rng(0), error=0.4)[0].p
    assert sure < spread
    assert sure < doubtful


def test_a_missing_period_is_neither_observed_nor_expected() -> None:
    counts = counts_of(6)
    counts[:, -3:] = np.nan
    first = scan(counts, MEANS, 1.0, ZONES, np.random.default_rng(0), replicates=9)[0]
    assert first.expected == pytest.approx(2 * len(first.zone) * (first.window - 3))


def test_the_same_generator_gives_the_same_answer_and_nothing_above_gives_none() -> None:
    counts = counts_of(7)
    one, two = (scan(counts, MEANS, 1.3, ZONES, np.random.default_rng(1), replicates=49) for _ in range(2))
    assert one == two
    assert scan(0 * counts, MEANS, 1.3, ZONES, np.random.default_rng(1), replicates=9) == ()


def test_the_sentence_says_where_how_many_and_how_often_chance_does_it() -> None:
    names = ["Bäckby", "Råby", "Skälby"]
    three = Cluster((0, 1, 2), 4, 46, 30.2, 4.1, 0.012)
    assert sentence(three, names, "sv") == (
        "Bäckby, Råby och Skälby: 46 händelser de senaste 4 veckorna, väntat omkring 30; "
        "så mycket mer än väntat någonstans ger slumpen i högst 2 fall av 100."
    )
    one = Cluster((1,), 1, 1, 6.4, 3.0, 0.001)
    assert sentence(one, names, "en", "month") == (
        "Råby: 1 event in the latest month, about 6.4 expected; "
        "chance gives so much less than expected somewhere in 1 of 100 cases at most."
    )


def test_what_cannot_be_is_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="districts × periods"):
        scan(counts_of(0), MEANS[:, :5], 1.0, ZONES, rng)
    with pytest.raises(ValueError, match="a zone is one or more of the 30 districts"):
        scan(counts_of(0), MEANS, 1.0, [(31,)], rng)
    with pytest.raises(ValueError, match="above 0"):
        scan(counts_of(0), 0 * MEANS, 1.0, ZONES, rng)
    with pytest.raises(ValueError, match="phi"):
        scan(counts_of(0), MEANS, 0.5, ZONES, rng)
    with pytest.raises(ValueError, match="centre"):
        nearest(np.array([1.0]))
