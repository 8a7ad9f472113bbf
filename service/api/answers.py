"""Answers that were given before: what rests on the record alone is the same until the record or the day is another."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import MutableSequence
from datetime import date
from typing import Any

from litestar.concurrency import sync_to_thread
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Send

from adapters.vault import restricted
from service.register import LiveRegister

OF_THE_RECORD = "of_the_record"
"""Marks (in a router's or handler's `opt`) answers that depend on the record, the day and the request, and on nothing
else: not on who asks beyond what is withheld from him, and not on rows that change without an event."""
LARGEST = 2 * 1024**2
MOST = 64 * 1024**2
PER_ITEM = 500
"""What Python needs for keeping one thing, in bytes, generously."""
SHAPING = (b"accept", b"accept-language")
"""Request headers that an answer may depend on."""
Moment = tuple[int, date]


class Answers:
    """The answers of this moment of the record (its last gsn, and the day), up to MOST bytes of them.

    When something has been recorded, all of them are dropped: nothing that was erased lives on here.
    """

    def __init__(self, live: LiveRegister) -> None:
        self._live, self._is_near = live, live.store.database.dialect == "sqlite"
        self._moment: Moment = (-1, date.min)
        self._kept: OrderedDict[bytes, tuple[Message, Message]] = OrderedDict()
        self._bytes = 0

    async def give(self, scope: HTTPScope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """The answer from before, or a new one, which is kept if it is one to keep."""
        key = _key(scope)
        moment = await self._now()  # before the answer is made, which so is never older than its moment
        found = self._kept.get(key)
        if found is not None:
            for message in found:
                await send(message)
            return
        messages: list[Any] = []
        await next_app(scope, receive, _watched(send, messages))
        if moment == self._moment:
            self._keep(key, messages)

    async def _now(self) -> Moment:
        """The moment of the record; a look into a file need not leave the event loop."""
        gsn = self._live.store.last_gsn() if self._is_near else await sync_to_thread(self._live.store.last_gsn)
        moment = (gsn, self._live.today())
        if moment != self._moment:
            self._moment, self._bytes = moment, 0
            self._kept.clear()
        return moment

    def _keep(self, key: bytes, messages: list[Any]) -> None:
        """Only whole answers that went well, the latest ones."""
        if len(messages) != 2 or messages[0].get("status") != 200 or messages[1].get("more_body"):
            return
        size = _size(*messages)
        if size > LARGEST or key in self._kept:
            return
        self._kept[key] = (messages[0], messages[1])
        self._bytes += size
        while self._bytes > MOST:
            self._bytes -= _size(*self._kept.popitem(last=False)[1])


def _key(scope: HTTPScope) -> bytes:
    """Of one length, however long what was asked is."""
    shaping = [value for name, value in scope["headers"] if name in SHAPING]
    parts = (b"%d" % restricted.get(), scope["raw_path"], scope["query_string"], *shaping)
    return hashlib.sha256(b"\0".join(parts)).digest()


def _size(start: Any, body: Any) -> int:
    """Bytes of memory that an answer takes, roughly."""
    headers = sum(len(name) + len(value) + PER_ITEM for name, value in start["headers"])
    return headers + len(body.get("body", b"")) + PER_ITEM


def _watched(send: Send, messages: MutableSequence[Any]) -> Send:
    async def watched(message: Message) -> None:
        if len(messages) <= 2:  # of a stream no more than it takes to see that it is one
            messages.append(message)
        await send(message)

    return watched
