"""A file with three faulty rows: from the upload over the preview to the undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

SignIn = Callable[[str], Page]
FILE = """Ärende;Område;Brott;Datum
T-1;Bäckby;Klotter;2023-02-20
T-2;Bäkby;Klotter;2023-02-21
T-3;Råby;Kloter;2023-02-21
T-4;Centrum;Cykelstöld;2023-02-30
T-5;Centrum;Cykelstöld;2023-02-22
"""


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def options(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Everything that is a form works without JavaScript too."""
    return {"java_script_enabled": request.param}


@pytest.fixture
def site(own_site: str) -> str:
    """Each time on a register of its own: a file is taken in once."""
    return own_site


def test_a_file_with_three_faulty_rows(signed_in: SignIn) -> None:
    page = signed_in("samordnare")
    page.goto("/import")
    page.get_by_label("Källa").select_option("polisens-utdrag")
    page.get_by_label("Fil", exact=True).set_input_files(
        {"name": "vecka8.csv", "mimeType": "text/csv", "buffer": FILE.encode()}
    )
    page.get_by_role("button", name="Fortsätt till kolumnerna").click()
    page.get_by_role("button", name="Prova filen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Så här skulle filen läsas in")
    main = page.locator("main")
    expect(main).to_contain_text("Bäkby")
    expect(main).to_contain_text("Menade du ”Bäckby”?")
    expect(main).to_contain_text("Menade du ”Klotter”?")
    expect(main).to_contain_text("2023-02-30")
    page.get_by_label("Läs bara in de 2").check()
    page.get_by_role("button", name="Läs in", exact=True).click()
    expect(main).to_contain_text("vecka8.csv")
    expect(main).to_contain_text("2")
    page.get_by_label("Varför?").fill("Fel fil.")
    page.get_by_role("button", name="Ångra inläsningen").click()
    expect(main).to_contain_text("Återkallad")
