"""The weekly meeting from the first signal to the minutes, as the coordinator and eight others in the room do it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from docx import Document
from playwright.sync_api import Page, expect

WEEK = "/mote/2023-W09"
SignIn = Callable[[str], Page]


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def options(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Everything that is a form works without JavaScript too."""
    return {"java_script_enabled": request.param}


@pytest.fixture
def site(own_site: str) -> str:
    """Each time on a register of its own: a meeting is held once."""
    return own_site


def test_the_whole_weekly_meeting(signed_in: SignIn) -> None:
    page = signed_in("samordnare")
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Veckomöte v. 9 2023")
    _open_and_attend(page)
    _judge_the_first_signal(page)
    _propose_value_and_prioritise(page)
    _commit_an_action(page)
    _decide(page)
    _close(page)
    _take_the_minutes(page)


def _open_and_attend(page: Page) -> None:
    page.goto(WEEK)
    page.get_by_role("button", name="Öppna mötet").click()
    _told(page, "Mötet är öppnat.")
    page.get_by_label("samordnare (Västerås stad)").check()
    page.get_by_label("kommunpolis (Lokalpolisområde Västerås)").check()
    page.get_by_role("button", name="Anteckna närvaro").click()
    _told(page, "Närvaron är antecknad.")
    expect(page.locator("main")).to_contain_text("samordnare (Västerås stad)")


def _judge_the_first_signal(page: Page) -> None:
    card = page.locator("article, section, div").filter(has=page.get_by_role("button", name="Spara bedömningen")).last
    card.get_by_label("Åtgärd").check()
    card.get_by_label("Skäl").fill("Samma tagg på elva portar; fastighetsägaren bekräftar.")
    card.get_by_role("button", name="Spara bedömningen").click()
    expect(page.get_by_text("Bedömningen är sparad.").first).to_be_visible()


def _propose_value_and_prioritise(page: Page) -> None:
    page.goto("/problem/ny")
    page.get_by_label("Vad är problemet, och var?").fill("Klotter på portar i Centrum")
    page.get_by_label("Beskrivning").fill("Portar och elskåp klottras varje helg längs gågatan.")
    page.get_by_label("Centrum", exact=True).first.check()
    page.get_by_label("Klotter", exact=True).check()
    page.get_by_label("Dokument", exact=True).fill("Felanmälningar av klotter, februari 2023")
    page.get_by_role("button", name="Föreslå problemet").click()
    _told(page, "Problemet är föreslaget.")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Klotter på portar i Centrum")
    page.locator("summary", has_text="Värdera som").click()
    for group in page.locator("fieldset.score").all():
        group.get_by_label("3").check()
    page.get_by_role("button", name="Spara min värdering").click()
    _told(page, "Din värdering är sparad.")
    page.locator("summary", has_text="Prioritera").first.click()
    form = page.locator("form", has=page.get_by_role("button", name="Prioritera problemet"))
    form.get_by_label("Plats i ordningen").fill("9")
    form.get_by_label("Skäl").fill("Det syns, det ökar, och det går att påverka.")
    form.get_by_label("Vad valdes bort?").first.fill("Nedskräpning vid torget")
    form.get_by_label("Varför?").first.fill("Minskar redan.")
    form.get_by_role("button", name="Prioritera problemet").click()
    _told(page, "Problemet är prioriterat.")
    expect(page.locator("main")).to_contain_text("Nedskräpning vid torget")


def _commit_an_action(page: Page) -> None:
    page.locator("summary", has_text="Anta en handlingsplan").click()
    form = page.locator("form", has=page.get_by_role("button", name="Anta planen"))
    form.get_by_label("Syfte").fill("Halvera klottret i Centrum till midsommar.")
    form.get_by_label("Ägare, roll").fill("samordnare")
    form.get_by_label("Ägare, organisation").fill("Västerås stad")
    form.get_by_role("button", name="Anta planen").click()
    _told(page, "Handlingsplanen är antagen.")
    page.locator("summary", has_text="Besluta en åtgärd").click()
    form = page.locator("form", has=page.get_by_role("button", name="Besluta åtgärden"))
    form.get_by_label("Åtgärd", exact=False).first.fill("Sanera inom ett dygn")
    form.get_by_label("Vad ska göras?").fill("Klotter fotograferas och saneras inom ett dygn.")
    form.get_by_label("Ägare, roll").fill("förvaltare")
    form.get_by_label("Ägare, organisation").fill("Mimer")
    form.get_by_label("Klar senast, vecka").select_option("2023-W10")
    form.get_by_label("Planerade timmar").fill("12,5")
    form.get_by_label("Väntad effekt").fill("Färre nya klotter på samma portar.")
    form.get_by_label("Dag för uppföljning").fill("2023-06-01")
    form.get_by_label("Vem följer upp (roll)").fill("samordnare")
    form.get_by_label("Vad mäts?").fill("Anmält klotter per vecka i Centrum.")
    form.get_by_role("button", name="Besluta åtgärden").click()
    _told(page, "Åtgärden är beslutad.")
    expect(page.locator("main")).to_contain_text("Sanera inom ett dygn")
    expect(page.locator("main")).to_contain_text("förvaltare")


def _decide(page: Page) -> None:
    page.goto(WEEK)
    form = page.locator("form", has=page.get_by_role("button", name="Anteckna beslutet"))
    form.get_by_label("Vad ska göras?").fill("Fotpatrull på gågatan fredag och lördag kväll.")
    form.get_by_label("Varför?").fill("Klottret kommer på helgkvällar.")
    form.get_by_label("Ansvarig roll").fill("kommunpolis")
    form.get_by_label("Klart senast").fill("2023-03-07")
    form.get_by_role("button", name="Anteckna beslutet").click()
    _told(page, "Beslutet är antecknat.")
    expect(page.locator("main")).to_contain_text("Fotpatrull på gågatan fredag och lördag kväll.")


def _close(page: Page) -> None:
    page.get_by_role("link", name="Avsluta mötet").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Avsluta veckomötet v. 9 2023")
    page.get_by_role("button", name="Avsluta och lås").click()
    expect(page.locator("main")).to_contain_text("är avslutat")
    expect(page.locator("main")).to_contain_text("Fotpatrull på gågatan fredag och lördag kväll.")


def _told(page: Page, words: str) -> None:
    """What was saved is said in sight; only then does a person go on."""
    expect(page.locator(".flash")).to_contain_text(words)
    expect(page.locator(".flash")).to_be_in_viewport()
    page.wait_for_load_state("networkidle")  # with its fonts, so that nothing moves under the pointer any more


def _take_the_minutes(page: Page) -> None:
    pdf = page.request.get(f"{WEEK}/protokoll.pdf")
    assert (pdf.status, pdf.headers["content-type"], pdf.body()[:5]) == (200, "application/pdf", b"%PDF-")
    docx = page.request.get(f"{WEEK}/protokoll.docx")
    text = "\n".join(
        [paragraph.text for paragraph in Document(io.BytesIO(docx.body())).paragraphs]
        + [cell.text for table in Document(io.BytesIO(docx.body())).tables for row in table.rows for cell in row.cells]
    )
    assert "Fotpatrull på gågatan fredag och lördag kväll." in text
    calendar = page.request.get(f"{WEEK}/kalender.ics").text()
    assert "BEGIN:VCALENDAR" in calendar
    assert "20230307" in calendar


def test_the_whole_way_is_walked_by_keyboard(signed_in: SignIn) -> None:
    page = signed_in("samordnare")
    page.goto(WEEK)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Till innehållet")
    page.keyboard.press("Enter")
    _tab_to(page, "Öppna mötet")
    page.keyboard.press("Enter")
    _told(page, "Mötet är öppnat.")
    _tab_to(page, "samordnare|Västerås stad")
    page.keyboard.press("Space")
    _tab_to(page, "Anteckna närvaro")
    page.keyboard.press("Enter")
    _told(page, "Närvaron är antecknad.")
    _tab_to(page, "act")
    page.keyboard.press("Space")
    _tab_to(page, "reason")
    page.keyboard.type("Fastighetsägaren bekräftar.")
    _tab_to(page, "Spara bedömningen")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Bedömningen är sparad.").first).to_be_visible()
    page.goto(f"{WEEK}#beslut")
    _tab_to(page, "what")
    page.keyboard.type("Fotpatrull på gågatan.")
    _tab_to(page, "reason")
    page.keyboard.type("Klottret kommer på helgkvällar.")
    _tab_to(page, "Anteckna beslutet")
    page.keyboard.press("Enter")
    _told(page, "Beslutet är antecknat.")
    _tab_to(page, "Avsluta mötet …")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Avsluta veckomötet")
    _tab_to(page, "Avsluta och lås")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("är avslutat")


def _tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the focus is on what has that text, value or name; it must be visible, and be reached."""
    page.wait_for_load_state()
    for _ in range(300):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() and wanted in focused.evaluate(
            "e => [e.textContent.trim(), e.value || '', e.name || ''].join('\\n')"
        ).split("\n"):
            expect(focused).to_be_visible()
            return
    raise AssertionError(f"{wanted} is not reached by Tab on {page.url}")
