"""Settings come from what is given, then from the environment, then from defaults; a wrong one is named."""

from __future__ import annotations

import pytest

from domain.core import Refused
from service.settings import load_settings


def test_what_is_given_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMVERKAN_DATABASE", "sqlite:///a.db")
    monkeypatch.setenv("SAMVERKAN_PORT", "9000")
    assert load_settings(database="sqlite:///b.db").database == "sqlite:///b.db"
    assert load_settings(database=None).database == "sqlite:///a.db"
    assert load_settings().port == 9000


@pytest.mark.parametrize(("name", "value"), [("PORT", "many"), ("DATABASE", "oracle://x"), ("ENVIRONMENT", "moon")])
def test_a_setting_that_does_not_fit_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"SAMVERKAN_{name}", value)
    with pytest.raises(Refused, match=f"SAMVERKAN_{name} does not fit"):
        load_settings()


def test_the_database_is_shown_without_its_password() -> None:
    shown = load_settings(database="postgresql://u:secret@127.0.0.1:5432/r").database_name
    assert shown == "postgresql://127.0.0.1/r"
