"""Settings from the environment: SAMVERKAN_DATABASE, _ENVIRONMENT, _PORT, _ORGANISATION, _STARTS_AT."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, field_validator

from domain.core import Refused, Short, Value, refuse

PREFIX = "SAMVERKAN_"


class Settings(Value):
    """What may differ from one installation to another.

    starts_at: what the clock shows when the register is opened, to try a register of another time; it then runs on.
    """

    database: str = "sqlite:///samverkan.db"
    environment: Literal["development", "production"] = "development"
    port: int = Field(default=8000, ge=1, le=65535)
    organisation: Short = "Samverkan"
    largest_upload: int = Field(default=200 * 1024**2, ge=1)
    starts_at: datetime | None = None

    @field_validator("database")
    @classmethod
    def _is_a_database(cls, url: str) -> str:
        if not url.startswith(("sqlite:///", "postgresql://", "postgres://")):
            raise ValueError("write sqlite:///path/to/file or postgresql://host/name")
        return url

    @field_validator("starts_at", mode="before")
    @classmethod
    def _is_a_moment(cls, written: object) -> object:
        if not isinstance(written, str):
            return written
        try:
            moment = datetime.fromisoformat(written)
        except ValueError:
            raise ValueError("write a day and a time, such as 2023-02-28T09:00") from None
        return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo("Europe/Stockholm"))

    @property
    def database_name(self) -> str:
        """The database without user and password, fit to be shown."""
        parts = urlsplit(self.database)
        if parts.scheme == "sqlite":
            return self.database.removeprefix("sqlite:///")
        return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"


def load_settings(**given: str | None) -> Settings:
    """From what is given, else from the environment, else the defaults. Refused names the setting that does not fit."""
    settings = _read(given)
    if settings.starts_at is not None and settings.environment == "production":
        refuse(
            "clock-in-production",
            "SAMVERKAN_STARTS_AT ställer om klockan och går bara att använda när man provar. Ta bort inställningen, "
            "eller välj SAMVERKAN_ENVIRONMENT=development.",
            "SAMVERKAN_STARTS_AT changes the clock and is only for trying things out. Remove the setting, or choose "
            "SAMVERKAN_ENVIRONMENT=development.",
        )
    return settings


def _read(given: Mapping[str, str | None]) -> Settings:
    environment = {name: os.environ.get(PREFIX + name.upper()) for name in Settings.model_fields}
    values = {name: given.get(name) or value for name, value in environment.items()}
    try:
        return Settings.model_validate({name: value for name, value in values.items() if value})
    except ValidationError as wrong:
        fault = wrong.errors()[0]
        name = f"{PREFIX}{fault['loc'][0]}".upper()
        why = fault["msg"].removeprefix("Value error, ")
        raise Refused(
            "bad-setting", f"Inställningen {name} passar inte: {why}.", f"The setting {name} does not fit: {why}."
        ) from None
