"""A person in a browser, for tests: signs in, follows forms with their hidden fields, and reads what the page says."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


class Browser:
    """One session with the pages."""

    def __init__(self, client: TestClient[Litestar], account: str = "samordnare") -> None:
        self.client = client
        self.at: Response = client.get("/logga-in")
        self.send("/logga-in", account=account)

    def open(self, path: str) -> Response:
        """Follow a link."""
        self.at = self.client.get(path)
        return self.at

    def send(self, action: str, files: Any = None, **fields: Any) -> Response:
        """Send the form of this page that goes to `action`, with its hidden fields; redirects are followed."""
        self.at = self.client.post(action, data={**self.hidden(action), **fields}, files=files)
        return self.at

    def hidden(self, action: str) -> dict[str, str]:
        """The hidden fields of a form."""
        form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', self.at.text, re.DOTALL)
        assert form, f"no form to {action} on {self.at.url}"
        return {name: unescape(value) for name, value in _HIDDEN.findall(form[0])}

    @property
    def words(self) -> str:
        """What the page says, without its markup."""
        main = self.at.text.partition("<main")[2] or self.at.text
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())

    @property
    def path(self) -> str:
        """Where the browser is."""
        return self.at.url.path
