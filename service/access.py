"""Who may ask for what: grades, the commands that each may give, and the accounts of the development sign-in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from domain.core import Actor, Command, refuse

Grade = Literal["reader", "reporter", "municipality", "police", "coordinator", "administrator"]

_REPORTING = frozenset({"observe", "correct", "withdraw"})
_WORKING = _REPORTING | {
    "judge", "propose", "add-evidence", "value", "analyse-causes", "start", "log-dose", "change", "report-done",
    "verify", "follow-up", "attend", "decide", "follow-up-decision", "make-own-picture", "request-erasure",
}  # fmt: skip
_LEADING = _WORKING | {
    "open-meeting", "close-meeting", "prioritise", "set-aside", "reopen", "close", "carry-over", "adopt-plan", "commit",
    "do-not-start", "cancel", "publish", "report-back", "define-joint-picture", "adjust-picture", "take-in",
    "withdraw-file", "remember-columns", "declare-break", "open-review", "adopt-review",
    "record-assessment", "record-forecast", "record-score", "record-effect", "record-backtest",
    "approve-erasure", "decline-erasure",
}  # fmt: skip
_SETTING_UP = frozenset({
    "sign", "amend", "end", "succeed", "carry-over", "publish-division", "revise-division", "map-division",
    "draw-division", "publish-categories", "register-source", "remember-columns", "declare-break", "take-in",
    "withdraw-file", "import-weights", "freeze-weights", "request-erasure", "approve-erasure", "decline-erasure",
})  # fmt: skip
ALLOWED: Mapping[Grade, frozenset[str]] = {
    "reader": frozenset(),
    "reporter": _REPORTING,
    "municipality": _WORKING,
    "police": _WORKING | {"adopt-review"},
    "coordinator": _LEADING,
    "administrator": _SETTING_UP,
}


@dataclass(frozen=True, slots=True)
class Account:
    """An account: who acts when it acts, and its grade."""

    by: Actor
    grade: Grade


def demonstration_accounts(municipality: str, police: str) -> Mapping[str, Account]:
    """The accounts that anyone on this machine may take while developing or trying the demonstration, by key."""
    people: tuple[tuple[str, str, str, Grade], ...] = (
        ("samordnare", "samordnare", municipality, "coordinator"),
        ("kommunpolis", "kommunpolis", police, "police"),
        ("enhetschef", "enhetschef fältgrupp", municipality, "municipality"),
        ("rapportor", "rapportör", municipality, "reporter"),
        ("lasare", "läsare", municipality, "reader"),
        ("administrator", "administratör", municipality, "administrator"),
    )
    return {
        key: Account(Actor(account=key, role=role, organisation=organisation), grade)
        for key, role, organisation, grade in people
    }


def may(grade: Grade, command: type[Command]) -> bool:
    """Whether the grade may give the command."""
    return command.NAME in ALLOWED[grade]


def require(account: Account, command: type[Command]) -> None:
    """Refuses a command that the account's grade may not give."""
    if not may(account.grade, command):
        refuse(
            "not-allowed",
            f"Din roll ({account.by.role}) får inte göra detta. Be samordnaren, eller byt konto.",
            f"Your role ({account.by.role}) may not do this. Ask the coordinator, or change account.",
        )
