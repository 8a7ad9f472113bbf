"""Signing in with the organisation's account in a browser, at a provider that others have written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import LAPTOP, Watched
from tests.postgres import free_port
from tests.test_serving import ROOT, answer

RULES = [
    {"claim": "groups", "value": "samverkan-samordnare", "grade": "coordinator", "party": "municipality",
     "role": "samordnare", "organisation": "Västerås stad"},
    {"claim": "groups", "value": "samverkan-admin", "grade": "administrator", "party": "municipality",
     "role": "administratör", "organisation": "Västerås stad"},
]  # fmt: skip
PEOPLE = [
    {"sub": "s-1", "name": "Åsa Öberg", "email": "asa@example.se", "email_verified": True,
     "groups": ["samverkan-samordnare"]},
    {"sub": "s-2", "name": "Bo Ek", "email": "bo@example.se", "groups": ["alla"]},
    {"sub": "s-3", "name": "Eva Alm", "email": "eva@example.se", "groups": ["samverkan-admin"]},
]  # fmt: skip
BUTTON = "Logga in med organisationens konto"
NewContext = Callable[..., BrowserContext]


@contextmanager
def run(log: Path, module: str, *arguments: str, **environment: str) -> Iterator[None]:
    """A program of its own, stopped afterwards."""
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments], cwd=ROOT, env=os.environ | environment, stdout=file, stderr=file
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The provider's address."""
    port = free_port()
    people = [argument for person in PEOPLE for argument in ("--user-claims", json.dumps(person))]
    log = tmp_path_factory.mktemp("provider") / "log"
    with run(log, "oidc_provider_mock", "--port", str(port), *people):
        address = f"http://127.0.0.1:{port}"
        answer(f"{address}/.well-known/openid-configuration", 60)
        yield address


@contextmanager
def served(folder: Path, provider: str, **environment: str) -> Iterator[str]:
    """A server over a new register, with the provider's sign-in."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    (folder / "roles.json").write_text(json.dumps(RULES))
    settings = {
        "DATABASE": f"sqlite:///{folder}/r.db", "PUBLIC_URL": address, "OIDC_ISSUER": provider,
        "OIDC_CLIENT_ID": "samverkan", "OIDC_CLIENT_SECRET": "hemligt", "OIDC_ROLES": str(folder / "roles.json"),
        "ENVIRONMENT": "production",
    } | environment  # fmt: skip
    given = {f"SAMVERKAN_{name}": value for name, value in settings.items()}
    with run(folder / "server.log", "service.cli", "serve", "--port", str(port), **given):
        answer(f"{address}/health", 60)
        yield address


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("organisation")


@pytest.fixture(scope="module")
def site(folder: Path, provider: str) -> Iterator[str]:
    with served(folder, provider) as address:
        yield address


@pytest.fixture
def options() -> dict[str, Any]:
    return LAPTOP


def at_the_provider(page: Page, to: str = "/konto") -> None:
    """Go somewhere, be asked to sign in, and be sent on to the provider."""
    page.goto(to)
    page.get_by_role("button", name=BUTTON).click()
    expect(page.get_by_role("heading", name="Authorize Client")).to_be_visible()


def sign_in(page: Page, subject: str, to: str = "/konto") -> None:
    at_the_provider(page, to)
    page.get_by_role("button", name=subject, exact=True).first.click()


def number_of(context: BrowserContext) -> str:
    """The browser's number."""
    (found,) = [cookie for cookie in context.cookies() if cookie["name"] == "samverkan-session"]
    assert found["httpOnly"]
    assert found["sameSite"] == "Lax"
    return found["value"]


def test_who_has_a_role_comes_in_where_he_was_going_and_out_again(
    page: Page, context: BrowserContext, watched: Watched
) -> None:
    at_the_provider(page, "/konto")
    before = number_of(context)
    page.get_by_role("button", name="s-1", exact=True).first.click()
    page.wait_for_url("**/konto")
    main = page.locator("main")
    for words in ("Åsa Öberg", "samordnare, Västerås stad", "leder mötet och beslutar", "asa@example.se"):
        expect(main).to_contain_text(words)
    assert number_of(context) != before
    page.get_by_role("button", name="Logga ut", exact=True).click()
    expect(page.get_by_role("button", name=BUTTON)).to_be_visible()
    page.goto("/konto")
    expect(page.get_by_role("button", name=BUTTON)).to_be_visible()


def test_who_has_no_role_is_told_so_and_stays_outside(page: Page, watched: Watched) -> None:
    watched.expected.add(403)
    sign_in(page, "s-2")
    expect(page.get_by_role("alert")).to_contain_text("ingen roll i Samverkan är kopplad till dig")
    page.goto("/konto")
    expect(page.get_by_role("button", name=BUTTON)).to_be_visible()


def test_who_declines_at_the_provider_is_told_so(page: Page, watched: Watched) -> None:
    watched.expected.add(403)
    at_the_provider(page)
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_role("alert")).to_contain_text("avbröts hos inloggningstjänsten")


def test_an_answer_with_another_state_lets_nobody_in_and_uses_the_sign_in_up(page: Page, watched: Watched) -> None:
    watched.expected.add(403)
    at_the_provider(page)
    address = page.url
    page.goto("/logga-in/svar?code=stolen&state=forged")
    expect(page.get_by_role("alert")).to_contain_text("hör inte till den inloggning som du började")
    page.goto(address)
    page.get_by_role("button", name="s-1", exact=True).first.click()
    expect(page.get_by_role("alert")).to_contain_text("tog för lång tid, eller började i en annan webbläsare")


def test_a_forged_answer_leaves_who_is_signed_in_as_he_is(page: Page, watched: Watched) -> None:
    watched.expected.add(403)
    sign_in(page, "s-1")
    expect(page.locator("main")).to_contain_text("Åsa Öberg")
    page.goto("/logga-in/svar?code=another&state=forged")
    expect(page.get_by_role("alert")).to_be_visible()
    page.goto("/konto")
    expect(page.locator("main")).to_contain_text("Åsa Öberg")


def test_out_everywhere_reaches_the_other_browser(
    page: Page, site: str, new_context: NewContext, watched: Watched
) -> None:
    other = new_context(base_url=site, **LAPTOP).new_page()
    for each in (page, other):
        sign_in(each, "s-1")
        expect(each.locator("main")).to_contain_text("Åsa Öberg")
    page.get_by_role("button", name="Logga ut överallt").click()
    expect(page.get_by_role("button", name=BUTTON)).to_be_visible()
    other.goto("/konto")
    expect(other.get_by_role("button", name=BUTTON)).to_be_visible()


def test_the_administrator_sees_who_came_and_a_closed_account_is_out_at_once(
    page: Page, site: str, new_context: NewContext, watched: Watched
) -> None:
    watched.expected.add(403)
    other = new_context(base_url=site, **LAPTOP).new_page()
    sign_in(other, "s-1")
    expect(other.locator("main")).to_contain_text("Åsa Öberg")
    sign_in(page, "s-3", "/atkomst")
    expect(page.locator("main")).to_contain_text("Loggade in")
    page.get_by_role("link", name="Åsa Öberg").click()
    page.get_by_role("button", name="Stäng kontot").click()
    expect(page.locator("main")).to_contain_text("Kontot är stängt")
    other.goto("/konto")
    other.get_by_role("button", name=BUTTON).click()
    other.get_by_role("button", name="s-1", exact=True).first.click()
    expect(other.get_by_role("alert")).to_contain_text("Ditt konto är stängt")
    page.get_by_role("link", name="Åsa Öberg").click()
    page.get_by_role("button", name="Öppna kontot igen").click()
    expect(page.locator("main")).to_contain_text("Kontot är öppet igen")


def test_a_token_that_has_ended_lets_nobody_in(tmp_path: Path, provider: str, new_context: NewContext) -> None:
    later = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    with served(tmp_path, provider, ENVIRONMENT="development", STARTS_AT=later) as address:
        context = new_context(base_url=address, **LAPTOP)
        page = context.new_page()
        sign_in(page, "s-1")
        expect(page.get_by_role("alert")).to_contain_text("tog för lång tid och gäller inte längre")
        context.close()


def test_nothing_of_a_token_or_a_person_is_logged(page: Page, site: str, folder: Path) -> None:
    sign_in(page, "s-1")
    expect(page.locator("main")).to_contain_text("Åsa Öberg")
    logged = (folder / "server.log").read_text()
    assert "/logga-in/svar" in logged
    for secret in ("eyJ", "code=", "state=", "Öberg", "\\u00d6berg", "example.se", "hemligt"):
        assert secret not in logged
