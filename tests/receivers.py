"""Receivers of webhooks on this machine, for tests: real servers that note what they are sent, and answer as told."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Received:
    """One request."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Receiver:
    """What came, and where it listens. ended: set when the test is over."""

    port: int = 0
    requests: list[Received] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """An address of it."""
        return f"http://127.0.0.1:{self.port}/webhook"


Answer = Callable[[BaseHTTPRequestHandler, Receiver], None]


def status(code: int, **headers: str) -> Answer:
    """Answers with a status and no content."""

    def answer(request: BaseHTTPRequestHandler, _: Receiver) -> None:
        request.send_response(code)
        for name, value in {"Content-Length": "0", **headers}.items():
            request.send_header(name, value)
        request.end_headers()

    return answer


ACCEPTING = status(204)


@contextmanager
def receiving(answer: Answer = ACCEPTING, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver that answers so, by https where it has a certificate."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.requests.append(Received("POST", self.path, dict(self.headers), body))
            answer(self, receiver)

        do_GET = do_POST  # noqa: N815 - so does it here

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Whoever calls may hang up."""

    server = Server(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    receiver.port = int(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield receiver
    finally:
        receiver.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()
