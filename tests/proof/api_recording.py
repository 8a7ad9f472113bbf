"""Operations of the API carried out; what was sent and answered is kept, short, and the same every time."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient

from domain.core import Actor, Command
from service.api.resources import RESOURCES, Resource
from service.register import LiveRegister
from tests.given import Fact, Scene
from tests.plausible import SetClock, stockholm_noon

METHODS = ("get", "post", "put", "patch", "delete")
MOST, MOST_NUMBERS, MOST_LETTERS, MOST_LINES, LINES = 2, 12, 400, 10, 3
"""Of a list, a list of numbers and a text, so much is shown; of a text of more lines than MOST_LINES, so many."""
RANDOM = re.compile(
    r"(?<=whsec_)[\w+/]+=*|(?<![0-9a-zA-Z+/=-])(?:[0-9a-f]{64}|[0-9a-f]{32})(?![0-9a-zA-Z+/=-])"
    r"|(?<![\w+/=-])(?=[\w+/-]*\d)(?=[\w+/-]*[a-zA-Z])(?!msg_|whsec_)"
    r"(?:[\w+/-]{40,}={0,2}|[A-Za-z0-9+/]{32,}={1,2})(?![\w+/=-])"
)
KEY = re.compile(r"\+([0-9a-f]{8})\+")  # between the name and the bytes of a public key
MOMENT = re.compile(r"20(?:2[4-9]|[3-9]\d)-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)")
HOOK = "203.0.113.7", "mottagare.example.se"
"""An address that is set aside for documentation, which can be checked without a network; and what is shown for it."""
COMMON: Mapping[str, Any] = {
    "as_of": "2020-11-18",
    "Idempotency-Key": "vecka-2020-08-1",
    "If-Match": '"1"',
    "Last-Event-ID": "1",
}


@dataclass
class Recording:
    """What is kept of each operation: parameters, request and response, by its id."""

    client: TestClient[Litestar]
    live: LiveRegister
    clock: SetClock
    operations: Mapping[str, tuple[str, str, Mapping[str, Any]]]  # id: method, path, description
    by: Actor
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    _stand_ins: dict[str, str] = field(default_factory=dict)

    def on(self, day: date, by: Actor) -> None:
        """From now on it is this day, and this role acts."""
        if self.clock.moment.date() != day:
            self.clock.moment = stockholm_noon(day)
        self.by = by

    def ask(self, operation: str, *, body: Any = None, content: bytes | None = None, **named: Any) -> Any:
        """Carry out an operation, and keep it as its example if it is the first time; what it answered.

        named: parameters of path and query. content: a file, with its media type as `media_type` among the named.
        """
        method, path, described = self.operations[operation]
        media_type = named.pop("media_type", "application/json")
        accept = named.pop("accept", "*/*")
        query = {name: value for name, value in named.items() if f"{{{name}}}" not in path}
        headers = {**self._acting(), "Content-Type": media_type, "Accept": accept}
        sent = content if content is not None else json.dumps(body).encode() if body is not None else None
        self.clock.advance(timedelta(minutes=1))
        response = self.client.request(method, _filled(path, named), params=query, content=sent, headers=headers)
        assert response.is_success, (operation, response.text)
        self._keep(
            operation, described, named, response, media_type, body if content is None else shortened(content.decode())
        )
        return response.json() if _is_json(response) else None

    def _acting(self) -> dict[str, str]:
        by = {"account": self.by.account, "role": self.by.role, "organisation": self.by.organisation}
        return {f"Samverkan-{name}": quote(value) for name, value in by.items()}

    def _keep(self, operation: str, described: Any, named: Any, response: Response, media_type: str, sent: Any) -> None:
        example = self.kept.setdefault(operation, {})
        asked = {p["name"] for p in described.get("parameters", ())}
        shown = {name: COMMON[name] for name in asked & COMMON.keys()} | named
        example["parameters"] = self._same({**shown, **example.get("parameters", {})})
        if sent is not None:
            example.setdefault("request", {}).setdefault(media_type, self._same(sent))
        kind = _kind(response)
        if response.content and str(response.status_code) in described["responses"]:
            self.keep_answer(operation, response.status_code, kind, _read(response))

    def keep_answer(self, operation: str, status: int, media_type: str, answer: Any) -> None:
        """Keep an answer, shortened, unless there is one of its kind."""
        answers = self.kept.setdefault(operation, {"parameters": {}}).setdefault("response", {})
        answers.setdefault(str(status), {}).setdefault(media_type, self._same(shortened(answer)))

    def _same(self, value: Any) -> Any:
        """With stand-ins for what is drawn at random, and for the real time."""
        match value:
            case dict():
                return {self._same(key): self._same(each) for key, each in value.items()}
            case list():
                return [self._same(each) for each in value]
            case str():
                parts = (RANDOM.sub(self._stand_in, each) for each in KEY.split(value))
                text = "".join(f"+{self._stand_in(part)}+" if n % 2 else part for n, part in enumerate(parts))
                return MOMENT.sub(f"{self.clock.moment:%Y-%m-%dT%H:%M:%SZ}", text.replace(*HOOK))
        return value

    def _stand_in(self, found: re.Match[str] | str) -> str:
        """Of the same length and letters, after the order in which they come."""
        text = found if isinstance(found, str) else found[0]
        if text not in self._stand_ins:
            number = str(len(self._stand_ins)).encode()
            drawn = hashlib.sha512(number).hexdigest() * 4
            self._stand_ins[text] = "".join(_alike(old, new) for old, new in zip(text, drawn, strict=False))
        return self._stand_ins[text]


def _alike(old: str, new: str) -> str:
    """A padding as it is, else a hexadecimal digit, which each of these alphabets has."""
    return old if old == "=" else new


def _filled(path: str, named: Mapping[str, Any]) -> str:
    return re.sub(r"\{(\w+)\}", lambda field: quote(str(named[field[1]]), safe=""), path)


def _kind(response: Response) -> str:
    return str(response.headers.get("content-type", "")).partition(";")[0]


def _is_json(response: Response) -> bool:
    return bool(response.content) and _kind(response).endswith(("/json", "+json"))


def _read(response: Response) -> Any:
    """JSON as it is, text as text, of other files the first letters."""
    if _is_json(response):
        return response.json()
    if _kind(response).startswith("text/") or _kind(response).endswith("ndjson"):
        return response.text
    return response.content[:4].decode() + " …"


def shortened(value: Any) -> Any:
    """Long lists and texts are cut, and numbers have six digits."""
    match value:
        case dict():
            return {key: shortened(each) for key, each in value.items()}
        case list() if _is_numbers(value):
            return [shortened(each) for each in value[:MOST_NUMBERS]]
        case list():
            return [shortened(each) for each in value[:MOST]]
        case str():
            return _shorter(value)
        case float():
            return float(f"{value:.6g}")
    return value


def _is_numbers(value: list[Any]) -> bool:
    """Numbers, or places and rings of such."""
    return all(isinstance(each, int | float) or (isinstance(each, list) and _is_numbers(each)) for each in value)


def _shorter(text: str) -> str:
    lines = text.splitlines(keepends=True)
    if len(lines) > MOST_LINES:
        return "".join(lines[:LINES])
    return text if len(text) <= MOST_LETTERS or len(lines) > 1 else text[:MOST_LETTERS].rstrip() + " …"


# A scene of which every command goes over the API


@dataclass
class Told(Scene):
    """A scene whose commands are also carried out by the API, or by the register where the API has none."""

    recording: Recording = None  # type: ignore[assignment]  # fields of a dataclass that follow others need a value

    def and_given(self, *steps: Command | Fact) -> Told:
        """Each command over the API, then here."""
        for step in steps:
            assert isinstance(step, Command)
            self.recording.on(self.today, self.by)
            carried_out(self.recording, step)
            super().and_given(step)
        return self


def carried_out(recording: Recording, command: Command) -> None:
    """By the operation that is made of it, else by the register itself."""
    for resource in RESOURCES:
        if type(command) is resource.create:
            recording.ask(command.NAME, body=_body(command, ()))
            return
        if type(command) in resource.acts:
            recording.ask(
                command.NAME, body=_body(command, resource.keyed or (resource.field,)), **at(resource, command)
            )
            return
    recording.live.ask(command, recording.by)


def at(resource: Resource, command: Command) -> dict[str, Any]:
    """The fields of the path."""
    if resource.keyed:
        return {name: getattr(command, name) for name in resource.keyed}
    return {"key": getattr(command, resource.field)}


def _body(command: Command, without: tuple[str, ...]) -> dict[str, Any]:
    return command.model_dump(mode="json", exclude_none=True, exclude=set(without))
