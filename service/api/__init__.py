"""The JSON API over the whole register. Never loads statsmodels: assessments run in a process of their own."""
