"""Grades, parties, scopes and what the access log tells, in words. Each is translated where it is shown."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.access_log import Kind
from adapters.accounts import Grade, Party
from adapters.tokens import Scope

GRADES: Mapping[Grade, str] = {
    "reader": "Läsare: läser allt men ändrar inget",
    "reporter": "Rapportör: rapporterar, och ser bara sina egna rapporter",
    "municipality": "Kommunen: bedömer, värderar och arbetar med åtgärder",
    "police": "Polisen: bedömer, värderar, arbetar med åtgärder och delar det som polisen har skrivit",
    "coordinator": "Samordnare: leder mötet och beslutar",
    "administrator": "Administratör: sköter kataloger, källor och konton",
}
PARTIES: Mapping[Party, str] = {"municipality": "Kommunen", "police": "Polisen", "other": "Annan organisation"}
SCOPES: Mapping[Scope, str] = {
    "read": "Läsa det som kontot får läsa",
    "report": "Rapportera, och lämna in filer",
    "work": "Arbeta i registret: bedöma, föreslå, besluta, beräkna",
    "administer": "Sköta överenskommelse, kataloger och källor",
}
KINDS: Mapping[Kind, str] = {
    "signed-in": "Loggade in",
    "signed-out": "Loggade ut",
    "signed-out-everywhere": "Loggade ut överallt",
    "refused": "Nekades",
    "token-made": "Nyckel gjord",
    "token-revoked": "Nyckel återkallad",
    "account-kept": "Konto ändrat",
}
