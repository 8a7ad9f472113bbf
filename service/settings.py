"""Settings from the environment: SAMVERKAN_DATABASE, _KEYS, _ENVIRONMENT, _PORT, _PUBLIC_URL, _MAIL_SERVER …"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from pydantic import Field, SecretStr, ValidationError, field_validator

from adapters.event_store import default_keys
from adapters.keys import KeyPlace
from domain.core import Refused, Short, Value, refuse

PREFIX = "SAMVERKAN_"
HERE = ZoneInfo("Europe/Stockholm")


class Settings(Value):
    """What may differ from one installation to another.

    starts_at: what the clock shows when the register is opened, to try a register of another time; it then runs on.
    witnesses: public keys of those who cosign this register's checkpoints, parted by blanks. stamps, stamp_roots: the
    address of an authority that stamps checkpoints with the time (RFC 3161), and a file of its root certificates.
    keys: the file of the register's keys; sealing_key and signing_key (base64) take its place where they are given.
    public_url: how others reach the pages, such as https://samverkan.example.se; links in mail and feeds begin with it.
    trusted_proxies: addresses or networks (parted by blanks) whose X-Forwarded-For and -Proto are believed.
    weekly, monthly: when the periodic runs are due, as cron text in Swedish time.
    mail_server: smtp://, smtp+starttls:// or smtps://[user@]host[:port]; without it no mail is sent.
    oidc_issuer …: the organisation's own sign-in (OpenID Connect); oidc_roles: a JSON file from claims to grades.
    requests_a_minute: how many an account or token may make, wrong_sign_ins_a_minute: how many an address may try.
    """

    database: str = "sqlite:///samverkan.db"
    environment: Literal["development", "production"] = "development"
    port: int = Field(default=8000, ge=1, le=65535)
    organisation: Short = "Samverkan"
    largest_upload: int = Field(default=200 * 1024**2, ge=1)
    starts_at: datetime | None = None
    witnesses: str = ""
    stamps: str = ""
    stamp_roots: str = ""
    keys: str | None = None
    sealing_key: SecretStr | None = None
    signing_key: SecretStr | None = None
    public_url: str = ""
    trusted_proxies: str = ""
    weekly: str = "0 6 * * 1"
    monthly: str = "0 6 2 * *"
    mail_server: str = ""
    mail_password: SecretStr | None = None
    mail_from: str = "Samverkan <samverkan@localhost>"
    webhooks_to_private: bool = False
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr | None = None
    oidc_roles: str = ""
    requests_a_minute: int = Field(default=1200, ge=1)
    wrong_sign_ins_a_minute: int = Field(default=20, ge=1)

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
        return moment if moment.tzinfo else moment.replace(tzinfo=HERE)

    @field_validator("public_url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and (parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/")):
            raise ValueError("write the beginning of the pages' addresses, such as https://samverkan.example.se")
        return url.rstrip("/")

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, written: str) -> str:
        for each in written.split():
            try:
                ip_network(each)
            except ValueError:
                raise ValueError("write addresses or networks parted by blanks, such as 10.0.0.7 10.1.0.0/16") from None
        return written

    @field_validator("weekly", "monthly")
    @classmethod
    def _is_cron_text(cls, text: str) -> str:
        try:
            CronSim(text, datetime(2020, 1, 1, tzinfo=HERE))
        except CronSimError:
            raise ValueError("write five cron fields, such as 0 6 * * 1 for Mondays at six") from None
        return text

    @property
    def base_url(self) -> str:
        """What the pages' addresses begin with; on this machine unless public_url is set."""
        return self.public_url or f"http://127.0.0.1:{self.port}"

    @property
    def is_encrypted(self) -> bool:
        """Whether browsers come by https, so that cookies may ask for it."""
        return self.public_url.startswith("https://")

    @property
    def has_sign_in(self) -> bool:
        """Whether people sign in with their organisation; without it, whoever is on this machine takes an account."""
        return bool(self.oidc_issuer)

    @property
    def key_place(self) -> KeyPlace:
        """Where the register's keys are."""
        sealing, signing = (key.get_secret_value() if key else None for key in (self.sealing_key, self.signing_key))
        return KeyPlace(Path(self.keys) if self.keys else default_keys(self.database), sealing, signing)

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
