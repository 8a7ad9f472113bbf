"""What every command of the command line has: settings, language, who acts, the register, a bar that shows progress."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from domain.core import Actor, Refused
from service.compose import open_register
from service.register import LiveRegister
from service.settings import Settings
from service.wording import Language

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


class Session:
    """What every command has: settings, language, who acts, and the register, opened when it is first needed."""

    def __init__(self, settings: Settings, language: Language, by: Actor) -> None:
        self.settings, self.language, self.by = settings, language, by
        self._live: LiveRegister | None = None

    @property
    def live(self) -> LiveRegister:
        """The register."""
        if self._live is None:
            try:
                self._live = open_register(self.settings)
            except ValueError as wrong:  # the address of the database is read there
                raise Refused(
                    "bad-setting",
                    f"Inställningen SAMVERKAN_DATABASE passar inte: {wrong}.",
                    f"The setting SAMVERKAN_DATABASE does not fit: {wrong}.",
                ) from None
        return self._live

    def say(self, sv: str, en: str) -> None:
        """One line on standard output, in the chosen language."""
        out.print(sv if self.language == "sv" else en, markup=False)

    def pick(self, sv: str, en: str) -> str:
        """The text in the chosen language."""
        return sv if self.language == "sv" else en


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
