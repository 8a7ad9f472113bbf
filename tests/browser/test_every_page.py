"""Every page, on a laptop and a phone, in both languages: WCAG 2.1 AA by axe, no sideways scrolling, no complaint."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from adapters.event_store import open_store
from adapters.tables import Tables
from domain.action import Action
from domain.problem import Problem
from domain.promise import Promise
from domain.signal import Signal
from service.register import LiveRegister
from tests.browser.conftest import Watched

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
PATHS = (
    "/mote", "/mote/2023-W09", "/mote/2020-W46", "/mote/2020-W52", "/lagesbild", "/omrade/centrum",
    "/omrade/centrum?category=klotter", "/problem", "/problem/ny", "/atgarder", "/loften", "/kedjan", "/rapportera",
    "/granska", "/import", "/historik", "/jamfor", "/jamfor?a=2021-12-31&b=2022-06-30", "/radering",
    "/overenskommelse", "/overlamning", "/lagen", "/installningar", "/konto", "/hjalp",
    "/arsuppfoljning", "/arsuppfoljning/2021", "/tillganglighet", "/finns-inte",
)  # fmt: skip


@pytest.fixture(scope="module")
def paths(demonstration: Path) -> tuple[str, ...]:
    """The fixed pages, and one of each kind that has a key."""
    store = open_store(f"sqlite:///{demonstration}")
    register = LiveRegister(store, Tables(store)).now()
    store.close()
    kinds = (("signal", Signal), ("problem", Problem), ("atgarder", Action), ("loften", Promise))
    return (*PATHS, *(f"/{path}/{next(reversed(register.states[kind.KIND]))}" for path, kind in kinds))


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("locale", ["sv-SE", "en-GB"])
def test_every_page_is_sound(browser: Browser, site: str, paths: tuple[str, ...], width: int, locale: str) -> None:
    with watched_page(browser, site, width, locale) as (page, watched):
        faults: list[str] = []
        page.goto("/logga-in")
        faults += _faults(page, "/logga-in", width)
        page.locator("button[value=samordnare]").click()
        for path in paths:
            page.goto(path)
            faults += _faults(page, path, width)
        assert faults == []
        assert watched.complaints == []


@contextmanager
def watched_page(browser: Browser, site: str, width: int, locale: str) -> Iterator[tuple[Page, Watched]]:
    """A page of its own width and language."""
    context = browser.new_context(base_url=site, locale=locale, viewport={"width": width, "height": 900})
    watched = Watched()
    watched.expected.add(404)  # the page that is not there
    context.on("console", watched.console)
    context.on("response", watched.answered)
    yield context.new_page(), watched
    context.close()


def _faults(page: Page, path: str, width: int) -> Iterator[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    for each in found:
        yield f"{path}: {each['id']} ({len(each['nodes'])}): {each['nodes'][0]['html'][:200]}"
    if (needs := page.evaluate("document.documentElement.scrollWidth")) > width:
        yield f"{path}: is {needs} wide"
    if page.locator("h1").count() != 1:
        yield f"{path}: has {page.locator('h1').count()} main headings"
