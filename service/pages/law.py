"""The law check: section by section what the register shows of lag (2023:196), and what is lacking."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery

from domain.agreement import Agreement
from service.pages.looking import day_shown
from service.pages.reader import reader_of, register_for
from service.pages.rendering import page
from service.register import LiveRegister
from service.settings import Settings
from service.views.agreement_view import latest_agreement
from service.views.law_check import VERDICTS, law_check
from service.views.law_facts import Evidence, Kind

_PATHS: Mapping[Kind, Callable[[str], tuple[str, dict[str, str]]]] = {
    "agreement": lambda key: ("/overenskommelse", {"key": key}),
    "picture": lambda _: ("/lagesbild", {}),
    "source": lambda key: ("/lagesbild", {"source": key}),
    "reports": lambda _: ("/granska", {}),
    "problem": lambda key: (f"/problem/{key}", {}),
    "action": lambda key: (f"/atgarder/{key}", {}),
    "promise": lambda key: (f"/loften/{key}", {}),
    "meeting": lambda key: (f"/mote/{key}", {}),
    "review": lambda key: (f"/arsuppfoljning/{key}", {}),
}


def routes(live: LiveRegister, settings: Settings) -> list[HTTPRouteHandler]:
    """One page (?key= another agreement than the latest)."""

    @get("/lagen", sync_to_thread=True)
    def law_page(request: Request[Any, Any, Any], key: FromQuery[str | None] = None) -> Response[str]:
        reader = reader_of(request, live)
        register, on_day = register_for(live, reader), day_shown(request, live, reader)
        wanted = key or latest_agreement(register, on_day)
        if wanted is None:
            return page(request, live, reader, "agreement_none.html")
        agreements: Mapping[str, Agreement] = register.states[Agreement.KIND]
        return page(
            request, live, reader, "law.html", view=law_check(register, wanted, on_day), verdicts=VERDICTS,
            found_at=found_at, others=[(each, one) for each, one in agreements.items() if each != wanted],
        )  # fmt: skip

    return [law_page]


def found_at(evidence: Evidence, agreement: str) -> tuple[str, dict[str, str]]:
    """The page where a piece of evidence is found: its path and query. A review also needs its agreement."""
    path, query = _PATHS[evidence.kind](evidence.key)
    return path, {**query, "key": agreement} if evidence.kind == "review" else query
