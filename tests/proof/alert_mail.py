"""How the mails look: python -m tests.proof.alert_mail DATABASE OUT_FOLDER.

DATABASE is a file with the demonstration register (`make demo` makes one); a copy of it gets the runs that are told.
For each mail, in both languages: the mail itself (.eml), its HTML with the pictures inside it (.html), and how that
looks 1280, 600 and 320 pixels wide, and 320 without pictures (.png). At the end: how long a mail with its charts takes
to make.
"""

from __future__ import annotations

import base64
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from adapters.subscriptions import Subscription
from domain.catalogue import Source
from domain.core import Actor
from domain.period import containing, first_day, last_day
from domain.run import RecordRun, Skipped
from domain.signal import Assessment, RecordAssessment, Results, Sentence, latest_run
from service.alerts.at_work import at_work
from service.alerts.chart import as_png, pictures
from service.alerts.digest import digest
from service.alerts.mail import digest_mail, reminder_mail
from service.alerts.reminders import reminders
from service.register import LiveRegister
from tests.browser.conftest import keys_of
from tests.plausible import SetClock, open_live

BY = Actor(account="system", role="system", organisation="Västerås stad")
BASE = "https://samverkan.example.se"
SIZES = ((1280, True), (600, True), (320, True), (320, False))
"""Width in pixels, and whether pictures are shown."""


def main(database: Path, folder: Path) -> None:
    """Make all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary) / "copy.db"
        shutil.copy(database, copy)
        shutil.copy(keys_of(database), keys_of(copy))
        clock = SetClock(datetime(2100, 1, 1, tzinfo=UTC))
        live = open_live(f"sqlite:///{copy}", clock)
        try:
            made = dict(_mails(live, clock))
            _look({name: mail for name, (mail, _) in made.items()}, folder)
            _measure(made["again-sv"][1])
        finally:
            live.close()


def _mails(live: LiveRegister, clock: SetClock) -> Iterator[tuple[str, tuple[EmailMessage, Callable[[], object]]]]:
    """Each mail by name, and what makes it again."""
    source, week = _latest(live)
    clock.moment = datetime.combine(last_day(week) + timedelta(days=2), datetime.min.time(), UTC).replace(hour=6)
    quiet = containing(first_day(week) - timedelta(days=1), "week")
    runs = {"signals": _run(live, source, week), "nothing": _run(live, source, quiet)}
    runs["again"] = _run_again(live, source, week)
    for language in ("sv", "en"):
        wanted = Subscription("s1", "anna", "anna@example.se", language)
        for name, (key, gsn) in runs.items():

            def make(key: str = key, gsn: int = gsn, wanted: Subscription = wanted) -> EmailMessage:
                found = digest(live, key, wanted, gsn)
                return digest_mail(found, pictures(found), **_head(clock))

            yield f"{name}-{language}", (make(), make)
        found = reminders(live, live.now(), live.today() + timedelta(days=7), wanted)
        yield f"reminders-{language}", (reminder_mail(found, wanted, **_head(clock)), list)


def _latest(live: LiveRegister) -> tuple[str, str]:
    """The source and week of the latest assessment that raised something."""
    weekly = (one for one in live.now().every(Assessment) if "W" in one.period and any(one.results.flagged))
    found = max(weekly, key=lambda one: one.period)
    return found.source, found.period


def _run(live: LiveRegister, source: str, week: str) -> tuple[str, int]:
    found = latest_run(live.now(), source, week)
    assert found is not None
    command = RecordRun(period=week, assessments=(found[0],))
    return command.key, live.ask(command, BY).last_gsn


def _run_again(live: LiveRegister, source: str, week: str) -> tuple[str, int]:
    """The week anew: its first signal is gone, three are raised where work is going on, and a source is silent."""
    found = latest_run(live.now(), source, week)
    assert found is not None
    one, r = found[1], found[1].results
    gone, new = r.flagged.index(True), _worked_on(live, source, r)
    columns: dict[str, tuple[Any, ...]] = {
        "observed": _with(r.observed, {gone: r.expected[gone]}),
        "expected": _with(r.expected, {i: (r.observed[i] or 0.0) / 4 for i in new}),
        "bound": _with(r.bound, {i: (r.observed[i] or 0.0) / 2 for i in new}),
        "p": _with(r.p, {gone: 0.4} | {i: 10.0 ** -(n + 3) for n, i in enumerate(new)}),
        "exceedance": _with(r.exceedance, {gone: 0.0} | dict.fromkeys(new, 3.0)),
        "flagged": _with(r.flagged, {gone: False} | dict.fromkeys(new, True)),
        "flag": _with(r.flag, {gone: None} | dict.fromkeys(new, "rise")),
    }
    results = r.model_copy(update=columns)
    sentences = (Sentence(sv="Bedömd på nytt.", en="Assessed anew."),) * sum(results.flagged)
    command = RecordAssessment(
        source=source, period=week, data_gsn=one.data_gsn, method=one.method, parameters=dict(one.parameters),
        results=results, sentences=sentences, synthetic=one.synthetic, wider=one.wider, caution=one.caution,
        number=one.number + 1,
    )  # fmt: skip
    live.ask(command, BY)
    silent = Skipped(source="est-rapporter", rule="feed-halted", sentence=Sentence(
        sv="Källan har ingenting från något område: flödet verkar ha stannat. Ingen bedömning är gjord.",
        en="The source has nothing from any district: the feed seems to have halted. Nothing is assessed.",
    ))  # fmt: skip
    run = RecordRun(period=week, number=2, assessments=(command.key,), skipped=(silent,))
    return run.key, live.ask(run, BY).last_gsn


def _worked_on(live: LiveRegister, source: str, r: Results) -> list[int]:
    """The three series with the most events among those that are not flagged and have an action going on."""
    register = live.now()
    known = register.find(Source, source)
    assert known is not None

    def actions(i: int) -> int:
        there = at_work(register, known.division, r.district[i], r.category[i], live.today())
        return sum(len(problem.actions) for problem in there)

    quiet = [i for i, flag in enumerate(r.flagged) if not flag and actions(i)]
    return sorted(quiet, key=lambda i: r.observed[i] or 0.0)[-3:]


def _with(column: tuple[Any, ...], changed: Mapping[int, Any]) -> tuple[Any, ...]:
    return tuple(changed.get(i, value) for i, value in enumerate(column))


def _head(clock: SetClock) -> dict[str, Any]:
    return {
        "to": "anna@example.se", "sender": "Samverkan Västerås <samverkan@example.se>",
        "message_id": "<2023-w08.s1@samverkan.example.se>", "unsubscribe": f"{BASE}/prenumeration/sluta/s1/hemligt",
        "date": clock.moment, "base_url": BASE,
    }  # fmt: skip


def _look(mails: Mapping[str, EmailMessage], folder: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name, mail in mails.items():
            (folder / f"{name}.eml").write_bytes(mail.as_bytes())
            print(f"{name}: {mail['Subject']}")
            text = mail.get_body(("plain",))
            assert text is not None
            (folder / f"{name}.txt").write_text(text.get_content())
            for width, pictured in SIZES:
                page = browser.new_page(viewport={"width": width, "height": 800}, device_scale_factor=1)
                page.set_content(whole(mail, pictured=pictured))
                if width == 320 and pictured:
                    wide = page.evaluate("document.documentElement.scrollWidth")
                    print(f"{name}: {wide} pixels wide at {width}, {len(mail.as_bytes()) // 1024} kB")
                page.screenshot(path=folder / f"{name}-{width}{'' if pictured else '-plain'}.png", full_page=True)
                page.close()
            (folder / f"{name}.html").write_text(whole(mail))
        browser.close()


def whole(mail: EmailMessage, *, pictured: bool = True) -> str:
    """The mail's HTML as a page by itself: pictures inside it, or lacking, as where a mail program blocks them."""
    html = mail.get_body(("html",))
    assert html is not None
    text = str(html.get_content())
    for part in mail.walk():
        if part.get_content_type() == "image/png":
            content = base64.b64encode(part.get_payload(decode=True)).decode()  # type: ignore[arg-type]  # bytes: it is a leaf
            address = f"data:image/png;base64,{content}" if pictured else "data:,"
            text = text.replace(f"cid:{str(part['Content-ID']).strip('<>')}", address)
    return text


def _measure(make: Callable[[], object]) -> None:
    """Of a mail with five charts: when they were drawn already for somebody else, and when they were not."""
    for name, drawn in (("charts drawn before", True), ("charts drawn anew", False)):
        took, worked = [], []
        for _ in range(9):
            if not drawn:
                as_png.cache_clear()
            started, before = time.perf_counter(), time.process_time()
            make()
            took.append(1000 * (time.perf_counter() - started))
            worked.append(1000 * (time.process_time() - before))
        wall, work = statistics.median(took), statistics.median(worked)
        print(f"a mail of five signals, {name}: {wall:.0f} ms, of work {work:.0f} ms")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
