"""The command line for access: accounts, tokens for the API, and the log of who signed in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from adapters.access_log import KINDS, Kind
from adapters.accounts import GRADES, PARTIES, KeptAccount
from adapters.tokens import LONGEST, SCOPES, Scope, Token
from domain.core import must_exist
from service.gate import account_named, open_keepers
from service.keeping import Keeping, Person
from service.register import HERE
from service.session import Session

PLACE = "kommandorad"
"""What stands in the access log for an address."""
_grade, _party = click.Choice(GRADES), click.Choice(PARTIES)


def _keeping(session: Session) -> Keeping:
    live = session.live
    return Keeping(
        open_keepers(live), f"{PLACE}:{session.by.account}", PLACE, live.clock()
    )  # no account has such a key


@click.group()
def account() -> None:
    """Accounts: who may sign in, and as what. The first administrator is made here."""


@account.command("add")
@click.argument("key")
@click.option("--grade", type=_grade, required=True)
@click.option("--name", required=True, help="The person's name; it never stands in the history.")
@click.option("--email", default="", help="Who signs in with this verified address gets the account.")
@click.option("--organisation", required=True)
@click.option("--party", type=_party, default="municipality", show_default=True)
@click.option("--role", required=True, help="As it is to stand in the history, such as samordnare.")
@click.option(
    "--subject", default="", help="The sign-in's own number of the person (sub), where no address is verified."
)
@click.pass_obj
def add(session: Session, /, subject: str, **given: Any) -> None:
    """Add an account under KEY, which stands in the history for ever."""
    issuer = session.settings.oidc_issuer if subject else ""
    _keeping(session).add(Person.model_validate(given), issuer, subject)
    session.say(f"Kontot ”{given['key']}” är tillagt.", f"The account “{given['key']}” is added.")


@account.command("change")
@click.argument("key")
@click.option("--grade", type=_grade)
@click.option("--name")
@click.option("--email")
@click.option("--organisation")
@click.option("--party", type=_party)
@click.option("--role")
@click.option("--open", "opens", is_flag=True, help="Open it again, if it was closed.")
@click.pass_obj
def change(session: Session, /, key: str, *, opens: bool, **given: Any) -> None:
    """Change an account, at once, also for those who are signed in by it."""
    keeping = _keeping(session)
    found: KeptAccount = must_exist(keeping.keepers.accounts.find(key), "account", "Kontot", key)
    told = {name: getattr(found, name) for name in Person.model_fields}
    keeping.change(Person.model_validate(told | {name: value for name, value in given.items() if value is not None}))
    if opens:
        keeping.open(key)
    session.say(f"Kontot ”{key}” är ändrat.", f"The account “{key}” is changed.")


@account.command("close")
@click.argument("key")
@click.pass_obj
def close(session: Session, key: str) -> None:
    """Close an account and end its sessions; its tokens open nothing any more."""
    _keeping(session).close(key)
    session.say(f"Kontot ”{key}” är stängt.", f"The account “{key}” is closed.")


@account.command("list")
@click.pass_obj
def list_accounts(session: Session) -> None:
    """Every account."""
    for one in open_keepers(session.live).accounts.every():
        closed = session.pick(" (stängt)", " (closed)") if one.closed else ""
        if not one.closed and not one.answers(session.live.clock()):
            closed = session.pick(" (vilar)", " (resting)")
        session.say(
            *(f"{one.key}  {one.grade}  {one.party}  {one.role}, {one.organisation}  {one.name} {one.email}{closed}",)
            * 2
        )


@click.group()
def token() -> None:
    """Tokens for the API."""


@token.command("make")
@click.argument("account_key", metavar="ACCOUNT")
@click.option("--name", required=True, help="What it is for.")
@click.option("--scope", "scopes", type=click.Choice(SCOPES), multiple=True, required=True)
@click.option("--days", type=click.IntRange(1, LONGEST.days), default=90, show_default=True)
@click.pass_obj
def make(session: Session, account_key: str, name: str, scopes: tuple[Scope, ...], days: int) -> None:
    """Make a token for an account, and print it: it is told this once."""
    keeping = _keeping(session)
    found = account_named(session.live, keeping.keepers, session.settings, account_key)
    made = keeping.make_token(must_exist(found, "account", "Kontot", account_key), name, scopes, days)
    click.echo(made)


@token.command("list")
@click.option("--account", "account_key", help="Those of one account; otherwise all.")
@click.pass_obj
def list_tokens(session: Session, account_key: str | None) -> None:
    """Every token, the latest first, without its secret."""
    for one in open_keepers(session.live).tokens.every(account_key):
        session.say(*(f"{one.id}  {one.account}  {' '.join(one.scopes)}  {_until(session, one)}  {one.name}",) * 2)


@token.command("revoke")
@click.argument("token_id", metavar="ID")
@click.pass_obj
def revoke(session: Session, token_id: str) -> None:
    """End a token for good."""
    keeping = _keeping(session)
    keeping.revoke(keeping.token(token_id))
    session.say(f"Nyckeln {token_id} är återkallad.", f"The token {token_id} is revoked.")


@click.command("access-log")
@click.option("--account", "account_key", help="Only what one account did.")
@click.option("--kind", type=click.Choice(KINDS))
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True)
@click.pass_obj
def access_log(session: Session, account_key: str | None, kind: Kind | None, limit: int) -> None:
    """Sign-ins, sign-outs, refusals, and what became of accounts and tokens: the latest first."""
    for one in open_keepers(session.live).log.lines(account=account_key, kind=kind, limit=limit):
        session.say(*(f"{_moment(one.at)}  {one.kind}  {one.account or '-'}  {one.what or '-'}  {one.address}",) * 2)


def _until(session: Session, one: Token) -> str:
    if one.revoked_at:
        return session.pick(f"återkallad {_moment(one.revoked_at)}", f"revoked {_moment(one.revoked_at)}")
    return session.pick(f"till {_moment(one.expires_at)}", f"until {_moment(one.expires_at)}")


def _moment(at: datetime) -> str:
    return f"{at.astimezone(HERE):%Y-%m-%d %H:%M}"


COMMANDS = (account, token, access_log)
