"""Settings come from what is given, then from the environment, then from defaults; a wrong one is named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.core import Refused
from service.clocks import clock_of
from service.register import utc_now
from service.settings import Settings, load_settings


def test_what_is_given_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMVERKAN_DATABASE", "sqlite:///a.db")
    monkeypatch.setenv("SAMVERKAN_PORT", "9000")
    assert load_settings(database="sqlite:///b.db").database == "sqlite:///b.db"
    assert load_settings(database=None).database == "sqlite:///a.db"
    assert load_settings().port == 9000


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "many"), ("DATABASE", "oracle://x"), ("ENVIRONMENT", "moon"), ("STARTS_AT", "soon")]
)
def test_a_setting_that_does_not_fit_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"SAMVERKAN_{name}", value)
    with pytest.raises(Refused, match=f"SAMVERKAN_{name} does not fit"):
        load_settings()


def test_the_database_is_shown_without_its_password() -> None:
    shown = load_settings(database="postgresql://u:secret@127.0.0.1:5432/r").database_name
    assert shown == "postgresql://127.0.0.1/r"


def test_the_clock_can_start_at_a_moment_of_another_time_and_runs_on_from_there() -> None:
    settings = load_settings(starts_at="2023-02-28T09:00")
    assert settings.starts_at == datetime(2023, 2, 28, 8, tzinfo=UTC)
    assert load_settings(starts_at="2023-07-01T09:00+00:00").starts_at == datetime(2023, 7, 1, 9, tzinfo=UTC)
    clock = clock_of(settings)
    first, second = clock(), clock()
    assert timedelta() <= first - datetime(2023, 2, 28, 8, tzinfo=UTC) < timedelta(minutes=1)
    assert first.tzinfo is UTC
    assert first <= second
    assert clock_of(Settings()) is utc_now


def test_in_production_the_clock_is_the_real_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMVERKAN_STARTS_AT", "2023-02-28T09:00")
    monkeypatch.setenv("SAMVERKAN_ENVIRONMENT", "production")
    with pytest.raises(Refused, match="SAMVERKAN_STARTS_AT changes the clock") as refused:
        load_settings()
    assert refused.value.rule == "clock-in-production"
