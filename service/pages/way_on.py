"""Where to go on after a sign-in, and what is written down of one."""

from __future__ import annotations

from typing import Any

from litestar import Request

from adapters.access_log import Kind
from service.access import Account
from service.gate import Keepers
from service.register import LiveRegister

LONGEST = 2000
"""Characters of a path to go on to: it is kept with a sign-in that may never be finished."""


def inside(path: str | None) -> str:
    """A path on this site; anything that could lead elsewhere becomes the first page."""
    there = path or "/"
    if len(there) > LONGEST:
        return "/"
    # browsers leave control characters out of an address, so that one could hide the second slash
    return there if there.startswith("/") and not there.startswith(("//", "/\\")) and there.isprintable() else "/"


def first_page(account: Account, to: str) -> str:
    """Where somebody was going; who only reports begins with a report."""
    return "/rapportera" if to == "/" and account.grade == "reporter" else to


def note(
    request: Request[Any, Any, Any], live: LiveRegister, keepers: Keepers, kind: Kind, account: str, what: str
) -> None:
    """Write a line in the access log."""
    keepers.log.note(kind, account, what, address_of(request), live.clock())


def address_of(request: Request[Any, Any, Any]) -> str:
    """Where a request comes from; behind a trusted proxy, what that says."""
    return request.client.host if request.client else ""
