"""Who may ask for what: grades, the commands and operations that each may use, and the scopes that tokens need.

Nothing is allowed that does not stand here. docs/access.md holds the same as a table, and a test tries every cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from adapters.accounts import GRADES, PARTIES, Grade, Party
from adapters.tokens import Scope
from adapters.vault import restricted, restricting
from domain.core import Actor, Command, refuse
from domain.register import COMMANDS
from service.register import acts_for_police

_REPORTING = frozenset({"observe", "correct", "withdraw"})
_WORKING = _REPORTING | {
    "judge", "propose", "add-evidence", "value", "analyse-causes", "start", "log-dose", "change", "report-done",
    "verify", "follow-up", "attend", "decide", "follow-up-decision", "make-own-picture", "request-erasure",
}  # fmt: skip
_LEADING = _WORKING | {
    "open-meeting", "close-meeting", "prioritise", "set-aside", "reopen", "close", "carry-over", "adopt-plan", "commit",
    "do-not-start", "cancel", "publish", "report-back", "define-joint-picture", "adjust-picture", "take-in",
    "withdraw-file", "remember-columns", "declare-break", "open-review", "adopt-review",
    "record-assessment", "record-run", "record-forecast", "record-score", "record-effect", "record-backtest",
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
    "police": _WORKING | {"adopt-review", "share"},
    "coordinator": _LEADING | {"share"},
    "administrator": _SETTING_UP,
}
_BY_PARTY: Mapping[str, frozenset[Party]] = {"share": frozenset({"police"})}
"""Commands that only accounts of some parties may give; whose review or picture it is, the domain sees to."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may use an operation of the API: accounts of these grades and parties, by a token with this scope."""

    grades: frozenset[Grade]
    scope: Scope
    parties: frozenset[Party] = frozenset(PARTIES)

    def allows(self, account: Account) -> bool:
        """Whether the account may, by whatever token."""
        return account.grade in self.grades and account.party in self.parties


_ALL = frozenset(GRADES)
_READERS = _ALL - {"reporter"}
_WORKERS: frozenset[Grade] = frozenset({"municipality", "police", "coordinator"})
_LEADERS: frozenset[Grade] = frozenset({"coordinator", "administrator"})
_ADMINISTRATOR: frozenset[Grade] = frozenset({"administrator"})
_CATALOGUES = ("divisions", "categories", "sources")  # whoever reports has to know them
OPERATIONS: Mapping[str, Rule] = {
    **{f"{verb}_{each}": Rule(_ALL, "read") for verb in ("list", "read") for each in _CATALOGUES},
    **{each: Rule(_READERS, "read") for each in ("history", "position", "need", "export")},
    **{
        each: Rule(_READERS, "read")
        for each in (
            "proof_keys", "proof_checkpoint", "proof_checkpoints", "proof_request", "prove_event", "prove_chain",
            "prove_consistency",
        )
    },
    "plan_effect": Rule(_WORKERS, "read"),
    "assess": Rule(frozenset({"coordinator"}), "work"),
    "forecast": Rule(frozenset({"coordinator"}), "work"),
    "backtest": Rule(frozenset({"coordinator"}), "work"),
    "effect": Rule(frozenset({"coordinator"}), "work"),
    "view_rejected_rows": Rule(_LEADERS, "report"),
    "add_cosignature": Rule(_LEADERS | {"police"}, "work"),
    "read_subscription": Rule(_READERS, "read"),
    "keep-subscription": Rule(_READERS, "work"),
    "end-subscription": Rule(_READERS, "work"),
    "list_deliveries": Rule(_LEADERS, "read"),
    "retry-delivery": Rule(_LEADERS, "work"),
    **{
        each: Rule(_ADMINISTRATOR, "administer")
        for each in (
            "list_webhooks", "read_webhook", "list_webhook_deliveries", "keep-webhook", "change-webhook",
            "rotate-webhook", "pause-webhook", "resume-webhook", "test-webhook", "end-webhook",
        )
    },
}  # fmt: skip
"""Operations that are no command. Reads (list_, read_, view_) that do not stand here: every grade but reporter."""


def rule_of(operation: str) -> Rule | None:
    """The rule of an operation of the API; None: nobody may use it."""
    if operation in OPERATIONS:
        return OPERATIONS[operation]
    if operation in COMMANDS:
        grades = frozenset(grade for grade in GRADES if operation in ALLOWED[grade])
        return Rule(grades, _scope(operation), _BY_PARTY.get(operation, frozenset(PARTIES)))
    return Rule(_READERS, "read") if operation.startswith(("list_", "read_", "view_")) else None


def _scope(command: str) -> Scope:
    if command in _REPORTING or command == "take-in":
        return "report"
    return "work" if command in _LEADING | {"share"} else "administer"


@dataclass(frozen=True, slots=True)
class Account:
    """An account: who acts when it acts, its grade, and the party that it is of."""

    by: Actor
    grade: Grade
    party: Party = "municipality"

    @property
    def reads_withheld(self) -> bool:
        """Whether it may read what the police have written and not shared: the police, and who leads the meetings."""
        return self.party == "police" or self.grade == "coordinator"


def see_as(account: Account | None) -> None:
    """For the rest of this request, what is withheld from the account (or from nobody known) stays closed."""
    restricted.set(account is None or not account.reads_withheld)
    acts_for_police.set(account is not None and account.party == "police")


def seeing(account: Account) -> AbstractContextManager[None]:
    """Within, what is withheld from the account stays closed."""
    return restricting(closed=not account.reads_withheld)


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
        key: Account(
            Actor(account=key, role=role, organisation=organisation),
            grade,
            "police" if grade == "police" else "municipality",
        )
        for key, role, organisation, grade in people
    }


def may(account: Account, command: type[Command]) -> bool:
    """Whether the account may give the command."""
    rule = rule_of(command.NAME)
    return rule is not None and rule.allows(account)


def require(account: Account, command: type[Command]) -> None:
    """Refuses a command that the account's grade may not give."""
    if not may(account, command):
        refuse(
            "not-allowed",
            f"Din roll ({account.by.role}) får inte göra detta. Be samordnaren, eller byt konto.",
            f"Your role ({account.by.role}) may not do this. Ask the coordinator, or change account.",
        )
