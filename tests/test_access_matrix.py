"""Every operation × every grade × every party × every scope: allowed where docs/access.md says, and nowhere else.

`python -m tests.test_access_matrix` writes the table anew from the rules; what changed in it is then read in the diff.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from adapters.accounts import GRADES, Grade, KeptAccount, Party, check_party
from adapters.tokens import SCOPES, Scope
from domain.agreement import Sign
from domain.core import Refused
from service.access import rule_of
from service.api.app import create_app
from service.gate import Keepers, open_keepers
from service.settings import Settings
from tests.registers import BY, furnished
from tests.test_api import SIGN

DOCUMENT = Path(__file__).parents[1] / "docs" / "access.md"
BEGINS, ENDS = "<!-- every operation -->\n", "<!-- end -->\n"
HEAD = "| operation | scope | " + " | ".join(GRADES) + " |\n" + "|---" * (len(GRADES) + 2) + "|\n"
METHODS = ("get", "post", "put", "patch", "delete")
TURNED_AWAY = (401, 403)
Row = tuple[str, Mapping[Grade, tuple[Party, ...]]]  # scope, and for each grade the parties that may


def possible(grade: Grade) -> tuple[Party, ...]:
    """The parties whose accounts can have a grade."""
    found = []
    for party in get_args(Party):
        try:
            check_party(grade, party)
        except Refused:
            continue
        found.append(party)
    return tuple(found)


def told() -> dict[str, Row]:
    """The table of docs/access.md."""
    lines = DOCUMENT.read_text().partition(BEGINS)[2].partition(ENDS)[0].splitlines()[2:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {
        name.strip("`"): (scope, {g: _parties(g, c) for g, c in zip(GRADES, row, strict=True)})
        for name, scope, *row in cells
    }


def _parties(grade: Grade, cell: str) -> tuple[Party, ...]:
    if cell in ("", "yes"):
        return possible(grade) if cell else ()
    return tuple(party for party in get_args(Party) if party in cell)


def operations(client: TestClient[Litestar]) -> Iterator[tuple[str, str, str, Any]]:
    """(operation id, method, path with keys filled in, its description) of all under /api/v1."""
    for path, item in client.get("/api/v1/openapi.json").json()["paths"].items():
        for method in METHODS:
            if method in item and path.startswith("/api/v1/"):
                filled = re.sub(r"\{(year|gsn|size|number)\}", "1", path)
                yield item[method]["operationId"], method, re.sub(r"\{[^}]*\}", "x", filled), item[method]


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient[Litestar], Keepers, Any]]:
    url = f"sqlite:///{tmp_path_factory.mktemp('access')}/register.db"
    settings = Settings(database=url, environment="production", requests_a_minute=10**6, wrong_sign_ins_a_minute=10**6)
    with furnished(url) as live:
        live.ask(Sign.model_validate(SIGN), BY)
        keepers = open_keepers(live)
        with TestClient(create_app(live, settings), base_url="http://127.0.0.1:8000") as client:
            yield client, keepers, live


def token(gate: Any, grade: Grade, party: Party, scopes: tuple[Scope, ...]) -> dict[str, str]:
    """The header of a token of an account with that grade and party."""
    _, keepers, live = gate
    key = f"{grade}-{party}"
    keepers.accounts.add(
        KeptAccount(key, "", "", grade, "roll", "LPO Västerås" if party == "police" else "Västerås stad", party)
    )
    return {"Authorization": f"Bearer {keepers.tokens.make(key, 'prov', scopes, live.clock(), timedelta(days=1))}"}


def asked(client: TestClient[Litestar], method: str, path: str, operation: Any, headers: Mapping[str, str]) -> int:
    """The status that an operation answers with; what is sent fits no operation, so that nothing is carried out."""
    body = b"{}" if "requestBody" in operation else None
    kinds = operation.get("requestBody", {}).get("content", {"application/json": {}})
    sent = (
        {**headers, "Content-Type": next(iter(kinds)), "Last-Event-ID": "-1"}
        if body
        else {**headers, "Last-Event-ID": "-1"}
    )
    query = {"after": "-1", "as_of": "nonsense"} if method == "get" else None
    return client.request(method, path, headers=sent, content=body, params=query).status_code


def test_the_document_names_every_operation_and_no_other(gate: Any) -> None:
    assert sorted(told()) == sorted(name for name, *_ in operations(gate[0]))


def test_every_grade_of_every_party_may_what_the_document_says_and_nothing_else(gate: Any) -> None:
    documented, wrong, tried = told(), [], 0
    for grade in GRADES:
        for party in possible(grade):
            headers = token(gate, grade, party, SCOPES)
            for name, method, path, operation in operations(gate[0]):
                allowed = asked(gate[0], method, path, operation, headers) not in TURNED_AWAY
                tried += 1
                if allowed != (party in documented[name][1][grade]):
                    wrong.append((name, grade, party, allowed))
    assert wrong == []
    assert tried > 1000


def test_a_token_opens_what_its_scopes_say_and_nothing_else(gate: Any) -> None:
    documented, wrong = told(), []
    for grade, party in (("coordinator", "police"), ("administrator", "municipality"), ("reporter", "other")):
        for scope in SCOPES:
            headers = token(gate, grade, party, (scope,))  # type: ignore[arg-type]  # literals in a tuple are strings to the type checker
            for name, method, path, operation in operations(gate[0]):
                allowed = asked(gate[0], method, path, operation, headers) not in TURNED_AWAY
                needed, grades = documented[name]
                if allowed != (party in grades[grade] and scope == needed):  # type: ignore[index]  # as above
                    wrong.append((name, grade, scope, allowed))
    assert wrong == []


def test_without_a_token_nothing_is_open(gate: Any) -> None:
    answers = {
        name: asked(gate[0], method, path, operation, {}) for name, method, path, operation in operations(gate[0])
    }
    assert set(answers.values()) == {401}


def test_refusals_are_written_down_with_the_operation_and_the_account(gate: Any) -> None:
    client, keepers, _ = gate
    headers = token(gate, "reader", "municipality", SCOPES)
    assert client.post("/api/v1/problems", json={}, headers=headers).status_code == 403
    line = keepers.log.lines(kind="refused", limit=1)[0]
    assert (line.account, line.what) == ("reader-municipality", "propose")


def row(name: str) -> str:
    """A line of the table, from the rules."""
    rule = rule_of(name)
    cells = []
    for grade in GRADES:
        may = [p for p in possible(grade) if rule and grade in rule.grades and p in rule.parties]
        cells.append("yes" if may and tuple(may) == possible(grade) else ", ".join(may))
    return f"| `{name}` | {rule.scope if rule else '–'} | " + " | ".join(cells) + " |\n"


def main() -> None:
    """Write the table of docs/access.md anew."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder, furnished(f"sqlite:///{folder}/register.db") as live:
        app = create_app(live, Settings(database=f"sqlite:///{folder}/register.db"))
        with TestClient(app, base_url="http://127.0.0.1:8000") as client:
            names = sorted(name for name, *_ in operations(client))
    before, _, rest = DOCUMENT.read_text().partition(BEGINS)
    after = rest.partition(ENDS)[2]
    DOCUMENT.write_text(before + BEGINS + HEAD + "".join(row(name) for name in names) + ENDS + after)


if __name__ == "__main__":
    main()
