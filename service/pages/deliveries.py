"""What was sent and what was not, on a page for whoever answers for it: dead letters are tried again from here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from adapters.outbox import Standing
from service.office import Office
from service.pages.forms import new_id
from service.pages.reader import reader_who_may
from service.pages.rendering import flash, page
from service.pages.translations import translate
from service.register import LiveRegister
from service.settings import Settings
from service.views.deliveries import deliveries, try_again

Asking = Request[Any, Any, Any]
SHOWN: Mapping[str, Standing] = {"vantar": "waiting", "skickade": "sent", "misslyckade": "dead"}


def routes(live: LiveRegister, settings: Settings, office: Office) -> list[HTTPRouteHandler]:
    """The list, and the button beside each dead letter."""

    @get("/utskick", sync_to_thread=True)
    def listed(request: Asking, visa: FromQuery[str | None] = None) -> Response[str]:
        reader = reader_who_may(request, live, "list_deliveries")
        standing = SHOWN.get(visa or "")
        return page(
            request, live, reader, "deliveries.html", told=deliveries(live, office, standing), standing=standing,
            new_id=new_id, sends=bool(settings.mail_server),
        )  # fmt: skip

    @post("/utskick/{key:str}/igen", sync_to_thread=True)
    def again(request: Asking, key: FromPath[str]) -> Redirect:
        reader = reader_who_may(request, live, "retry-delivery")
        try_again(live, office, key)
        flash(request, translate("Försöks igen. Det kan dröja någon minut.", reader.language))
        return Redirect("/utskick", status_code=303)

    return [listed, again]
