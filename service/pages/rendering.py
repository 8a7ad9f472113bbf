"""Templates become pages: one environment a language, with the filters that write days, weeks, numbers and roles."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request, Response
from litestar.enums import MediaType
from litestar.template.base import csrf_token

from domain.catalogue import Source
from domain.register import Register
from service.pages.reader import Reader
from service.pages.translations import translations
from service.register import HERE, LiveRegister
from service.wording import Language, day, grouped, in_english, in_swedish, period, short, short_week

HERE_FOLDER = Path(__file__).parent
STATIC = HERE_FOLDER / "static"
Context = Mapping[str, Any]


def page(
    request: Request[Any, Any, Any], live: LiveRegister, reader: Reader | None, template: str, /, *,
    status: int = 200, language: Language | None = None, **context: Any,
) -> Response[str]:  # fmt: skip
    """A template rendered for a reader. The layout needs nothing but what is given here."""
    spoken: Language = language or (reader.language if reader else "sv")
    made = environment(spoken).get_template(template).render(
        reader=reader,
        path=request.url.path,
        at=reader.at if reader else None,
        language=spoken,
        today=live.today(),
        csrf=csrf_token({"request": request}),
        flash=request.session.pop("flash", None) if reader else None,
        synthetic=is_synthetic(live.now()),
        has_sign_in=request.app.state.settings.has_sign_in,
        link=_linker(reader),
        other_language=_other_language(request, spoken),
        **context,
    )  # fmt: skip
    return Response(made, status_code=status, media_type=MediaType.HTML)


def flash(request: Request[Any, Any, Any], sentence: str) -> None:
    """Say something on the next page: what was saved."""
    request.session["flash"] = sentence


def is_synthetic(register: Register) -> bool:
    """Whether anything shown may be made up: then every page says so."""
    return any(source.synthetic for source in register.every(Source))


def _linker(reader: Reader | None) -> Callable[..., str]:
    """link('/path', key=value): a path with its query, which keeps the moment that is looked at."""

    def link(path: str, **query: object) -> str:
        given = {name: value for name, value in query.items() if value is not None}
        if reader is not None and reader.at is not None and "as_of" not in query:
            given["as_of"] = reader.at
        return f"{path}?{urlencode(given, doseq=True)}" if given else path

    return link


def _other_language(request: Request[Any, Any, Any], spoken: Language) -> str:
    to = "en" if spoken == "sv" else "sv"
    query = f"?{request.url.query}" if request.url.query else ""
    back = f"{request.url.path}{query}" if request.method == "GET" else "/"
    return f"/sprak/{to}?{urlencode({'till': back})}"


@cache
def environment(language: Language) -> Environment:
    """The templates in one language."""
    made = Environment(
        loader=FileSystemLoader(HERE_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    made.filters.update(
        day=lambda on: day(on, language),
        short_day=lambda on: _short_day(on, language),
        clock=lambda moment: f"{moment.astimezone(HERE):%H:%M}",
        week=lambda key: period(key, language),
        short_week=lambda key: short_week(key, language),
        number=lambda value: number(value, language),
        written=lambda value: written(value, language),
        share=lambda value: share(value, language),
        word=in_english if language == "en" else in_swedish,
        said=lambda sentence: sentence.en if language == "en" else sentence.sv,
        short=short,
    )
    made.globals.update(static=static, language=language)
    return made


def number(value: float | None, language: Language) -> str:
    """At most one decimal, thousands apart; a dash where there is none."""
    return "–" if value is None else grouped(value, language)


def written(value: float, language: Language) -> str:
    """A number as it stands in a field to be changed: nothing is rounded off, and no mark between thousands."""
    plain = f"{value:.6f}".rstrip("0").rstrip(".")
    return plain.replace(".", ",") if language == "sv" else plain


def share(value: float | None, language: Language) -> str:
    """A share of 1 as per cent, without decimals."""
    space = "\N{NO-BREAK SPACE}" if language == "sv" else ""
    return "–" if value is None else f"{round(100 * value)}{space}%"


def _short_day(on: date | datetime, language: Language) -> str:
    at = on.astimezone(HERE).date() if isinstance(on, datetime) else on
    months = "jan feb mars apr maj juni juli aug sep okt nov dec" if language == "sv" else (
        "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
    )  # fmt: skip
    return f"{at.day} {months.split()[at.month - 1]} {at.year}"


@lru_cache(maxsize=64)
def static(name: str) -> str:
    """The address of a file that is served as it is; it changes with the file, so that browsers may keep it."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"
