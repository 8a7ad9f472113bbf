"""The house itself: what it is built from, who may enter which room, and that its doors open."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import psycopg
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.postgres import PostgresServer

pytest_plugins = ["pytester"]

HOUSE = Path(__file__).parent.parent
ROOMS = ("domain", "adapters", "forecasting", "service")
PROJECT = tomllib.loads((HOUSE / "pyproject.toml").read_text())["project"]
PIN = re.compile(r"^(?P<name>[a-z0-9-]+)(\[[a-z,-]+\])?==(?P<version>\S+)", re.MULTILINE)


def requirements(*extras: str) -> list[Requirement]:
    lines = PROJECT["dependencies"] + [line for extra in extras for line in PROJECT["optional-dependencies"][extra]]
    return [Requirement(line) for line in lines]


def pins(lock: str) -> dict[str, str]:
    return {pin["name"]: pin["version"] for pin in PIN.finditer((HOUSE / lock).read_text())}


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((HOUSE / folder).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """The first word of every absolute import in a file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def third_party(*folders: str) -> set[str]:
    own = {*ROOMS, "tests", *sys.stdlib_module_names}
    return {name for path in sources(*folders) for name in imported(path)} - own


@pytest.mark.parametrize(
    ("lock", "extras"), [("requirements.lock", ["build"]), ("requirements-dev.lock", ["build", "dev"])]
)
def test_the_lock_pins_every_dependency_within_its_bounds(lock: str, extras: list[str]) -> None:
    pinned = pins(lock)
    outside = [
        str(need)
        for need in requirements(*extras)
        if not need.specifier.contains(pinned.get(canonicalize_name(need.name), "0"))
    ]
    assert outside == [], "run: make lock"


def test_both_locks_pin_the_same_versions() -> None:
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_pin_has_a_hash_and_none_names_a_host(lock: str) -> None:
    text = (HOUSE / lock).read_text()
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text
    entries = re.split(r"\n(?=[a-z0-9])", text)[1:]
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_domain_needs_only_pydantic() -> None:
    assert third_party("domain") <= {"pydantic", "pydantic_core"}


def test_every_library_that_is_imported_is_declared() -> None:
    declared = {canonicalize_name(need.name) for need in requirements()} | {"pydantic-core"}
    distributions = packages_distributions()
    undeclared = {
        name
        for name in third_party(*ROOMS)
        if declared.isdisjoint(canonicalize_name(owner) for owner in distributions.get(name, ["missing"]))
    }
    assert undeclared == set()


def test_every_silenced_check_says_why_in_its_line() -> None:
    silenced = re.compile(r"#\s*(type:\s*ignore|noqa)\b")
    explained = re.compile(r"#\s*(type:\s*ignore\[[\w, -]+\]|noqa:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*)\W+\w+\W+\w+")
    unexplained = []
    for path in sources(*ROOMS, "tests"):
        with path.open("rb") as file:
            unexplained += [
                f"{path.relative_to(HOUSE)}:{token.start[0]} {token.string}"
                for token in tokenize.tokenize(file.readline)
                if token.type == tokenize.COMMENT
                and silenced.search(token.string)
                and not explained.search(token.string)
            ]
    assert unexplained == []


def test_make_alone_lists_every_target() -> None:
    without_make = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    printed = subprocess.run(["make"], cwd=HOUSE, env=without_make, capture_output=True, text=True, check=True)
    phony = re.search(r"^\.PHONY: (.+)$", (HOUSE / "Makefile").read_text(), re.MULTILINE)
    assert phony
    assert re.findall(r"^  make ([a-z-]+)  *\S", printed.stdout, re.MULTILINE) == phony[1].split()


def test_sqlite_has_no_wal_reset_bug_where_a_mended_one_is_to_be_had() -> None:
    need = next(need for need in requirements() if need.name == "pysqlite3")
    if need.marker and need.marker.evaluate():
        from pysqlite3 import dbapi2

        assert dbapi2.sqlite_version_info >= (3, 51, 3)


@pytest.mark.parametrize(("ci", "outcome"), [("", pytest.ExitCode.OK), ("true", pytest.ExitCode.TESTS_FAILED)])
def test_a_skipped_test_fails_the_run_in_ci(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, ci: str, outcome: pytest.ExitCode
) -> None:
    monkeypatch.setenv("CI", ci)
    pytester.makeconftest("from tests.conftest import pytest_sessionfinish, pytest_terminal_summary")
    pytester.makepyfile("import pytest\n\ndef test_later():\n    pytest.skip('later')\n\ndef test_now():\n    pass\n")
    assert pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:playwright").ret == outcome


def test_a_killed_postgresql_comes_back_with_what_was_committed() -> None:
    with PostgresServer() as server:
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE TABLE seen AS SELECT 42 AS answer")
        server.kill9()
        server.start()
        with psycopg.connect(server.url) as connection:
            assert connection.execute("SELECT answer FROM seen").fetchone() == (42,)


def test_each_test_gets_an_empty_database(postgres_server: PostgresServer) -> None:
    tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    for _ in range(2):
        with postgres_server.fresh_database() as url, psycopg.connect(url) as connection:
            assert connection.execute(tables).fetchone() == (0,)
            connection.execute("CREATE TABLE seen (answer int)")
