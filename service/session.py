"""What every command of the command line has: settings, language, who acts, the register, a bar that shows progress."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from adapters.event_store import EventStore, open_store
from domain.core import Actor, Command, Refused
from domain.register import Register
from service.compose import open_register
from service.erasing import check_reason
from service.moments import register_at
from service.personal_check import check
from service.register import Answer, LiveRegister
from service.settings import Settings
from service.wording import Language

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)
checked_option = click.option(
    "--personal-data-checked", "checked", is_flag=True,
    help="Somebody has looked at what looks like personal data in the texts, and it may be stored.",
)  # fmt: skip
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
as_of_option = click.option("--as-of", help="An event number, or a day such as 2020-11-18: as it was known then.")


class Session:
    """What every command has: settings, language, who acts, and the register, opened when it is first needed."""

    def __init__(self, settings: Settings, language: Language, by: Actor) -> None:
        self.settings, self.language, self.by = settings, language, by
        self._live: LiveRegister | None = None

    @property
    def live(self) -> LiveRegister:
        """The register."""
        if self._live is None:
            with _address_read():
                self._live = open_register(self.settings)
        return self._live

    def history_as_it_is(self) -> EventStore:
        """The log to be looked at: nothing is read into read models, or erased again, when it is opened."""
        with _address_read():
            return open_store(self.settings.database, self.settings.key_place, as_it_is=True)

    def ask(self, command: Command, *, checked: bool, command_id: str | None = None) -> Answer:
        """Give a command, unless its texts look like holding personal data that nobody has looked at."""
        check(command, checked=checked)
        check_reason(self.live, command)
        return self.live.ask(command, self.by, command_id=command_id)

    def at(self, as_of: str | None) -> Register:
        """The register now, or as it was known at a day or an event number. Refused where there is no such moment."""
        return register_at(self.live, as_of)

    def say(self, sv: str, en: str) -> None:
        """One line on standard output, in the chosen language."""
        out.print(sv if self.language == "sv" else en, markup=False)

    def pick(self, sv: str, en: str) -> str:
        """The text in the chosen language."""
        return sv if self.language == "sv" else en


@contextmanager
def _address_read() -> Iterator[None]:
    try:
        yield
    except ValueError as wrong:  # the address of the database is read when it is opened
        raise Refused(
            "bad-setting",
            f"Inställningen SAMVERKAN_DATABASE passar inte: {wrong}.",
            f"The setting SAMVERKAN_DATABASE does not fit: {wrong}.",
        ) from None


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, nothing elsewhere. The callback takes (done, of); of is 0 when it is not known."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of or None)
