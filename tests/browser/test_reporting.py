"""A report from a small phone, and what is said before a personal number could be stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watched

SignIn = Callable[[str], Page]


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def options(request: pytest.FixtureRequest) -> dict[str, Any]:
    """A phone of 320 pixels."""
    return {
        "viewport": {"width": 320, "height": 640},
        "is_mobile": True,
        "has_touch": True,
        "java_script_enabled": request.param,
    }


def test_a_report_from_a_phone(signed_in: SignIn, watched: Watched) -> None:
    page = signed_in("rapportor")
    page.goto("/rapportera")
    _fill(page, "Lampan i gångtunneln är trasig. Ring 19850414-4547.")
    watched.expected.add(422)
    page.get_by_role("button", name="Skicka rapporten").click()
    expect(page.get_by_role("alert")).to_contain_text("Inget är sparat ännu")
    expect(page.locator("main")).to_contain_text("personnummer")
    page.get_by_label("Vad har hänt?").fill("Lampan i gångtunneln är trasig sedan i måndags.")
    page.get_by_role("button", name="Skicka rapporten").click()
    expect(page.locator("main")).to_contain_text("Lampan i gångtunneln är trasig sedan i måndags.")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.goto("/rapportera/mina")
    expect(page.locator("main")).to_contain_text("Lampan i gångtunneln är trasig sedan i måndags.")


def _fill(page: Page, text: str) -> None:
    page.get_by_label("En otrygg plats").tap()
    page.get_by_label("Område").select_option(label="Hammarby")
    page.get_by_label("Plats", exact=True).fill("gångtunneln vid skolan")
    page.get_by_label("Kategori").select_option(label="Otrygg, mörk eller ödslig plats")
    page.locator("input[type=date]").fill("2023-02-27")
    page.get_by_label("Vad har hänt?").fill(text)
