"""A form whose texts look like holding personal data is not carried out until somebody has looked: the refusal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.core import Command
from service.personal_check import PersonalDataFound, Suspect, suspects

CONFIRMED = "personal_data"
"""The form's field that says `checked` when somebody has looked."""


class PersonalDataInForm(PersonalDataFound):
    """What was found, and the form as it was given, to be shown again."""

    def __init__(self, found: tuple[Suspect, ...], form: Mapping[str, Any]) -> None:
        super().__init__(found)
        self.form = form

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.suspects, self.form)


def refuse_unchecked(command: Command, form: Mapping[str, Any]) -> None:
    """Raises PersonalDataInForm where something is found that the form does not say has been looked at."""
    if form.get(CONFIRMED) != "checked" and (found := suspects(command)):
        raise PersonalDataInForm(found, form)
