"""Quantile forecasts of statsforecast's automatic models, for an interpreter that has it; knows nothing of us.

python statsforecast_rival.py IN.npz OUT.npz MODEL. IN: counts (S, T), origins (O: the number of periods
known), freq, horizons, levels (Q, symmetric about one half). OUT: quantiles (S, O, H, Q), seconds.
MODEL: ets, arima, theta or naive, or one of them with -sqrt: fitted to √y, its quantiles squared.
"""

from __future__ import annotations

import sys
import time

import numpy as np
from statsforecast.models import AutoARIMA, AutoETS, AutoTheta, SeasonalNaive

_MODELS = {"ets": AutoETS, "arima": AutoARIMA, "theta": AutoTheta, "naive": SeasonalNaive}


def main(source: str, target: str, name: str) -> None:
    """Every series at every origin, one after the other."""
    given = np.load(source)
    counts, origins, levels = given["counts"], given["origins"], given["levels"]
    freq, horizons = int(given["freq"]), int(given["horizons"])
    quantiles = np.full((len(counts), len(origins), horizons, len(levels)), np.nan)
    begun = time.process_time()
    for i, series in enumerate(counts):
        for j, origin in enumerate(origins):
            quantiles[i, j] = _quantiles(name, series[:origin], freq, horizons, levels)
    np.savez_compressed(target, quantiles=quantiles, seconds=time.process_time() - begun)


def _quantiles(name: str, known: np.ndarray, freq: int, horizons: int, levels: np.ndarray) -> np.ndarray:
    rooted = name.endswith("-sqrt")
    model = _MODELS[name.removesuffix("-sqrt")]
    y = np.sqrt(known) if rooted else known.astype(np.float64)
    central = sorted({round(100 * abs(2 * level - 1), 6) for level in levels if level != 0.5})
    try:
        issued = model(season_length=freq).forecast(y, horizons, level=central)
    except Exception:  # a model that gives up answers as its package's own fallback would: seasonal naive
        issued = SeasonalNaive(season_length=freq).forecast(y, horizons, level=central)
    columns = [_column(issued, level, central) for level in levels]
    wide = np.maximum(np.stack(columns, axis=1), 0.0)
    return np.sort(wide**2 if rooted else wide, axis=1)


def _column(issued: dict[str, np.ndarray], level: float, central: list[float]) -> np.ndarray:
    if level == 0.5:
        return issued["mean"]
    width = min(central, key=lambda each: abs(each - 100 * abs(2 * level - 1)))
    side = "lo" if level < 0.5 else "hi"
    key = next(key for key in issued if key.startswith(side) and abs(float(key.split("-")[1]) - width) < 1e-6)
    return issued[key]


if __name__ == "__main__":
    main(*sys.argv[1:4])
