"""Our forecasts against those of other packages, on the same cells; run by hand, see forecasts.py."""
