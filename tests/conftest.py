"""What every test may ask for: a database of its own, of either kind. In CI a skipped test is a failure."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.postgres import PostgresServer

# CI's profile is derandomised by hypothesis itself; neither of the two may fail because the machine is slow.
settings.register_profile(
    "unhurried", parent=settings.get_profile("ci" if os.environ.get("CI") else "default"), deadline=None
)
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server for the run (one a worker). A test that kills or stops a server makes its own."""
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_url(postgres_server: PostgresServer) -> str:
    """The maintenance database of the run's server."""
    return postgres_server.url


@pytest.fixture
def fresh_postgres(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    with postgres_server.fresh_database() as url:
        yield url


@pytest.fixture
def fresh_sqlite(tmp_path: Path) -> str:
    """The URL of an SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'register.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Runs the test twice: the URL of an empty SQLite file, then of an empty PostgreSQL database."""
    fixture = {"sqlite": "fresh_sqlite", "postgresql": "fresh_postgres"}[request.param]
    url: str = request.getfixturevalue(fixture)
    return url


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A green run in CI has run every test."""
    if os.environ.get("CI") and session.exitstatus == pytest.ExitCode.OK and _skipped(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say why the run is red although nothing failed."""
    if os.environ.get("CI") and (skipped := _skipped(config)):
        terminalreporter.write_line(f"In CI every test runs, and {skipped} did not: the run has failed.", red=True)


def _skipped(config: pytest.Config) -> int:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return len(reporter.stats.get("skipped", [])) if reporter else 0
