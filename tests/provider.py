"""A sign-in provider of the tests' own: it signs what a test wants, also what no provider should sign."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

Key = RSAKey | ECKey | OKPKey
CLIENT = "samverkan"


def rsa(kid: str | None = "k1") -> RSAKey:
    """A key of the usual kind."""
    return RSAKey.generate_key(2048, parameters={"kid": kid} if kid else None)


@dataclass
class Provider:
    """What it says, and what it was asked."""

    address: str
    key: Key
    published: list[Key]
    algorithm: str = "RS256"
    claims: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] | None = None
    token: str | None = None
    asked: list[str] = field(default_factory=list)
    exchanged: list[dict[str, str]] = field(default_factory=list)

    def says(self) -> dict[str, Any]:
        """Its metadata."""
        told = {"issuer": self.address, "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token", "jwks_uri": f"{self.address}/keys"}  # fmt: skip
        return told | ({"userinfo_endpoint": f"{self.address}/userinfo"} if self.userinfo else {}) | self.metadata

    def keys(self) -> dict[str, Any]:
        """Its public keys."""
        return {"keys": [key.as_dict(private=False) for key in self.published]}

    def signs(self, key: Key | None = None, algorithm: str | None = None, **header: str) -> str:
        """An ID token with the claims that the test has set."""
        signing = key or self.key
        alg = algorithm or self.algorithm
        head = {"alg": alg, **({"kid": signing.kid} if signing.kid else {}), **header}
        return jwt.encode(head, dict(self.claims), signing, algorithms=[alg])

    def answers(self, method: str, path: str, body: str, authorization: str) -> tuple[int, Any]:
        """The answer to one request."""
        self.asked.append(f"{method} {path}")
        if path == "/.well-known/openid-configuration":
            return 200, self.says()
        if path == "/keys":
            return 200, self.keys()
        if path == "/token":
            self.exchanged.append({k: v[0] for k, v in parse_qs(body).items()} | {"authorization": authorization})
            return 200, {"access_token": "at", "token_type": "Bearer", "id_token": self.token or self.signs()}
        if path == "/userinfo" and authorization == "Bearer at":
            return 200, self.userinfo
        return 404, {}


@contextmanager
def provider(key: Key | None = None) -> Iterator[Provider]:
    """A provider on a free port of this machine."""

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            status, told = serving.answers(
                self.command, urlsplit(self.path).path, body, self.headers.get("Authorization", "")
            )
            written = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(written)))
            self.end_headers()
            self.wfile.write(written)

        do_POST = do_GET  # noqa: N815 - the name that the server looks for

        def log_message(self, *_: object) -> None:
            """Quietly."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        signing = key or rsa()
        serving = Provider(f"http://127.0.0.1:{server.server_address[1]}", signing, [signing])
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield serving
        finally:
            server.shutdown()
            thread.join()
