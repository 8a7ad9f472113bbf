"""From this week to week 46 of 2020 and back, by the links that a person would take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

SignIn = Callable[[str], Page]


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def options(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Links need no JavaScript."""
    return {"java_script_enabled": request.param}


def test_a_walk_to_week_46_of_2020_and_back(signed_in: SignIn) -> None:
    page = signed_in("lasare")
    page.goto("/mote")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Veckomöte v. 9 2023")
    weeks = 0
    while not heading.inner_text().endswith("v. 46 2020"):
        page.locator("a[rel=prev]").click()
        page.wait_for_load_state()
        weeks += 1
        assert weeks < 130
    assert weeks == 120  # 2020 has a week 53
    expect(page.locator("main")).to_contain_text("som det var känt när mötet slutade")
    page.locator("a[rel=next]").click()
    expect(heading).to_have_text("Veckomöte v. 47 2020")
    page.get_by_role("link", name="Till denna vecka").click()
    expect(heading).to_have_text("Veckomöte v. 9 2023")
