"""Årsuppföljningen: the years, the book of a year, its files, opening it and adopting it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from adapters.documents.html import document_body
from domain.agreement import Agreement, Party
from domain.review import AdoptReview, OpenReview, Review, review_key
from service.book import standing
from service.book.book import chosen_agreement, title
from service.book.kept import MEDIA_TYPES, books_of, file_name
from service.book.kept import Form as FileForm
from service.pages.forms import Form, new_id, text, whole
from service.pages.looking import day_shown
from service.pages.reader import Reader, reader_of, register_for
from service.pages.rendering import flash, page
from service.pages.translations import translate
from service.pages.tried import Tried, try_form
from service.register import LiveRegister
from service.settings import Settings
from service.views.agreement_view import latest_agreement
from service.views.review_list import review_list

Asking = Request[Any, Any, Any]


def routes(live: LiveRegister, settings: Settings) -> list[HTTPRouteHandler]:
    """The pages, their forms, and the files."""

    @get("/arsuppfoljning", sync_to_thread=True)
    def years(request: Asking, key: FromQuery[str | None] = None) -> Response[str]:
        return _years(request, live, reader_of(request, live), key, Tried())

    @post("/arsuppfoljning/{year:int}/oppna", sync_to_thread=True)
    def open_year(request: Asking, year: FromPath[int], data: URLEncodedBody[dict[str, Any]]) -> Response[Any]:
        reader = reader_of(request, live)
        fault = try_form(live, reader, OpenReview, data, lambda: _opening(live, year, data))
        if fault is not None:
            return _years(request, live, reader, text(data, "agreement"), Tried(f"oppna-{year}", fault))
        flash(request, translate("Året är öppnat för uppföljning.", reader.language))
        return _to_book(year, text(data, "agreement"))

    @get("/arsuppfoljning/{year:int}", sync_to_thread=True)
    def one_year(request: Asking, year: FromPath[int], key: FromQuery[str | None] = None) -> Response[str]:
        return _book(request, live, reader_of(request, live), year, key, Tried())

    @post("/arsuppfoljning/{year:int}/anta", sync_to_thread=True)
    def adopt(request: Asking, year: FromPath[int], data: URLEncodedBody[dict[str, Any]]) -> Response[Any]:
        reader = reader_of(request, live)
        fault = try_form(live, reader, AdoptReview, data, lambda: _adoption(live, reader, year, data))
        if fault is not None:
            return _book(request, live, reader, year, text(data, "agreement"), Tried("anta", fault))
        flash(request, translate("Årsuppföljningen är antagen.", reader.language))
        return _to_book(year, text(data, "agreement"))

    return [years, open_year, one_year, adopt, *_files(live)]


def _files(live: LiveRegister) -> list[HTTPRouteHandler]:
    @get("/arsuppfoljning/{year:int}/pdf", sync_to_thread=True)
    def as_pdf(request: Asking, year: FromPath[int], key: FromQuery[str | None] = None) -> Response[bytes]:
        return _file(live, reader_of(request, live), year, key, "pdf")

    @get("/arsuppfoljning/{year:int}/docx", sync_to_thread=True)
    def as_docx(request: Asking, year: FromPath[int], key: FromQuery[str | None] = None) -> Response[bytes]:
        return _file(live, reader_of(request, live), year, key, "docx")

    return [as_pdf, as_docx]


def _file(live: LiveRegister, reader: Reader, year: int, key: str | None, form: FileForm) -> Response[bytes]:
    made = books_of(live).file(_agreement(live, reader, key), year, reader.language, form, reader.at)
    name = file_name(year, reader.language, form)
    return Response(
        made, media_type=MEDIA_TYPES[form],
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"},
    )  # fmt: skip


def _years(request: Asking, live: LiveRegister, reader: Reader, key: str | None, tried: Tried) -> Response[str]:
    register, on_day = register_for(live, reader), day_shown(request, live, reader)
    wanted = key or latest_agreement(register, on_day)
    if wanted is None:
        return page(request, live, reader, "agreement_none.html")
    rows = review_list(register, wanted, on_day)
    others = [(k, each.title) for k, each in register.states[Agreement.KIND].items() if k != wanted]
    return page(
        request, live, reader, "review_list.html", status=422 if tried.fault else 200, rows=rows, key=wanted,
        agreement=register.find(Agreement, wanted), others=others, tried=tried, form_id=new_id,
        position=register.position, state_of=lambda review: standing.in_short(review, reader.language),
        may_open=reader.may(OpenReview),
    )  # fmt: skip


def _book(
    request: Asking, live: LiveRegister, reader: Reader, year: int, key: str | None, tried: Tried
) -> Response[str]:
    agreement = _agreement(live, reader, key)
    document = books_of(live).document(agreement, year, reader.language, reader.at)
    register = register_for(live, reader)
    review = register.find(Review, review_key(agreement, year))
    party = _party(register.find(Agreement, agreement), reader)
    adopts = bool(review and party and not standing.adoption(review, party) and reader.may(AdoptReview))
    return page(
        request, live, reader, "review_book.html", status=422 if tried.fault else 200, document=document,
        body=document_body(document), year=year, key=agreement, review=review, party=party, may_adopt=adopts,
        tried=tried, form_id=new_id, title=title(year, reader.language),
    )  # fmt: skip


def _agreement(live: LiveRegister, reader: Reader, key: str | None) -> str:
    wanted = chosen_agreement(live, key, reader.at)
    if register_for(live, reader).find(Agreement, wanted) is None:
        raise NotFoundException
    return wanted


def _party(agreement: Agreement | None, reader: Reader) -> Party | None:
    """The party that the reader belongs to."""
    parties = agreement.parties if agreement else ()
    return next((each for each in parties if each.organisation == reader.by.organisation), None)


def _opening(live: LiveRegister, year: int, form: Form) -> Mapping[str, Any]:
    """As known when the page was read, so that a form sent twice says the same; never after now."""
    seen, last = whole(text(form, "as_known_at")), live.now().position
    known = seen if seen is not None and 0 < seen <= last else last
    return {"agreement": text(form, "agreement"), "year": year, "on": live.today(), "as_known_at": known}


def _adoption(live: LiveRegister, reader: Reader, year: int, form: Form) -> Mapping[str, Any]:
    agreement = text(form, "agreement")
    party = _party(live.now().find(Agreement, agreement) if agreement else None, reader)
    lines = (line.strip() for line in (text(form, "proposed_priorities") or "").splitlines())
    return {
        "agreement": agreement,
        "year": year,
        "on": live.today(),
        "party": party.kind if party else None,
        "learnt": text(form, "learnt"),
        "proposed_priorities": tuple(line for line in lines if line),
    }


def _to_book(year: int, agreement: str | None) -> Redirect:
    return Redirect(f"/arsuppfoljning/{year}" + (f"?key={agreement}" if agreement else ""), status_code=303)
