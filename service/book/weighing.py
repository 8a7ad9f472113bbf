"""The agreement's frozen weights, and events weighed by them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from domain.weights import Weighting, Weights, weights_of
from service.book.figures import Cells
from service.book.year import Year


def agreement_key(year: Year) -> str:
    """The key of the agreement that the book is about."""
    return year.key.removesuffix(f"-{year.year}")


def frozen(year: Year) -> tuple[Weighting, Weights] | None:
    """The decision on weights and the set, as known when the book was opened; None: none has been decided."""
    decision = year.register.find(Weighting, agreement_key(year))
    weights = weights_of(year.register, agreement_key(year))
    return (decision, weights) if decision and weights else None


def harm_by_category(cells: Cells, weights: Weights, categories: Collection[str]) -> Mapping[str, float]:
    """Each category that the set weighs, with its events times its weight."""
    found = {kind: 0.0 for kind in categories if kind in weights.weights}
    for (_, kind), number in cells.items():
        if kind in found:
            found[kind] += number * weights.weights[kind]
    return found
