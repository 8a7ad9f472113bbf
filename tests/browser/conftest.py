"""The demonstration register (made once a run), a server over a copy of it, and Chromium, watched for complaints."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response, expect

from tests.postgres import free_port
from tests.test_serving import answer

expect.set_options(timeout=20_000)  # a machine with much else to do is slow, not wrong
ROOT = Path(__file__).parents[2]
STARTS_AT = "2023-02-28T09:00:00+01:00"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


def chromium() -> str:
    """The browser that the set-up found or installed."""
    found = os.environ.get("CHROMIUM") or next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    assert found, "no Chromium: make setup-chromium"
    return found


@pytest.fixture(scope="session")
def base_url() -> None:
    """None for the run: every test's context has the address of its own server."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium, which contacts nobody of its own accord."""
    return {**browser_type_launch_args, "executable_path": chromium(), "args": FLAGS}


LAPTOP: dict[str, Any] = {"locale": "sv-SE", "viewport": {"width": 1280, "height": 900}}
"""In a Swedish meeting room."""


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration register as `make demo` makes it; workers that run side by side share one."""
    shared = tmp_path_factory.getbasetemp().parent
    made, lock = shared / "demonstration.db", shared / "demonstration.lock"
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if not made.exists():
            fresh = shared / "demonstration.new.db"
            environment = os.environ | {"SAMVERKAN_DATABASE": f"sqlite:///{fresh}"}
            subprocess.run([sys.executable, "-m", "service.cli", "demo"], cwd=ROOT, env=environment, check=True)
            keys_of(fresh).rename(keys_of(made))
            fresh.rename(made)
    return made


def keys_of(database: Path) -> Path:
    """The file with a register's keys, which goes with every copy of it."""
    return database.with_name(f"{database.name}.keys")


@contextmanager
def serving(database: Path, starts_at: str = STARTS_AT) -> Iterator[str]:
    """The address of a server over a database, whose clock starts on the demonstration's last Tuesday."""
    port = free_port()
    environment = os.environ | {"SAMVERKAN_DATABASE": f"sqlite:///{database}", "SAMVERKAN_STARTS_AT": starts_at}
    with database.with_suffix(".log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "service.cli", "serve", "--port", str(port)],
            cwd=ROOT, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        answer(f"http://127.0.0.1:{port}/health", 60)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


@pytest.fixture
def site(module_site: str) -> str:
    """The server that a test visits; a module that writes much gives every test its own instead."""
    return module_site


@pytest.fixture(scope="module")
def module_site(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over the demonstration of this module's own: what its tests write stays among them."""
    copy = tmp_path_factory.mktemp("site") / "register.db"
    shutil.copy(demonstration, copy)
    shutil.copy(keys_of(demonstration), keys_of(copy))
    with serving(copy) as address:
        yield address


@pytest.fixture
def own_site(demonstration: Path, tmp_path: Path) -> Iterator[str]:
    """A server over a copy of the demonstration for one test."""
    copy = tmp_path / "register.db"
    shutil.copy(demonstration, copy)
    shutil.copy(keys_of(demonstration), keys_of(copy))
    with serving(copy) as address:
        yield address


@pytest.fixture
def options() -> dict[str, Any]:
    """How a test's browser differs from the laptop in the meeting room."""
    return {}


@pytest.fixture
def context(new_context: Callable[..., BrowserContext], site: str, options: dict[str, Any]) -> BrowserContext:
    """A browser of the test's own, in which page.goto takes a path."""
    return new_context(base_url=site, **{**LAPTOP, **options})


class Watched:
    """What a page said in its console and which answers failed: nothing, unless a test expects it."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.expected: set[int] = set()

    def console(self, message: ConsoleMessage) -> None:
        """Errors and broken content rules, not the browser's own word on a status, which `answered` judges."""
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def answered(self, response: Response) -> None:
        """A failed answer."""
        if response.status >= 400 and response.status not in self.expected:
            self.complaints.append(f"{response.status} {response.url}")


@pytest.fixture
def watched(context: BrowserContext) -> Iterator[Watched]:
    """Every page of the context is watched; the test fails when one complained."""
    seen = Watched()
    context.on("console", seen.console)
    context.on("response", seen.answered)
    context.on("weberror", lambda error: seen.complaints.append(str(error.error)))
    yield seen
    assert seen.complaints == []


@pytest.fixture
def signed_in(page: Page, watched: Watched) -> Callable[[str], Page]:
    """signed_in("samordnare"): the page, with that account taken."""

    def sign_in(account: str) -> Page:
        page.goto("/logga-in")
        page.locator(f"button[value={account}]").click()
        page.wait_for_load_state()
        return page

    return sign_in
