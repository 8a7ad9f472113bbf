"""A PostgreSQL server of the tests' own: real, empty, on a free port of 127.0.0.1, and gone afterwards.

`python -m tests.postgres` prints where the server's programs are, or says that there are none.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil
import psycopg
from psycopg import sql

USER = "samverkan"
SECONDS_TO_START = 60
SECONDS_TO_STOP = 30


class NoServer(Exception):  # noqa: N818 - reads as the sentence that it is
    """There is no server to start, or it would not start."""


def programs() -> Path:
    """The folder that holds both initdb and postgres; the newest version first, after what PATH names."""
    on_path = shutil.which("initdb")
    packaged = sorted(Path("/usr/lib/postgresql").glob("[0-9]*/bin"), key=lambda bin: -int(bin.parent.name))
    places = [*([Path(on_path).resolve().parent] if on_path else []), *packaged, Path("/usr/local/pgsql/bin")]
    for place in places:
        if all(os.access(place / name, os.X_OK) for name in ("initdb", "postgres")):
            return place
    raise NoServer("There is no PostgreSQL server on this machine (initdb and postgres). Run: make setup-postgres")


class PostgresServer:
    """One server and its data. It keeps its port and its data from one start to the next.

    `fsync=False` is faster, and safe where only processes die; `settings` are the server's own
    (`max_connections="20"`).
    """

    def __init__(self, *, fsync: bool = True, **settings: str) -> None:
        self.port = 0
        self._settings = {"fsync": "on" if fsync else "off", **settings}
        self._password = secrets.token_hex(8)
        self._process: subprocess.Popen[bytes] | None = None
        self._programs = programs()
        self._folder = Path(tempfile.mkdtemp(prefix="samverkan-postgres-", dir="/tmp"))
        self._as_user = _unprivileged_user(self._folder)
        self._log = self._folder / "log"
        try:
            self._make_data()
        except BaseException:
            self.remove()
            raise

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.remove()

    @property
    def url(self) -> str:
        """The server's maintenance database, as a superuser."""
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        """The URL of one of its databases."""
        return f"postgresql://{USER}:{self._password}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start, and wait until it answers; after kill9 this includes its recovery."""
        first = self.port == 0
        for _ in range(5):
            self.port = free_port() if first else self.port
            if self._starts():
                return
            if not (first and "Address already in use" in self._log.read_text()):
                break
        raise NoServer(f"PostgreSQL did not start. The end of its log:\n{self._log.read_text()[-2000:]}")

    def stop(self) -> None:
        """Stop as an administrator would: open transactions are rolled back, then a checkpoint."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(SECONDS_TO_STOP)
            self._process = None
        except subprocess.TimeoutExpired:
            self.kill9()

    def kill9(self) -> None:
        """Kill the server and every process of it, at once, as a crash of the machine's memory would."""
        if self._process is None:
            return
        children = psutil.Process(self._process.pid).children(recursive=True)
        self._process.kill()
        for child in children:
            with suppress(psutil.NoSuchProcess):
                child.kill()
        self._process.wait()
        psutil.wait_procs(children, timeout=SECONDS_TO_STOP)
        self._process = None

    def restart(self) -> None:
        """Stop and start again, on the same port with the same data."""
        self.stop()
        self.start()

    def remove(self) -> None:
        """Stop, and take its data away."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    @contextmanager
    def fresh_database(self) -> Iterator[str]:
        """The URL of an empty database that is dropped afterwards, whoever is still connected."""
        name = f"t{secrets.token_hex(6)}"
        self._ask(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield self.url_of(name)
        finally:
            if self._process is not None:
                self._ask(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _ask(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)

    def _make_data(self) -> None:
        password_file = self._folder / "password"
        password_file.write_text(self._password)
        if self._as_user:
            os.chown(password_file, self._as_user["user"], self._as_user["group"])
        command: list[str | Path] = [
            self._programs / "initdb",
            "--no-sync",
            "--pgdata",
            self._folder / "data",
        ]
        command += ["--username", USER, "--auth", "scram-sha-256", "--pwfile", password_file]
        command += ["--encoding", "UTF8", "--locale", "C.UTF-8"]
        made = subprocess.run(command, capture_output=True, text=True, cwd=self._folder, **self._as_user)
        password_file.unlink()
        if made.returncode:
            raise NoServer(f"initdb refused: {made.stderr}")

    def _starts(self) -> bool:
        settings = {
            **self._settings,
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
        }
        command: list[str | Path] = [self._programs / "postgres", "-D", self._folder / "data"]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self._folder, **self._as_user
            )
        return self._answers()

    def _answers(self) -> bool:
        deadline = time.monotonic() + SECONDS_TO_START
        while self._process is not None and time.monotonic() < deadline:
            if self._process.poll() is not None:
                self._process = None
                return False
            try:
                psycopg.connect(self.url, connect_timeout=5).close()
                return True
            except psycopg.OperationalError:
                time.sleep(0.05)
        self.kill9()
        return False


def _unprivileged_user(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: who runs it there instead, owning its folder; Popen's arguments."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise NoServer("PostgreSQL refuses to run as root, and there is neither a user postgres nor a user nobody.")


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    try:
        print(programs())
    except NoServer as missing:
        sys.exit(str(missing))
