"""The live register: ask (load, decide, append), and the record as it stands now or stood then."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from pydantic_core import to_json

from adapters.database import DatabaseUnavailable
from adapters.event_store import Bare, Conflict, EventStore, Receipt, Unit
from adapters.tables import Tables
from adapters.vault import restricted, restricting
from domain import erasure
from domain.core import Actor, Asked, Command, Event, Recorded, Refused
from domain.register import ROW_TOPICS, Consulted, Register
from domain.sharing import Shared, police, withheld
from service.proof import keep_checkpoint

HERE = ZoneInfo("Europe/Stockholm")
PAGE = 2000
TRIES = 100
VOUCHED_FOR = frozenset({
    "agreement.signed", "agreement.amended", "agreement.ended", "agreement.succeeded", "meeting.closed",
    "review.opened", "review.adopted", "erasure.approved",
})  # fmt: skip
"""Events after which a checkpoint of the history is signed and kept."""
_CHANGES_TEXTS = (erasure.Approved, Shared)
"""After these, what was read before says something else."""
acts_for_police: ContextVar[bool] = ContextVar("acts for police", default=False)
"""Whether the account of a request is the police's; on the command line the organisation tells."""
Clock = Callable[[], datetime]
Drafts = Sequence[tuple[str, int, Event]]  # stream, version, event


class Stale(Exception):  # noqa: N818 - an answer, not an error
    """The caller's version of a stream is not the latest one."""

    def __init__(self, stream: str, expected: int, actual: int) -> None:
        super().__init__(f"{stream} is at version {actual}, not {expected}")
        self.stream, self.expected, self.actual = stream, expected, actual


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command came to: its stream and version, where its events stand, whether it was a repetition."""

    stream: str
    version: int
    first_gsn: int
    last_gsn: int
    repeated: bool


def utc_now() -> datetime:
    """The real clock."""
    return datetime.now(UTC)


def end_of(day: date) -> datetime:
    """The last moment of a day where the register is kept."""
    return datetime.combine(day + timedelta(days=1), time(), HERE) - timedelta(microseconds=1)


class Past:
    """The registers of the past that were looked at last: they never change again, and nobody may change them."""

    def __init__(self, most: int = 8) -> None:
        self._most, self._lock = most, threading.Lock()
        self._kept: OrderedDict[int, Register] = OrderedDict()
        self._changes = 0

    def nearest(self, gsn: int) -> tuple[bool, Register, int]:
        """(True, the register at that gsn), or (False, one of the caller's own to be folded on up to it); and how
        many times everything has been forgotten."""
        with self._lock:
            found = self._kept.get(gsn)
            if found is not None:
                self._kept.move_to_end(gsn)
                return True, found, self._changes
            before = max((at for at in self._kept if at < gsn), default=None)
            return False, _copy(self._kept[before]) if before is not None else Register(), self._changes

    def keep(self, register: Register, gsn: int, changes: int) -> None:
        """Remember it, unless the log ends before that gsn: then it is not past yet; or a text has been erased or
        shared since the fold began."""
        if register.position != gsn:
            return
        with self._lock:
            if changes != self._changes:
                return
            self._kept[gsn] = register
            self._kept.move_to_end(gsn)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def forget(self) -> None:
        """Drop them all: texts that are in them have been erased or shared."""
        with self._lock:
            self._changes += 1
            self._kept.clear()


def _copy(register: Register) -> Register:
    """One that can go on by itself: the states in it are frozen, so they are shared."""
    states = {kind: dict(there) for kind, there in register.states.items()}
    return Register(register.position, dict(register.versions), states)


class View:
    """The record as somebody may read it, folded as far as it has been asked for, and its latest pasts."""

    def __init__(self) -> None:
        self.register, self.past = Register(), Past()


class LiveRegister:
    """One register, opened. Safe to use from several threads; several processes may open the same database.

    Who may not read what is withheld (`adapters.vault.restricted`, set for each request) gets a view of his own.
    """

    def __init__(self, store: EventStore, tables: Tables, clock: Clock = utc_now) -> None:
        self.store, self.tables, self._clock = store, tables, clock
        self._whole, self._restricted = View(), View()
        self._folding, self._asking = threading.Lock(), threading.Lock()
        if store.vault.withholds_past:
            store.withhold_past(self._is_withheld_of_old())

    def clock(self) -> datetime:
        """The moment that it is by the register's clock."""
        return self._clock()

    def today(self) -> date:
        """Today where the register is kept."""
        return self._clock().astimezone(HERE).date()

    def ask(self, command: Command, by: Actor, *, command_id: str | None = None, expected: int | None = None) -> Answer:
        """Decide on the latest state and store what follows; decide again if somebody was faster.

        command_id makes the command repeatable: the same id gets the first answer. expected: the version of the
        command's stream that the caller has seen. Raises Refused, Stale, Conflict or CommandReused.
        """
        command_id, fingerprint = command_id or uuid4().hex, _fingerprint(command, by)
        with self._asking, restricting(closed=False):  # a decision rests on all that is known
            try:  # first on the record as this process knows it: if that is old, a stream that was looked at has moved
                return self._try(command, by, command_id, fingerprint, expected)
            except (Refused, Stale, Conflict):
                pass
            for _ in range(TRIES):
                self.now()
                try:
                    return self._try(command, by, command_id, fingerprint, expected)
                except Conflict:
                    continue
                except (Refused, Stale):
                    first = self.store.receipt(command_id, fingerprint)
                    if first is None:
                        raise
                    return self._answer(command.stream, first)
            raise Conflict(command.stream)

    def _try(self, command: Command, by: Actor, command_id: str, fingerprint: str, expected: int | None) -> Answer:
        with self._folding:  # a reader that folded in news halfway would hide that the decision rests on old ones
            drafts, unit, closed = self._decide(command, by, command_id, fingerprint, expected)
        receipt = self.store.append(drafts, by, unit, withheld=closed)
        if receipt.repeated:
            return self._answer(command.stream, receipt)
        self._take_own(drafts, by, unit, receipt)
        if any(type(event).TOPIC in VOUCHED_FOR for _, _, event in drafts):
            # the command is stored whatever becomes of it, and the next checkpoint covers it too
            with suppress(DatabaseUnavailable, Refused):
                keep_checkpoint(self.store)
        versions = [version for stream, version, _ in drafts if stream == command.stream]
        version = versions[-1] if versions else unit.seen.get(command.stream, 0)
        return Answer(command.stream, version, receipt.first, receipt.last, False)

    def _decide(
        self, command: Command, by: Actor, command_id: str, fingerprint: str, expected: int | None
    ) -> tuple[Drafts, Unit, frozenset[str]]:
        register, clock = self._whole.register, self._clock()
        actual = register.version(command.stream)
        if expected is not None and actual != expected:
            raise Stale(command.stream, expected, actual)
        seen = Consulted(register, {command.stream})
        facts = command.facts(seen, Asked(by, clock.astimezone(HERE).date()))
        versions: dict[str, int] = {}
        drafts = []
        for stream, event in facts:
            versions[stream] = versions.get(stream, register.version(stream)) + 1
            drafts.append((stream, versions[stream], event))
        by_police = acts_for_police.get() or by.organisation.casefold() in police(seen)
        closed = withheld(seen, facts, by_police=by_police, is_closed=self.store.is_closed)
        return drafts, Unit(command_id, fingerprint, clock, register.position, seen.versions()), closed

    def _is_withheld_of_old(self) -> Callable[[Recorded], bool]:
        """Tells of each event of the log, in order, whether it would be withheld, were it recorded now."""
        known, closed = self.now(), set[str]()
        of_police = police(known)

        def is_withheld(each: Recorded) -> bool:
            by_police = each.by.organisation.casefold() in of_police
            found = withheld(known, [(each.stream, each.event)], by_police=by_police, is_closed=closed.__contains__)
            closed.update(found)
            return bool(found)

        return is_withheld

    def _take_own(self, drafts: Drafts, by: Actor, unit: Unit, receipt: Receipt) -> None:
        """Fold in what was just stored without reading it back; if something else came between, the next fold reads."""
        with self._folding:
            register = self._whole.register
            if not register.position == unit.position == receipt.first - 1:
                return
            for gsn, (stream, version, event) in enumerate(drafts, start=receipt.first):
                if event.TOPIC in ROW_TOPICS:
                    register.skip(gsn, stream, version)
                else:  # the fold looks at the event alone, not at when it was recorded
                    stored = Recorded(gsn, stream, version, unit.clock, unit.clock, by, unit.command_id, event)
                    register.apply(stored)
            if any(isinstance(event, _CHANGES_TEXTS) for _, _, event in drafts):
                self._forget()

    def _answer(self, stream: str, receipt: Receipt) -> Answer:
        version = self.now().version(stream)
        return Answer(stream, version, receipt.first, receipt.last, receipt.repeated)

    def now(self) -> Register:
        """The record as it stands, after pulling what is new in the log."""
        with self._folding:
            # what was erased before the log is read is not in what is read
            known = self._view.register.position or self.store.last_gsn()
            if self._fold(self._view.register, None) > known:
                self._forget()
            return self._view.register

    @property
    def _view(self) -> View:
        """As whoever reads now may see it."""
        return self._restricted if restricted.get() else self._whole

    def _forget(self) -> None:
        """Read the record anew, without the texts that have been erased and with those that have been shared, and keep
        nothing that was read before."""
        for view in (self._whole, self._restricted):
            view.past.forget()
            view.register = Register()
        self.tables.forget()
        register, end = Register(), self.store.last_gsn()
        while self._fold(register, None) > end:  # another text was erased while this was read
            register, end = Register(), self.store.last_gsn()
        self._view.register = register

    def at(self, gsn: int | None) -> Register:
        """The record as it stands (None), or as it stood at a gsn."""
        return self.now() if gsn is None else self.as_of(gsn)

    def as_of(self, gsn: int) -> Register:
        """The record as it stood at a gsn: the same fold, stopped there."""
        self.now()  # if a text has been erased since, the pasts that are kept hold it
        past = self._view.past
        kept, register, changes = past.nearest(gsn)
        if not kept:
            self._fold(register, gsn)
            past.keep(register, gsn, changes)
        return register

    def _fold(self, register: Register, stop: int | None) -> int:
        """Take in what follows in the log; the gsn of the last event in it that changes what earlier texts say."""
        changed = 0
        for recorded in self.history(after=register.position, stop=stop):
            if isinstance(recorded, Bare):
                register.skip(recorded.gsn, recorded.stream, recorded.version)
            else:
                register.apply(recorded)
                changed = recorded.gsn if isinstance(recorded.event, _CHANGES_TEXTS) else changed
        return changed

    def gsn_on(self, day: date) -> int:
        """The last gsn recorded on or before a day where the register is kept."""
        return self.store.gsn_at(end_of(day))

    def recorded_on(self, gsn: int) -> date | None:
        """The day on which an event was recorded, where the register is kept; None for one that the log lacks."""
        moment = self.store.recorded_at(gsn)
        return moment.astimezone(HERE).date() if moment else None

    def history(self, *, after: int = 0, stop: int | None = None) -> Iterator[Recorded | Bare]:
        """The log in order; events that carry imported rows without their content."""
        while True:
            page = self.store.read(after, limit=PAGE, stop=stop, bare=tuple(ROW_TOPICS))
            yield from page
            if len(page) < PAGE:
                return
            after = page[-1].gsn

    def events(self, *, after: int, limit: int, without: Sequence[str] = ()) -> list[Recorded | Bare]:
        """Up to `limit` events after a gsn, in order, also those that carry imported rows; of `without` topics only
        the places."""
        return self.store.read(after, limit=limit, bare=without)

    def read_tables(self) -> Tables:
        """The read models, caught up with the log: a reader sees its own writes."""
        self.tables.pull()
        return self.tables

    def close(self) -> None:
        """Close the database."""
        self.store.close()


def _fingerprint(command: Command, by: Actor) -> str:
    content = {"name": command.NAME, "by": by.account, "content": command.identity()}
    return hashlib.sha256(to_json(content)).hexdigest()
