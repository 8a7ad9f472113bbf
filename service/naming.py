"""What the keys in the history are called: titles and names from a register, so that people read words, not keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, assert_never

from domain.action import Action
from domain.agreement import Agreement
from domain.catalogue import Categories, Division, Source
from domain.core import S
from domain.file_import import FileImport
from domain.forecast import Forecast
from domain.meeting import Meeting
from domain.observation import Dialogue, Observation, Report, SurveyResult, day_of
from domain.problem import Evidence, Problem
from domain.promise import Promise
from domain.register import Register
from domain.signal import Signal
from domain.weights import Weights
from service.wording import day, period, short, short_week, title


class Both(NamedTuple):
    """The same words in both languages."""

    sv: str
    en: str


@dataclass(frozen=True, slots=True)
class Names:
    """Looks names up in a register. A key that it does not know stands for itself; without a register, all do."""

    register: Register | None = None

    @property
    def are_keys(self) -> bool:
        """Whether keys are told, because there is nowhere to look names up."""
        return self.register is None

    def beside(self, key: str) -> str:
        """The key in brackets after a title that is told anyhow; nothing where people read names."""
        return f" ({key})" if self.are_keys else ""

    # Titles in quotation marks

    def problem(self, key: str) -> Both:
        """The title of a problem."""
        return self._titled(Problem, key, lambda one: one.title)

    def action(self, key: str) -> Both:
        """The title of an action."""
        return self._titled(Action, key, lambda one: one.title)

    def promise(self, key: str) -> Both:
        """The title of a citizen promise."""
        return self._titled(Promise, key, lambda one: one.title)

    def agreement(self, key: str) -> Both:
        """The title of an agreement."""
        return self._titled(Agreement, key, lambda one: one.title)

    def source(self, key: str) -> Both:
        """The name of a source."""
        return self._titled(Source, key, lambda one: one.name)

    def division(self, key: str) -> Both:
        """The name of a division."""
        return self._titled(Division, key, lambda one: one.name)

    def weights(self, key: str) -> Both:
        """The name of a set of harm weights."""
        return self._titled(Weights, key, lambda one: one.name)

    # Names within a sentence

    def district(self, key: str, source: str | None = None) -> str:
        """The name of a district, in the division that the source counts by where that is known."""
        if self.register is None:
            return key
        owner = self.register.find(Source, source) if source else None
        own = self.register.find(Division, owner.division) if owner else None
        there = (each.districts.get(key) for each in ((own,) if own else self.register.every(Division)))
        return next((short(found.name, 60) for found in there if found), key)

    def category(self, key: str) -> str:
        """The name of a category, as it is written within a sentence."""
        catalogues = self.register.every(Categories) if self.register else ()
        there = (catalogue.categories.get(key) for catalogue in catalogues)
        return next((_within(short(found.name, 60)) for found in there if found), key)

    # Things that have no title, with their noun

    def meeting(self, key: str) -> Both:
        """A weekly meeting by its week."""
        held = self._find(Meeting, key)
        if held is None:
            return Both(f"mötet {key}", f"the meeting {key}")
        return Both(f"veckomötet {short_week(held.week, 'sv')}", f"the weekly meeting of {short_week(held.week, 'en')}")

    def signal(self, key: str) -> Both:
        """A trend alert by what, where and when."""
        raised = self._find(Signal, key)
        if raised is None:
            return Both(f"trendvarningen {short(key, 130)}", f"the trend alert {short(key, 130)}")
        about = self.series(raised.district, raised.category, raised.source)
        return Both(
            f"trendvarningen för {about.sv} {short_week(raised.period, 'sv')}",
            f"the trend alert for {about.en}, {short_week(raised.period, 'en')}",
        )

    def series(self, district: str, category: str, source: str) -> Both:
        """What is counted, and where."""
        if self.are_keys:
            return Both(f"{district} ({category})", f"{district} ({category})")
        what, where = self.category(category), self.district(district, source)
        return Both(f"{what} i {where}", f"{what} in {where}")

    def file_import(self, key: str) -> Both:
        """An import by the name of its file."""
        taken = self._find(FileImport, key)
        if taken is None:
            return Both(f"inläsningen {key}", f"the import {key}")
        name = _quoted(taken.file_name)
        return Both(f"inläsningen av filen {name.sv}", f"the import of the file {name.en}")

    def forecast(self, key: str) -> Both:
        """A forecast by its source and where it began."""
        made = self._find(Forecast, key)
        if made is None:
            return Both(f"prognosen {key}", f"the forecast {key}")
        source = self.source(made.source)
        return Both(
            f"prognosen för källan {source.sv} från {period(made.origin, 'sv')}",
            f"the forecast for the source {source.en} from {period(made.origin, 'en')}",
        )

    def observation(self, key: str) -> Both:
        """An observation by its day and place."""
        seen = self._find(Observation, key)
        if seen is None:
            return Both(f"observationen {key}", f"the observation {key}")
        sv, en = day(day_of(seen.content), "sv").removeprefix("den "), day(day_of(seen.content), "en")
        match seen.content:
            case Report(district=district):
                where = self.district(district, seen.source)
                return Both(f"rapporten från {sv} i {where}", f"the report of {en} in {where}")
            case Dialogue():
                return Both(f"dialogen från {sv}", f"the dialogue of {en}")
            case SurveyResult(indicator=indicator):
                of = _quoted(indicator)
                return Both(f"enkätresultatet {of.sv} från {sv}", f"the survey result {of.en} of {en}")
            case _:
                assert_never(seen.content)

    def source_of(self, observation: str) -> str | None:
        """The key of the source that an observation came from."""
        seen = self._find(Observation, observation)
        return seen.source if seen else None

    def evidence(self, item: Evidence) -> Both:
        """What a problem rests on; a document by its note, which is told beside it, where it has one."""
        if item.kind == "document" and item.note and not self.are_keys:
            return Both("ett dokument", "a document")
        told = {"observation": self.observation, "signal": self.signal, "import": self.file_import}
        if item.kind in told and not self.are_keys:
            return told[item.kind](item.ref)
        return Both(item.ref, item.ref)

    def _titled(self, kind: type[S], key: str, name: Callable[[S], str]) -> Both:
        found = self._find(kind, key)
        return _quoted(name(found)) if found is not None else Both(key, key)

    def _find(self, kind: type[S], key: str) -> S | None:
        return self.register.find(kind, key) if self.register is not None else None


NO_NAMES = Names()


def _quoted(text: str) -> Both:
    return Both(f"”{title(text)}”", f"“{title(text)}”")


def _within(name: str) -> str:
    """With a small letter, unless it begins with an abbreviation."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]
