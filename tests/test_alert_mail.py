"""The mails: text and HTML that say the same, with pictures inside, and the same bytes every time."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any
from urllib.parse import unquote

import pytest

from domain.catalogue import District, ReviseDivision
from domain.run import Skipped
from domain.signal import Sentence, signal_key
from service.alerts.chart import SHOWN, as_png, pictures
from service.alerts.digest import Digest, digest
from service.alerts.mail import digest_mail, reminder_mail
from service.alerts.reminders import reminders
from service.register import LiveRegister
from tests.alerted import ANNA, SURGES, WEEK, assessed, ran, scene, worked_on
from tests.plausible import BY, DIVISION, TABLE

BASE = "https://samverkan.example.se"
END = f"{BASE}/prenumeration/avsluta/0123456789abcdef0123456789abcdef/{'abcdefghij' * 4}xyz"
HEAD: Mapping[str, Any] = {
    "to": "anna@example.se", "sender": "Samverkan Västerås <samverkan@example.se>",
    "message_id": "<digest.2026-w08.s1@samverkan.example.se>", "unsubscribe": END,
    "date": datetime(2026, 2, 23, 6, tzinfo=UTC), "base_url": BASE,
}  # fmt: skip
SILENT = Skipped(
    source="est-rapporter", rule="feed-halted", sentence=Sentence(sv="Flödet har stannat.", en="The feed has halted.")
)


class Page(HTMLParser):
    """What a mail's HTML holds: its tags with their attributes, and the texts within its body."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember it."""
        self.tags.append((tag, dict(attrs)))
        self._inside |= tag == "body"

    def handle_data(self, data: str) -> None:
        """Add it, if it is seen."""
        if self._inside and data.strip(" \n·"):
            self.texts.append(" ".join(data.split()))

    def all(self, name: str) -> list[dict[str, str | None]]:
        """The attributes of each such tag."""
        return [attributes for tag, attributes in self.tags if tag == name]


@pytest.fixture
def live(fresh_sqlite: str) -> Iterator[LiveRegister]:
    made, _ = scene(fresh_sqlite)
    yield made
    made.close()


@pytest.fixture
def told(live: LiveRegister) -> Digest:
    """Two signals, work on one of them, and a source that was silent."""
    worked_on(live)
    key, gsn = ran(live, assessed(SURGES, synthetic=True), SILENT)
    return digest(live, key, ANNA, gsn)


def received(mail: EmailMessage) -> EmailMessage:
    """As whoever gets it reads it."""
    found = message_from_bytes(mail.as_bytes(), policy=policy.default)
    assert isinstance(found, EmailMessage)
    assert not [part for part in found.walk() if part.defects]
    return found


def body(mail: EmailMessage, kind: str) -> str:
    """Its text or HTML."""
    found = mail.get_body((kind,))
    assert found is not None
    return str(found.get_content())


def flat(text: str) -> str:
    """Every blank a single one."""
    return " ".join(text.split())


def in_english(told: Digest) -> Digest:
    """For a subscriber who reads English."""
    return replace(told, subscription=replace(told.subscription, language="en"))


def test_a_mail_is_read_back_as_text_html_and_a_picture_for_each_signal(told: Digest) -> None:
    mail = received(digest_mail(told, pictures(told), **HEAD))
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png", "image/png",
    ]  # fmt: skip
    ids = {f"cid:{str(part['Content-ID']).strip('<>')}" for part in mail.walk() if part["Content-ID"]}
    assert {image["src"] for image in Page(body(mail, "html")).all("img")} == ids
    assert len(ids) == 2


def test_the_head_says_who_what_when_and_how_to_end_it(told: Digest) -> None:
    mail = received(digest_mail(told, {}, **HEAD))
    assert {name: str(mail[name]) for name in mail if not name.startswith(("Content-Type", "MIME"))} == {
        "From": "Samverkan Västerås <samverkan@example.se>",
        "To": "anna@example.se",
        "Subject": "Veckans läge v. 8: 2 områden avviker – Raby och Centrum (påhittade uppgifter)",
        "Date": "Mon, 23 Feb 2026 06:00:00 +0000",
        "Message-ID": "<digest.2026-w08.s1@samverkan.example.se>",
        "List-Unsubscribe": f"<{END}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "sv",
    }


@pytest.mark.parametrize("how", [policy.SMTP, policy.SMTP.clone(cte_type="7bit")])
def test_the_address_that_ends_it_stays_whole_on_its_line_and_no_other_line_is_too_long(
    told: Digest, how: policy.EmailPolicy
) -> None:
    made = digest_mail(told, pictures(told), **HEAD)
    content = made.as_bytes(policy=made.policy.clone(linesep=how.linesep, cte_type=how.cte_type))
    assert f"List-Unsubscribe: <{END}>\r\n".encode() in content
    others = [line for line in content.split(b"\r\n") if not line.startswith(b"List-Unsubscribe:")]
    assert max(map(len, others)) <= 78
    assert content.isascii()


@pytest.mark.parametrize("language", ["sv", "en"])
def test_two_renderings_give_the_same_bytes(live: LiveRegister, language: str) -> None:
    key, gsn = ran(live, assessed(SURGES))
    made = []
    for _ in range(2):
        found = digest(live, key, replace(ANNA, language=language), gsn)  # type: ignore[arg-type]  # sv or en
        made.append(digest_mail(found, pictures(found), **HEAD).as_bytes())
        as_png.cache_clear()
    assert made[0] == made[1]


def test_nothing_is_fetched_from_elsewhere_and_every_picture_says_what_it_shows(told: Digest) -> None:
    html = body(received(digest_mail(told, pictures(told), **HEAD)), "html")
    page = Page(html)
    assert not {"link", "script", "style", "iframe", "object", "video", "base"} & {tag for tag, _ in page.tags}
    assert "url(" not in html
    assert "@import" not in html
    for _, attributes in page.tags:
        assert not {"background", "srcset", "poster", "data"} & attributes.keys()
        assert (attributes.get("src") or "cid:").startswith("cid:")
    assert all((link["href"] or "").startswith(f"{BASE}/") for link in page.all("a"))
    assert [image["alt"] for image in page.all("img")] == [
        "Diagram: Skadegorelse, Raby, 21 perioder till och med v. 8 2026. Senast 19 mot 3 väntade; som mest 3 "
        "dessförinnan.",
        "Diagram: Stold, Centrum, 21 perioder till och med v. 8 2026. Senast 12 mot 3 väntade; som mest 3 "
        "dessförinnan.",
    ]


def test_a_reader_who_listens_is_told_the_language_and_the_order_of_headings(told: Digest) -> None:
    for found, language in ((told, "sv"), (in_english(told), "en")):
        page = Page(body(received(digest_mail(found, pictures(found), **HEAD)), "html"))
        assert page.all("html")[0]["lang"] == language
        levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
        tables = page.all("table")
        assert all(table.get("role") == "presentation" or table.get("aria-label") for table in tables)
        assert all(head.get("scope") == "row" for head in page.all("th"))


def test_every_colour_can_be_told_from_what_is_behind_it(told: Digest) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1. Each text is told its own colour, and what is behind it stands around it."""
    html = body(received(digest_mail(told, pictures(told), **HEAD)), "html")
    inks = {"#17324d", "#0a5496", "#3b4c5d"}
    assert set(re.findall(r"(?<![-a-z])color:(#[0-9a-f]{6})", html)) == {*inks, "#3d3000", "#ffffff"}
    papers = {"#ffffff", "#f4f7fa", "#eef1f4"}
    assert set(re.findall(r"background-color:(#[0-9a-f]{6})", html)) == {*papers, "#fff8e1", "#0a5496"}
    pairs = [*((ink, paper) for ink in inks for paper in papers), ("#3d3000", "#fff8e1"), ("#ffffff", "#0a5496")]
    assert min(_contrast(*pair) for pair in pairs) >= 4.5


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_light(one), _light(other)))
    return (high + 0.05) / (low + 0.05)


def _light(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("pictured", [True, False])
@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_text_says_all_that_the_html_says(told: Digest, language: str, *, pictured: bool) -> None:
    found = told if language == "sv" else in_english(told)
    mail = received(digest_mail(found, pictures(found) if pictured else {}, **HEAD))
    text, page = flat(body(mail, "plain")), Page(body(mail, "html"))
    assert len(page.texts) > 30
    assert [part for part in page.texts if part not in text] == []
    assert [link["href"] for link in page.all("a") if (link["href"] or "") not in text] == []
    assert [image["alt"] for image in page.all("img") if flat(image["alt"] or "") not in text] == []


def test_each_signal_has_a_link_to_where_it_is_judged_and_the_foot_leads_to_the_subscription(told: Digest) -> None:
    links = [str(link["href"]) for link in Page(body(received(digest_mail(told, {}, **HEAD)), "html")).all("a")]
    for district, category in SURGES:
        assert f"/signal/{signal_key(TABLE, WEEK, district, category)}" in [
            unquote(each)[len(BASE) :] for each in links
        ]
    assert f"{BASE}/atgarder/laga" in links
    assert links[-3:] == [f"{BASE}/mote/2026-W09", f"{BASE}/prenumeration", END]


def test_names_that_look_like_markup_or_break_lines_do_no_harm(live: LiveRegister) -> None:
    wild = District(key="raby", name='<img src="http://fiende.example/x.png">\r\nBcc: alla@example.se')
    live.ask(ReviseDivision(division=DIVISION, on=live.today(), reason="Fel", districts=(wild,)), BY)
    key, gsn = ran(live, assessed(SURGES))
    found = digest(live, key, ANNA, gsn)
    mail = received(digest_mail(found, pictures(found), **HEAD))
    assert mail["Bcc"] is None
    assert "fiende" in mail["Subject"]
    assert [image["src"] for image in Page(body(mail, "html")).all("img") if "fiende" in str(image["src"])] == []


def test_a_picture_is_wide_enough_for_sharp_screens(told: Digest) -> None:
    for picture in pictures(told).values():
        assert picture.startswith(b"\x89PNG\r\n\x1a\n")
        assert struct.unpack(">I", picture[16:20])[0] == 2 * SHOWN
        assert len(picture) < 120_000


def test_reminders_are_a_mail_too_in_either_language(live: LiveRegister) -> None:
    ran(live, assessed(SURGES))
    worked_on(live, due=date(2026, 3, 1))
    found = reminders(live, live.now(), date(2026, 3, 3), ANNA)
    swedish, english = (
        received(reminder_mail(found, replace(ANNA, language=language), **HEAD)) for language in ("sv", "en")
    )
    assert swedish["Subject"] == "Påminnelse: 2 signaler att bedöma och 1 åtgärd (1 försenad)"
    assert english["Subject"] == "Reminder: 2 signals to judge and 1 action (1 late)"
    assert english["Content-Language"] == "en"
    assert f"{BASE}/atgarder/laga" in body(swedish, "plain")
    links = [link["href"] for link in Page(body(english, "html")).all("a")]
    assert f"{BASE}/atgarder/laga" in links
    assert links[-2:] == [f"{BASE}/prenumeration", END]
    assert reminder_mail(found, ANNA, **HEAD).as_bytes() == reminder_mail(found, ANNA, **HEAD).as_bytes()


def test_mails_are_written_without_the_statistics() -> None:
    asked = "import sys, service.alerts.mail; print({'scipy', 'statsmodels'} & sys.modules.keys())"
    found = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"
