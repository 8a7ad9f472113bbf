"""Who may change what somebody has reported: one rule for the pages and the API."""

from __future__ import annotations

from domain.core import Command, refuse
from domain.observation import Correct, Observation, Withdraw
from service.access import Account
from service.register import LiveRegister
from service.views.report_list import recorded_by


def may_change(live: LiveRegister, account: Account, ref: str) -> bool:
    """Reporters their own reports, others all; and nobody what he may not read."""
    if account.grade == "reporter" and recorded_by(live.store, ref) != account.by.account:
        return False
    return account.reads_withheld or not live.store.is_closed(f"{Observation.KIND}-{ref}")


def check_change(live: LiveRegister, account: Account, command: Command) -> None:
    """Refuses a correction or a withdrawal of a report that the account may not change."""
    if isinstance(command, Correct | Withdraw) and not may_change(live, account, command.observation):
        refuse(
            "not-allowed",
            "Rapporten är någon annans. Be samordnaren rätta den.",
            "The report is somebody else's. Ask the coordinator to correct it.",
        )
