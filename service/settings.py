"""Settings from the environment: SAMVERKAN_DATABASE, _ENVIRONMENT, _PORT, _ORGANISATION."""

from __future__ import annotations

import os
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator

from domain.core import Refused, Short, Value

PREFIX = "SAMVERKAN_"


class Settings(Value):
    """What may differ from one installation to another."""

    database: str = "sqlite:///samverkan.db"
    environment: Literal["development", "production"] = "development"
    port: int = Field(default=8000, ge=1, le=65535)
    organisation: Short = "Samverkan"
    largest_upload: int = Field(default=200 * 1024**2, ge=1)

    @field_validator("database")
    @classmethod
    def _is_a_database(cls, url: str) -> str:
        if not url.startswith(("sqlite:///", "postgresql://", "postgres://")):
            raise ValueError("write sqlite:///path/to/file or postgresql://host/name")
        return url

    @property
    def database_name(self) -> str:
        """The database without user and password, fit to be shown."""
        parts = urlsplit(self.database)
        if parts.scheme == "sqlite":
            return self.database.removeprefix("sqlite:///")
        return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"


def load_settings(**given: str | None) -> Settings:
    """From what is given, else from the environment, else the defaults. Refused names the setting that does not fit."""
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
