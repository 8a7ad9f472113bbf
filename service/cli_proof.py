"""The command line's proof of the history: verify, export, events, checkpoint, prove, witness."""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from time import time
from typing import TextIO
from urllib.error import HTTPError
from urllib.parse import urlsplit

import click

from adapters.keys import KeyPlace
from adapters.ledger.notes import NotContinued, public_key, read_request, witnessed
from adapters.ledger.verify import (
    UNREADABLE,
    CannotCheck,
    Fault,
    Key,
    read_checkpoint,
    read_key,
    read_note,
    verify_archive,
)
from adapters.tables import Tables
from adapters.tables_check import check_tables
from domain.core import Refused, refuse
from service.proof import (
    chain_events,
    keep_checkpoint,
    prove_event,
    prove_growth,
    register_key,
    request_cosignature,
    take_cosignature,
    verify,
    witness_keys,
)
from service.session import Session, err, progress_bar

SECONDS, LARGEST = 30, 1_000_000
file_path = click.Path(path_type=Path, dir_okay=False)


@click.command("verify")
@click.argument("archive", required=False, type=click.Path(path_type=Path, exists=True))
@click.option("--checkpoint", "kept", multiple=True, type=file_path, help="A checkpoint that somebody else kept.")
@click.option("--key", "keys", multiple=True, help="A key known from elsewhere: name+number+base64.")
@click.pass_obj
def verify_history(session: Session, archive: Path | None, kept: tuple[Path, ...], keys: tuple[str, ...]) -> None:
    """Check the history of the register, or of an ARCHIVE (a .zip or its folder) without any register."""
    theirs = [(path.name, _read(path)) for path in kept]
    faults, (sv, en) = _of_archive(session, archive, theirs, keys) if archive else _of_register(session, theirs, keys)
    for fault in faults:
        session.say(f"! {fault.sv}", f"! {fault.en}")
    session.say(sv, en)
    if faults:
        sys.exit(1)


Found = tuple[Sequence[Fault], tuple[str, str]]


def _of_archive(session: Session, archive: Path, theirs: list[tuple[str, str]], keys: tuple[str, ...]) -> Found:
    try:
        verdict = verify_archive(archive, theirs, keys)
    except CannotCheck as why:
        raise _unusable(why) from None
    except UNREADABLE as wrong:
        refuse("bad-archive", f"Arkivet går inte att läsa: {wrong}.", f"The archive cannot be read: {wrong}.")
    for sv, en in verdict.told:
        session.say(sv, en)
    return verdict.faults, verdict.conclusion


def _of_register(session: Session, theirs: list[tuple[str, str]], keys: tuple[str, ...]) -> Found:
    """The register as it lies there: nothing is read into it, made anew or erased before it has been looked at."""
    known = witness_keys(" ".join((session.settings.witnesses, *keys)))
    store = session.history_as_it_is()
    try:
        end = store.last_gsn()
        if not end and not store.ledger.size():
            name = session.settings.database_name
            refuse(
                "no-history",
                f"{name} har ingen historik att pröva. Kontrollera SAMVERKAN_DATABASE.",
                f"{name} has no history to check. See SAMVERKAN_DATABASE.",
            )
        with progress_bar("verify") as progress:
            found = verify(store, known, theirs, lambda gsn: progress(gsn, end))
        kept = store.ledger.signed()
        found.faults += _stamps(session, kept)
        if not found.faults:  # only a history that is intact is read into anything
            with progress_bar("read models") as progress:
                found.faults += check_tables(store, Tables(store), lambda gsn: progress(gsn, end))
    except CannotCheck as why:
        raise _unusable(why) from None
    finally:
        store.close()
    session.say(
        f"{found.tree.size} händelser, {len(kept) + len(theirs)} kontrollpunkter och läsmodellerna kontrollerade.",
        f"{found.tree.size} events, {len(kept) + len(theirs)} checkpoints and the read models checked.",
    )
    if not theirs:
        session.say(
            "Den som äger servern kan skriva om både historik och underskrifter: kontrollera också mot motpartens "
            "kontrollpunkt med --checkpoint.",
            "Who owns the server can rewrite both history and signatures: check against the other party's checkpoint "
            "too, with --checkpoint.",
        )
    sound = ("Historiken är orörd.", "The history is intact.")
    return found.faults, ("HISTORIKEN ÄR INTE ORÖRD.", "THE HISTORY IS NOT INTACT.") if found.faults else sound


def _unusable(why: CannotCheck) -> Refused:
    return Refused("cannot-check", f"Kunde inte prövas: {why.sv}.", f"Could not be checked: {why.en}.")


def _stamps(session: Session, kept: Sequence[tuple[int, str, bytes | None]]) -> Iterator[Fault]:
    """Time stamps that do not hold, where the authority's certificates are set."""
    stamped = [(size, note, given) for size, note, given in kept if given is not None]
    if not stamped or not session.settings.stamp_roots:
        return
    from adapters.ledger.stamps import NotStamped, stamped_at  # only here

    for size, note, given in stamped:
        try:
            stamped_at(given, read_note(note).text, Path(session.settings.stamp_roots))
        except (NotStamped, ValueError) as why:
            yield Fault(None, f"Tidsstämpeln {size}: {why}.", f"The time stamp {size}: {why}.")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        refuse("bad-file", f"{path} går inte att läsa: {wrong}.", f"{path} cannot be read: {wrong}.")


@click.command()
@click.argument("archive", type=file_path)
@click.option("--texts/--without-texts", default=True, help="Whether what people wrote goes with it, and the books.")
@click.option("--anyway", is_flag=True, help="Also when the register does not verify: as evidence.")
@click.pass_obj
def export(session: Session, archive: Path, texts: bool, anyway: bool) -> None:
    """Write everything that an auditor needs into one ARCHIVE (.zip), which checks itself with Python alone."""
    from service.archive import write_archive  # the books load the makers of documents
    from service.book.files import papers

    live, known = session.live, witness_keys(session.settings.witnesses)
    _sound(session, known, anyway=anyway)
    made = papers(live, session.language) if texts else {}
    with progress_bar(archive.name) as progress:
        end = live.store.last_gsn()
        number = write_archive(
            live.store, archive, papers=made, witnesses=known, texts=texts, progress=lambda gsn: progress(gsn, end)
        )
    session.say(
        f"{archive}: {number} händelser, {max(0, len(made) - 1)} filer med årsuppföljningar. "
        "Packa upp och kör python3 verify.py, eller samverkan verify.",
        f"{archive}: {number} events, {max(0, len(made) - 1)} files of yearly reviews. "
        "Unpack it and run python3 verify.py, or samverkan verify.",
    )


def _sound(session: Session, known: Sequence[Key], *, anyway: bool) -> None:
    """Refuse to sign for a register whose history or read models do not hold."""
    store = session.live.store
    faults = verify(store, known).faults or list(check_tables(store, session.live.tables))
    if faults and not anyway:
        refuse(
            "not-intact",
            f"Registret stämmer inte: {faults[0].sv} Inget arkiv är skrivet; med --anyway skrivs det ändå, som bevis.",
            f"The register does not verify: {faults[0].en} No archive is written; --anyway writes it as evidence.",
        )


@click.command()
@click.option(
    "--output", type=click.File("w", encoding="utf-8"), default="-", help="A file; otherwise standard output."
)
@click.pass_obj
def events(session: Session, output: TextIO) -> None:
    """Write every event in its envelope, a JSON object a line."""
    from service.telling import as_json  # shared with the API

    for line in as_json(session.live.store):
        output.write(line + "\n")


@click.command()
@click.option("--key", "only_key", is_flag=True, help="Print the register's public key instead.")
@click.option("--since", type=click.IntRange(min=0), help="What a witness that cosigned so many events is asked.")
@click.option("--add", type=file_path, help="A cosigned checkpoint, back from a witness.")
@click.option("--stamp", "stamping", is_flag=True, help="Have it stamped by the authority at SAMVERKAN_STAMPS.")
@click.option("--output", type=click.File("w", encoding="utf-8"), default="-")
@click.pass_obj
def checkpoint(
    session: Session, only_key: bool, since: int | None, add: Path | None, stamping: bool, output: TextIO
) -> None:
    """Sign and keep a checkpoint of the history as it stands."""
    store = session.live.store
    if only_key:
        output.write(f"{register_key(store)}\n")
    elif add is not None:
        point = take_cosignature(store, _read(add), witness_keys(session.settings.witnesses), int(time()))
        session.say(
            f"Vittnets underskrift under {point.size} händelser är sparad.",
            f"The witness's signature under {point.size} events is kept.",
        )
    elif since is not None:
        output.write(str(request_cosignature(store, since)))
    else:
        note = keep_checkpoint(store)
        if stamping:
            _stamp(session, note)
        output.write(note)


def _stamp(session: Session, note: str) -> None:
    from adapters.ledger.stamps import NotStamped, stamp  # only here

    settings = session.settings
    if not settings.stamps or not settings.stamp_roots:
        refuse(
            "no-authority",
            "Ingen tidsstämplare är inställd. Ange SAMVERKAN_STAMPS (adress) och SAMVERKAN_STAMP_ROOTS (certifikat).",
            "No authority for time stamps is set. Give SAMVERKAN_STAMPS (address) and SAMVERKAN_STAMP_ROOTS (a file).",
        )
    parsed = read_note(note)
    try:
        given = stamp(settings.stamps, parsed.text, Path(settings.stamp_roots))
    except NotStamped as why:
        refuse("not-stamped", f"Ingen tidsstämpel: {why}.", f"No time stamp: {why}.")
    session.live.store.ledger.keep(read_checkpoint(parsed).size, note, given)


@click.command()
@click.argument("gsn", required=False, type=click.IntRange(min=1))
@click.option("--problem", help="Every event of a problem's chain in place of one event.")
@click.option("--since", type=click.IntRange(min=1), help="That the history still begins with so many events.")
@click.option("--at", type=click.IntRange(min=1), help="In the history of so many events; otherwise all.")
@click.pass_obj
def prove(session: Session, gsn: int | None, problem: str | None, since: int | None, at: int | None) -> None:
    """Print what shows that an event, or a problem's chain, stands in the history (JSON)."""
    store = session.live.store
    if since is not None:
        proofs = [asdict(prove_growth(store, since, at))]
    elif problem is not None:
        proofs = [asdict(prove_event(store, each, at)) for each in chain_events(store, session.live.at(at), problem)]
    elif gsn is not None:
        proofs = [asdict(prove_event(store, gsn, at))]
    else:
        raise click.UsageError("Give an event number, --problem or --since.")
    click.echo(json.dumps(proofs if problem else proofs[0], indent=1, ensure_ascii=False))


@click.group()
def witness() -> None:
    """What the other party does with a key of its own: look at checkpoints, and cosign those that continue the last."""


key_file = click.option("--keys", "key_file", type=file_path, required=True, help="The witness's own key file.")
witness_name = click.option("--name", required=True, help="The witness's name, such as lpo-vasteras; no spaces or +.")


@witness.command("key")
@key_file
@witness_name
def witness_key(key_file: Path, name: str) -> None:
    """Print the witness's public key (and make the key if there is none), for SAMVERKAN_WITNESSES of the register."""
    _named(name)
    click.echo(str(public_key(name, KeyPlace(key_file).begin().signing, witness=True)))


@witness.command()
@click.argument("request")
@key_file
@witness_name
@click.option("--trust", required=True, help="The register's public key, as the register's owner gave it.")
@click.option("--kept", type=file_path, required=True, help="Where the checkpoint cosigned last is kept.")
@click.option("--output", type=click.File("w", encoding="utf-8"), default="-")
@click.pass_obj
def cosign(session: Session, request: str, key_file: Path, name: str, trust: str, kept: Path, output: TextIO) -> None:
    """Cosign a REQUEST: a file from `samverkan checkpoint --since`, or the address of a register's API.

    Refused unless the checkpoint is signed by the trusted key and continues the one that was cosigned last.
    """
    before = _read(kept) if kept.exists() else None
    remote = request.startswith(("http://", "https://"))
    try:
        old = read_checkpoint(read_note(before)).size if before else 0
        written = _fetch(f"{request.rstrip('/')}/proof/request?since={old}") if remote else _read(Path(request))
        note = witnessed(
            read_request(written), before, (read_key(trust),), _named(name), KeyPlace(key_file).begin().signing,
            int(time()),
        )  # fmt: skip
    except NotContinued as why:
        refuse("not-continued", f"Underteckna inte: {why.sv}.", f"Do not sign: {why.en}.")
    except ValueError as wrong:
        refuse("bad-checkpoint", f"Det går inte att läsa: {wrong}.", f"It cannot be read: {wrong}.")
    _replace(kept, note)
    if remote:
        _fetch(f"{request.rstrip('/')}/proof/cosignatures", note)
    output.write(note)
    point = read_checkpoint(read_note(note))
    first = ("", "") if before else (" Det är första gången här.", " It is the first time here.")
    said = session.pick(f"Undertecknat: {point.size} händelser.{first[0]}", f"Cosigned: {point.size} events.{first[1]}")
    err.print(said, markup=False)


def _replace(path: Path, text: str) -> None:
    """Whole or not at all: what was kept is all that a witness has."""
    draft = path.with_name(f".{path.name}.new")
    draft.write_text(text, encoding="utf-8")
    os.replace(draft, path)


def _named(name: str) -> str:
    if not name or any(sign.isspace() or sign == "+" for sign in name):
        refuse("bad-name", "Namnet får inte ha blanksteg eller plus.", "The name may hold no space and no plus sign.")
    return name


def _fetch(url: str, body: str | None = None) -> str:
    """What a register's API answers; Refused where it does not."""
    headers = {"Content-Type": "text/plain"} if body else {}
    asked = urllib.request.Request(url, body.encode() if body else None, headers)  # noqa: S310 - http, see who calls
    try:
        with urllib.request.urlopen(asked, timeout=SECONDS) as answer:  # noqa: S310 - the same
            content: bytes = answer.read(LARGEST)
            return content.decode()
    except HTTPError as wrong:
        said = wrong.read(LARGEST).decode(errors="replace")
        raise Refused("refused-there", f"Registret svarade: {said}", f"The register answered: {said}") from None
    except OSError as wrong:
        at = urlsplit(url).netloc
        raise Refused("no-answer", f"{at} svarar inte: {wrong}.", f"{at} does not answer: {wrong}.") from None


COMMANDS = (verify_history, export, events, checkpoint, prove, witness)
