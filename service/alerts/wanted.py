"""Which of a run's findings a subscriber wants to be told: by district, category, direction and surprise."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from adapters.subscriptions import Subscription
from domain.catalogue import Categories, Category, Division
from domain.problem import Problem
from domain.register import Register
from domain.signal import Signal, Wider
from service.chain import districts_of

LASTING = 1000.0
"""The rule for lasting changes lets chance raise one in so many periods: forecasting.panel.SLOW_EVERY, which the web
does not import."""


def one_in(flag: str, p: float) -> float:
    """Nothing having changed, one flag like this comes in so many periods of a series.

    A lasting change is told by sums over many periods, so that its own period's p says nothing.
    """
    if flag.startswith("lasting"):
        return LASTING
    return 1 / p if p > 0 else math.inf


def watched(subscription: Subscription, district: str, category: str) -> bool:
    """Whether a series is among those that the subscriber chose."""
    places, kinds = subscription.districts, subscription.categories
    return (not places or district in places) and (not kinds or category in kinds)


def told(subscription: Subscription, flag: str, seldom: float) -> bool:
    """Whether a flag goes the way that the subscriber wants to know of, and is as surprising. seldom: see one_in."""
    right_way = subscription.direction == "both" or flag.endswith(subscription.direction)
    return right_way and seldom >= subscription.least_surprise


def is_wanted(subscription: Subscription, signal: Signal) -> bool:
    """Whether a signal is one that the subscriber chose to be told of."""
    return watched(subscription, signal.district, signal.category) and told(
        subscription, signal.flag, one_in(signal.flag, signal.p)
    )


def is_within(subscription: Subscription, register: Register, division: str) -> Callable[[Wider], bool]:
    """Whether a wider finding concerns what the subscriber chose: the city always does.

    Wider findings name their places and kinds as people do, so they are known by the names of what was chosen.
    """
    own, catalogue = register.find(Division, division), register.find(Categories, "all")
    chosen = [own.districts[key] for key in subscription.districts if own and key in own.districts]
    places = {d.name for d in chosen} | {d.area for d in chosen if d.area}
    every = catalogue.categories if catalogue else {}
    kinds = [every[key] for key in subscription.categories if key in every]
    names, others = _names(kinds), _names(every.values())

    def within(wider: Wider) -> bool:
        here = not subscription.districts or wider.level == "city" or bool(places & set(wider.place.split(", ")))
        such = not subscription.categories or wider.kind in names or wider.kind not in others
        return here and such

    return within


def _names(kinds: Iterable[Category]) -> set[str]:
    kinds = tuple(kinds)
    return {kind.name for kind in kinds} | {kind.group for kind in kinds if kind.group}


def concerns(subscription: Subscription, register: Register, problem: Problem | None) -> bool:
    """Whether a problem lies in a district and is of a category that the subscriber chose; one that is not known does.

    A place of another division counts where it is mapped to.
    """
    if problem is None:
        return True
    divisions: dict[str, Division] = register.states[Division.KIND]
    places = {place.district for place in problem.places}
    places |= {district for division in divisions for district in districts_of(register, problem, division)}
    here = not subscription.districts or bool(places & set(subscription.districts))
    such = not subscription.categories or not problem.categories
    return here and (such or bool(set(problem.categories) & set(subscription.categories)))
