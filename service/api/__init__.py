"""The JSON API over the whole register. Never loads statsmodels or scipy: all that computes has its own process."""
