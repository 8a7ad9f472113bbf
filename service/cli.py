"""The command line: `samverkan`. Each command is a few lines over the same functions as the API."""

from __future__ import annotations

import getpass
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
import structlog
from pydantic import ValidationError

from adapters.database import DatabaseUnavailable
from adapters.event_store import CommandReused, Conflict
from adapters.ledger import LedgerBroken
from domain.action import Action
from domain.agreement import Agreement
from domain.catalogue import Division, PublishDivision, RegisterSource, Source
from domain.core import Actor, Recorded, Refused, refuse
from domain.file_import import FileImport, WithdrawFile
from domain.problem import Problem
from domain.register import COMMANDS, Register
from domain.signal import Judge, Signal
from service.cli_access import COMMANDS as ACCESS
from service.cli_agreement import handover, law
from service.cli_compare import compare
from service.cli_deliveries import list_deliveries
from service.cli_erase import erase, keys
from service.cli_figures import FIGURES, names_of, revised_json, say_revised
from service.cli_proof import COMMANDS as PROOF
from service.cli_review import review
from service.cli_worker import worker
from service.faulty import said
from service.logs import set_up_logs
from service.personal_check import check
from service.register import Stale
from service.session import Session, as_of_option, checked_option, err, out, progress_bar
from service.settings import load_settings
from service.story import sentence
from service.views.comparison_words import word_for
from service.wording import Language

log = structlog.get_logger()
Day = click.DateTime(["%Y-%m-%d"])
COMPUTED = {
    "take-in", "record-assessment", "record-run", "record-forecast", "record-score", "record-effect", "record-backtest",
}  # fmt: skip


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--database", help="sqlite:///file or postgresql://…; otherwise SAMVERKAN_DATABASE.")
@click.option(
    "--language", type=click.Choice(["sv", "en"]), envvar="SAMVERKAN_LANGUAGE", default="sv", show_default=True
)
@click.option("--account", envvar="SAMVERKAN_ACCOUNT", help="The account that acts; otherwise who is logged in.")
@click.option("--role", envvar="SAMVERKAN_ROLE", default="samordnare", show_default=True)
@click.option("--organisation", envvar="SAMVERKAN_ORGANISATION", help="The organisation that the role belongs to.")
@click.pass_context
def cli(
    context: click.Context,
    database: str | None,
    language: Language,
    account: str | None,
    role: str,
    organisation: str | None,
) -> None:
    """Samverkan: the record of an agreement between a municipality and its local police, with early warning."""
    settings = load_settings(database=database)
    set_up_logs(settings)
    slug = re.sub(r"[^a-z0-9._-]+", "-", (account or _login()).casefold()).strip("-.") or "local"
    by = Actor(account=slug, role=role, organisation=organisation or settings.organisation)
    context.obj = Session(settings, language, by)


for each in (*ACCESS, *FIGURES, *PROOF, compare, erase, handover, keys, law, list_deliveries, review, worker):
    cli.add_command(each)


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number that has no name
        return "local"


@cli.command()
@click.option("--agreement", type=click.File("rb"), help="JSON with the agreement to sign (see `samverkan do sign`).")
@checked_option
@click.pass_obj
def init(session: Session, agreement: Any, checked: bool) -> None:
    """Begin a register, and sign its agreement if one is given."""
    position = session.live.now().position
    session.say(
        f"Registret är öppet ({session.settings.database_name}), {position} händelser.",
        f"The register is open ({session.settings.database_name}), {position} events.",
    )
    if agreement is not None:
        _do(session, "sign", agreement.read(), checked=checked)


@cli.command()
@click.argument("key")
@click.option("--name", required=True, help="The source's name, such as “Polisens utdrag”.")
@click.option("--owner", required=True, help="The organisation that answers for the source.")
@click.option(
    "--use",
    type=click.Choice(["main series", "context", "evidence", "survey"]),
    default="main series",
    show_default=True,
)
@click.option(
    "--division", default="districts", show_default=True, help="The district division that its files speak of."
)
@click.option("--synthetic", is_flag=True, help="The data is made up, and marked so wherever it is shown.")
@checked_option
@click.pass_obj
def source(
    session: Session, key: str, name: str, owner: str, use: Any, division: str, synthetic: bool, checked: bool
) -> None:
    """Register a source of observations (and its district division, empty, if it is new)."""
    live = session.live
    command = RegisterSource(source=key, name=name, owner=owner, use=use, division=division, synthetic=synthetic)
    check(command, checked=checked)
    if live.now().find(Division, division) is None:
        empty = PublishDivision(division=division, name=division, on=live.today(), districts=(), synthetic=synthetic)
        live.ask(empty, session.by)
    live.ask(command, session.by)
    session.say(f"Källan ”{key}” är registrerad.", f"The source “{key}” is registered.")


@cli.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--source", "source_key", required=True, help="The source that the files come from.")
@click.option("--kind", type=click.Choice(["counts", "incidents", "reports", "survey", "notices"]))
@click.option(
    "--column", "columns", multiple=True, metavar="FIELD=COLUMN", help="Map a column by hand; it is remembered."
)
@click.option("--covers", nargs=2, type=Day, help="First and last day that the files speak of.")
@click.option(
    "--accept-valid", is_flag=True, help="Take in the sound rows; the others are written to FILE.rejected.csv."
)
@click.option("--preliminary", is_flag=True, help="The figures will be revised.")
@click.option("--new-names", is_flag=True, help="Take unknown districts and categories into the catalogue.")
@checked_option
@click.pass_obj
def import_files(
    session: Session, files: tuple[Path, ...], source_key: str, kind: str | None, columns: tuple[str, ...],
    covers: tuple[datetime, datetime] | None, accept_valid: bool, preliminary: bool, new_names: bool, checked: bool,
) -> None:  # fmt: skip
    """Take in files of counts, incidents, reports, survey results or police notices."""
    from service.importing import Wishes, take_in_file  # loads the file readers only where they are used

    wishes = Wishes(
        covers=(covers[0].date(), covers[1].date()) if covers else None,
        accept_valid=accept_valid,
        preliminary=preliminary,
        new_names=new_names,
        language=session.language,
        personal_data_checked=checked,
    )
    for path in files:
        with progress_bar(path.name) as progress:
            outcome = take_in_file(
                session.live, path, path.name, source=source_key, by=session.by, kind=kind, columns=_pairs(columns),
                wishes=wishes, progress=progress,
            )  # fmt: skip
        for sv, en in outcome.lines():
            session.say(sv, en)


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--division", default="districts", show_default=True, help="The district division that it draws.")
@click.option("--source-text", required=True, help="Whose the outlines are, and under which licence.")
@click.option("--name-property", help="The property that names the district; otherwise the one that fits best.")
@click.option("--schematic", is_flag=True, help="Units of its own in place of degrees: roughly where districts lie.")
@click.option("--accept-valid", is_flag=True, help="Draw the districts that match, and leave the others out.")
@click.pass_obj
def outlines(
    session: Session, file: Path, division: str, source_text: str, name_property: str | None, schematic: bool,
    accept_valid: bool,
) -> None:  # fmt: skip
    """Draw the outlines of districts from a GeoJSON file, in place of those drawn before."""
    from service.drawing import draw_from_file  # loads the file readers only where they are used

    done = draw_from_file(
        session.live, file, file.name, division=division, source=source_text, by=session.by,
        property_name=name_property, schematic=schematic, accept_valid=accept_valid,
    )  # fmt: skip
    for sv, en in done.lines():
        session.say(sv, en)


@cli.command()
@click.argument("file_import")
@click.option("--reason", required=True)
@checked_option
@click.pass_obj
def withdraw(session: Session, file_import: str, reason: str, checked: bool) -> None:
    """Withdraw an import as a whole; what it had replaced counts again."""
    session.ask(WithdrawFile(file_import=file_import, reason=reason), checked=checked)
    session.say(f"Inläsningen ”{file_import}” är återkallad.", f"The import “{file_import}” is withdrawn.")


@cli.command()
@click.option("--source", "source_key", help="One source; otherwise all with counts or incidents.")
@click.option("--period", help="2020-W07 or 2020-02; otherwise the latest complete one.")
@click.option("--frequency", type=click.Choice(["week", "month"]))
@click.option(
    "--method",
    type=click.Choice(["product", "reference"]),
    default="product",
    show_default=True,
    help="reference: Farrington flexible exactly as R's surveillance has it.",
)
@click.option("--again", is_flag=True, help="Assess the period anew, as a run of its own beside the earlier ones.")
@click.option("--json", "as_json", is_flag=True, help="Print the keys as JSON.")
@click.pass_obj
def assess(
    session: Session, source_key: str | None, period: str | None, frequency: Any, method: str, again: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """Assess all districts and categories, and print those that diverge, most surprising first."""
    from forecasting.panel import REFERENCE_VERSION, VERSION  # scipy and numba take seconds to load
    from service.assessing import assess as run
    from service.sources import sources_with_counts

    keys = []
    for key in [source_key] if source_key else sources_with_counts(session.live.now()):
        reference = method == "reference"
        done = run(
            session.live, key, by=session.by, period=period, frequency=frequency, reference=reference, again=again
        )
        keys.append(
            {"assessment": done.key, "repeated": done.repeated, "signals": [k for k, _ in done.signals]}
            | revised_json(done.revised)
        )
        if not as_json:
            _print_assessment(session, done)
            made_with = done.assessment.method
            if done.repeated and made_with != (REFERENCE_VERSION if reference else VERSION):
                session.say(
                    f"    Bedömningen gjordes med metoden ”{made_with}”; bedöm på nytt med --again.",
                    f"    That assessment was made with the method “{made_with}”; assess anew with --again.",
                )
    if as_json:
        click.echo(json.dumps(keys))
    elif not keys:
        session.say(
            "Det finns inget att bedöma än. Läs in en fil först.", "Nothing to assess yet. Take in a file first."
        )


def _print_assessment(session: Session, done: Any) -> None:
    made, results = done.assessment, done.assessment.results
    answered = sum(p is not None for p in results.p)
    again = (
        session.pick(" (bedömd tidigare, samma svar)", " (assessed before, the same answer)") if done.repeated else ""
    )
    made_up = session.pick(" · SYNTETISKA DATA", " · SYNTHETIC DATA") if made.synthetic else ""
    session.say(
        f"{made.source} {made.period}{again}{made_up}: {len(results.district)} serier, "
        f"{answered} kunde bedömas, {len(done.signals)} avviker.",
        f"{made.source} {made.period}{again}{made_up}: {len(results.district)} series, "
        f"{answered} could be assessed, {len(done.signals)} {'diverges' if len(done.signals) == 1 else 'diverge'}.",
    )
    say_revised(session, done.revised)
    if made.caution is not None and done.signals:
        sudden, slow = made.caution.expected_false, made.caution.lasting_false
        session.say(
            f"Av de plötsliga avvikelserna väntas högst {sudden:.1f} vara slump; av de långsamma ger slumpen "
            f"{slow:.1f} per period.".replace(".", ",", 2),
            f"Of the sudden ones at most {sudden:.1f} are to be expected by chance; of the slow ones chance gives "
            f"{slow:.1f} a period.",
        )
    quiet = {d for d, why in zip(results.district, results.reasons, strict=True) if "silent" in why}
    silent = sorted(names_of(session, made.source).get(district, district) for district in quiet)
    if silent:
        session.say(
            f"Tyst: {', '.join(silent)}. Inget alls är rapporterat där; rapporteringen kan ha stannat.",
            f"Silent: {', '.join(silent)}. Nothing at all is reported there; the reporting may have stopped.",
        )
    _print_signals(session, done.signals)
    for wide in made.wider:
        session.say(f"    {wide.sentence.sv}", f"    {wide.sentence.en}")
    _print_lacking(session, made)


def _print_lacking(session: Session, made: Any) -> None:
    """How many series could not be assessed and why, and how many rest on less than a year."""
    from forecasting.finding import why_not

    results = made.results
    unanswered = [why for p, why in zip(results.p, results.reasons, strict=True) if p is None]
    if unanswered:
        session.say(
            f"Kunde inte bedömas: {why_not(unanswered, 'sv')}.", f"Could not be assessed: {why_not(unanswered, 'en')}."
        )
    year, unit = (52, ("veckor", "weeks")) if "W" in made.period else (12, ("månader", "months"))
    known = zip(results.p, results.periods, strict=True) if results.periods else ()
    short = [periods for p, periods in known if p is not None and periods < year]
    if short:
        session.say(
            f"Mindre än ett år att jämföra med: {len(short)} (som minst {min(short)} {unit[0]}); säsongen är osäker.",
            f"Less than a year to compare with: {len(short)} ({min(short)} {unit[1]} at least); the season is unsure.",
        )


def _print_signals(session: Session, signals: Sequence[tuple[str, Signal]]) -> None:
    if signals:
        session.say("observerat  väntat  gränser    signal", "  observed expected  bounds     signal")
    for key, s in signals:
        answer = word_for(s.response) if s.response else None
        verdict = session.pick(f"  [{answer.sv}]", f"  [{answer.en}]") if answer else ""
        low = "" if s.lower is None else f"{s.lower:.0f}"
        session.say(*[f"{s.observed:10.0f} {s.expected:8.1f}  {f'{low}–{s.bound:.0f}':10} {key}{verdict}"] * 2)
        session.say(f"    {s.sentence.sv}", f"    {s.sentence.en}")


@cli.command()
@click.option("--open", "only_open", is_flag=True, help="Only those that nobody has judged.")
@as_of_option
@click.pass_obj
def signals(session: Session, only_open: bool, as_of: str | None) -> None:
    """List the alerts, latest first, with their verdicts."""
    register = session.at(as_of)
    found = [(k, s) for k, s in register.states[Signal.KIND].items() if not (only_open and s.response)]
    if not found:
        session.say("Inga signaler.", "No signals.")
        return
    _print_signals(session, sorted(found, key=lambda item: (item[1].period, -item[1].p), reverse=True))


@cli.command()
@click.argument("signal")
@click.argument("response", type=click.Choice(["act", "watch", "dismiss"]))
@click.option("--reason", required=True)
@click.option("--finding", type=click.Choice(["true", "false", "explained", "open"]), default="open", show_default=True)
@click.option("--explained-by", help="What explains it, with --finding explained.")
@click.option("--on", type=Day, help="The day of the verdict; otherwise today.")
@checked_option
@click.pass_obj
def judge(
    session: Session,
    signal: str,
    response: Any,
    reason: str,
    finding: Any,
    explained_by: str | None,
    on: datetime | None,
    checked: bool,
) -> None:
    """Judge an alert: act, watch or dismiss, and say why."""
    command = Judge(
        signal=signal, on=on.date() if on else session.live.today(), response=response, finding=finding,
        explained_by=explained_by, reason=reason,
    )  # fmt: skip
    session.ask(command, checked=checked)
    session.say(f"Bedömningen av ”{signal}” är registrerad.", f"The verdict on “{signal}” is recorded.")


@cli.command("do")
@click.argument("command", type=click.Choice(sorted(COMMANDS.keys() - COMPUTED)))
@click.argument("file", type=click.File("rb"), default="-")
@click.option("--command-id", help="Makes the command repeatable: the same id gets the first answer.")
@checked_option
@click.pass_obj
def do(session: Session, command: str, file: Any, command_id: str | None, checked: bool) -> None:
    """Give any command of the domain, as JSON from FILE or standard input."""
    _do(session, command, file.read(), command_id, checked=checked)


def _do(session: Session, name: str, body: bytes, command_id: str | None = None, *, checked: bool) -> None:
    answer = session.ask(COMMANDS[name].model_validate_json(body), checked=checked, command_id=command_id)
    session.say(
        f"Registrerat: {answer.stream}, version {answer.version}, händelse {answer.last_gsn}.",
        f"Recorded: {answer.stream}, version {answer.version}, event {answer.last_gsn}.",
    )


@cli.command()
@click.option("--problem")
@click.option("--action")
@click.option("--district")
@click.option("--actor", help="An account, a role or an organisation.")
@click.option("--first", type=Day, help="Recorded on this day or later.")
@click.option("--last", type=Day, help="Recorded on this day or earlier.")
@click.option("--limit", type=click.IntRange(1), help="Only the last so many.")
@as_of_option
@click.pass_obj
def history(
    session: Session, problem: str | None, action: str | None, district: str | None, actor: str | None,
    first: datetime | None, last: datetime | None, limit: int | None, as_of: str | None,
) -> None:  # fmt: skip
    """Tell the story, one sentence an event."""
    wanted = {"problems": problem, "actions": action, "districts": district}
    days = (first.date() if first else date.min, last.date() if last else date.max)
    stop = session.at(as_of).position if as_of else None
    lines = list(_history_lines(session, {k: v for k, v in wanted.items() if v}, actor, days, stop))
    for line in lines[-limit:] if limit else lines:
        out.print(line, markup=False)


def _history_lines(
    session: Session, wanted: dict[str, str], actor: str | None, days: tuple[date, date], stop: int | None
) -> Iterator[str]:
    from service.telling import matches  # shared with the API

    for recorded in session.live.history(stop=stop):
        if isinstance(recorded, Recorded) and matches(recorded, wanted, actor, days):
            yield f"{recorded.recorded_at:%Y-%m-%d %H:%M}  #{recorded.gsn}  {sentence(recorded, session.language)}"


@cli.command("as-of")
@click.argument("moment")
@click.pass_obj
def as_of(session: Session, moment: str) -> None:
    """Show the register as it was known on a day (2020-11-18) or at an event number."""
    live = session.live
    gsn = int(moment) if moment.isascii() and moment.isdigit() and len(moment) < 16 else live.gsn_on(_day(moment))
    session.say(f"Som det var känt vid händelse {gsn}:", f"As known at event {gsn}:")
    register = live.as_of(gsn)
    for sv, en in _summary(register):
        session.say(sv, en)
    tables = live.read_tables()
    for state in register.states[Source.KIND]:
        for frequency_rows in (tables.counts(state, at=gsn), tables.incident_counts(state, "month", at=gsn)):
            if frequency_rows:
                total = sum(row[3] for row in frequency_rows)
                session.say(f"  källa {state}: summa {total}", f"  source {state}: total {total}")


def _summary(register: Register) -> Iterator[tuple[str, str]]:
    for agreement in register.every(Agreement):
        ended = f", upphörd {agreement.ended_on}" if agreement.ended_on else ""
        yield f"  {agreement.title}{ended}", f"  {agreement.title}{', ended' if ended else ''}"
    for key, problem in register.states[Problem.KIND].items():
        stands = word_for(problem.standing)
        yield f"  problem {key}: {problem.title} ({stands.sv})", f"  problem {key}: {problem.title} ({stands.en})"
    for key, action in register.states[Action.KIND].items():
        stands = word_for(action.progress)
        yield f"  åtgärd {key}: {action.title} ({stands.sv})", f"  action {key}: {action.title} ({stands.en})"
    files = sum(not each.withdrawn for each in register.every(FileImport))
    signals = len(register.states[Signal.KIND])
    many = (
        f"  {files} {'inläst fil' if files == 1 else 'inlästa filer'}, {signals} signal{'' if signals == 1 else 'er'}"
    )
    yield many, f"  {files} file{'' if files == 1 else 's'} taken in, {signals} signal{'' if signals == 1 else 's'}"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        refuse(
            "no-such-moment",
            f"”{text[:40]}” är varken en dag (2020-11-18) eller ett händelsenummer. Skriv en dag som finns.",
            f"“{text[:40]}” is neither a day (2020-11-18) nor an event number. Write a day that there is.",
        )


@cli.command()
@click.pass_obj
def rebuild(session: Session) -> None:
    """Make all read models anew from the events."""
    live = session.live
    end = live.store.last_gsn()
    with progress_bar("rebuild") as progress:
        position = live.tables.rebuild(lambda gsn: progress(gsn, end))
    session.say(
        f"Läsmodellerna är omgjorda till händelse {position}.", f"The read models are made anew to event {position}."
    )


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), help="Otherwise SAMVERKAN_PORT.")
@click.pass_obj
def serve(session: Session, host: str, port: int | None) -> None:
    """Serve the pages and the API on this machine."""
    from service.serving import serve as run  # the web server is loaded only here

    session.live.close()  # a database that does not answer is said here, not by the server's worker
    port = port or session.settings.port
    address = f"http://{host}:{port}"
    session.say(
        f"Veckomötet: {address}/  ·  API: {address}/api/docs  (avsluta med Ctrl+C)",
        f"The weekly meeting: {address}/  ·  API: {address}/api/docs  (Ctrl+C to stop)",
    )
    run(session.settings, host, port)


@cli.command()
@click.option("--serve/--no-serve", "and_serve", default=False, help="Serve it when it is made.")
@click.option("--assessments/--no-assessments", default=True, help="Otherwise only the last week is assessed.")
@click.pass_obj
def demo(session: Session, and_serve: bool, assessments: bool) -> None:
    """Make the demonstration register (Västerås 2019 to 2023, synthetic data), which stops before its last meeting."""
    from service.assessing import outcome  # scipy and numba take seconds to load
    from service.demonstration.days import STOPS
    from service.demonstration.make import make  # only the demonstration needs it

    with progress_bar("demo") as progress:
        made = make(session.settings, assessments=assessments, progress=progress)
    for sv, en in made.lines():
        session.say(sv, en)
    _print_assessment(session, outcome(session.live.now(), made.assessment, repeated=False))
    if and_serve:
        session.live.close()
        _serve_afresh(session, session.settings.starts_at or STOPS)


def _serve_afresh(session: Session, starts_at: datetime) -> None:
    """Become the server, in a process that has not loaded what the demonstration was computed with."""
    os.environ["SAMVERKAN_DATABASE"] = session.settings.database
    os.environ["SAMVERKAN_STARTS_AT"] = starts_at.isoformat()
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "service.cli", "--language", session.language, "serve"])  # noqa: S606 - ourselves, by a fixed line


def _pairs(columns: tuple[str, ...]) -> dict[str, str]:
    for pair in columns:
        if "=" not in pair:
            raise click.BadParameter(f"“{pair}” lacks “=”: write --column district=Område")
    return {field.strip(): column for field, column in (pair.split("=", 1) for pair in columns)}


def _sentences(failure: Exception) -> tuple[str, str]:
    """What went wrong and what to do, in Swedish and English."""
    match failure:
        case Refused():
            return failure.sv, failure.en
        case ValidationError():
            places = [(".".join(map(str, e["loc"])) or "JSON", *said(e)) for e in failure.errors()]
            sv, en = "; ".join(f"{at}: {sv}" for at, sv, _ in places), "; ".join(f"{at}: {en}" for at, _, en in places)
            return f"Uppgifterna passar inte: {sv}.", f"The input does not fit: {en}."
        case Stale() | Conflict():
            return (
                "Någon annan ändrade registret under tiden. Försök igen.",
                "Somebody else changed the record meanwhile. Try again.",
            )
        case CommandReused():
            return (
                f"Kommandots id ”{failure}” hör till ett annat kommando. Välj ett annat.",
                f"The command id “{failure}” belongs to another command. Choose another one.",
            )
        case DatabaseUnavailable():
            return (
                f"Databasen svarar inte ({failure}). Kontrollera att den är igång och att du får skriva där.",
                f"The database does not answer ({failure}). Check that it runs and that you may write there.",
            )
        case LedgerBroken():
            return (
                f"Historiken är inte som den skrevs, och inget nytt sparas förrän någon har sett efter ({failure}).",
                f"The history is not as it was written, and nothing is saved until somebody has looked ({failure}).",
            )
        case OSError():
            return _of_a_file(failure), str(failure)
        case _:  # what a library says of its arguments helps nobody here
            return (
                "Det gick inte att räkna på uppgifterna; felet är vårt, och inget har sparats. Se efter om någon "
                "siffra är orimlig, och anmäl felet.",
                "The figures could not be worked on; the fault is ours, and nothing was saved. See whether a figure is "
                "absurd, and report the fault.",
            )


def _of_a_file(failure: OSError) -> str:
    """What is wrong with a file, in Swedish; the system's own English words follow, to be searched for."""
    match failure:
        case FileNotFoundError():
            what = "finns inte. Kontrollera namnet och katalogen"
        case PermissionError():
            what = "får du inte läsa eller skriva. Kontrollera rättigheterna"
        case IsADirectoryError():
            what = "är en katalog. Ange en fil"
        case FileExistsError():
            what = "finns redan. Välj ett annat namn"
        case _:
            what = "gick inte att läsa eller skriva"
    if failure.filename is None:
        return f"Något gick inte att läsa eller skriva ({failure})."
    return f"Filen ”{failure.filename}” {what} ({failure.strerror})."


HINTS = {
    "which-source": "--source",
    "no-such-frequency": "--frequency",
    "file-has-faults": "--accept-valid, --new-names",
    "not-started": "--plan",
    "columns-not-found": "--column",
    "no-forecast": "samverkan forecast",
    "nothing-to-assess": "samverkan import, --covers",
    "no-source": "samverkan import",
    "no-such-text": "samverkan erase find",
    "no-such-event": "samverkan history",
    "personal-data-found": "--personal-data-checked",
}  # how the command line does what a refusal advises; the API has ways of its own
EXPECTED = (Refused, ValidationError, Stale, Conflict, CommandReused, DatabaseUnavailable, LedgerBroken, OSError)


def main() -> None:
    """Run the command line: a mistake by the user ends with a sentence and exit code 2, without a traceback."""
    try:
        cli.main(standalone_mode=True)
    except EXPECTED as failure:
        sv, en = _sentences(failure)
        if "--json" in sys.argv:
            click.echo(json.dumps({"rule": getattr(failure, "rule", "failed"), "sv": sv, "en": en}), err=True)
            sys.exit(2)
        hint = HINTS.get(getattr(failure, "rule", ""))
        err.print((sv if _language(sys.argv) == "sv" else en) + (f" ({hint})" if hint else ""), markup=False)
        sys.exit(2)
    except (ValueError, ArithmeticError) as fault:
        log.exception("fault", kind=type(fault).__name__)
        err.print(_sentences(fault)[_language(sys.argv) != "sv"], markup=False)
        sys.exit(1)


def _language(arguments: list[str]) -> str:
    """The language that was asked for, known also when the settings could not be read."""
    asked = [b for a, b in pairwise(arguments) if a == "--language"]
    asked += [a.removeprefix("--language=") for a in arguments if a.startswith("--language=")]
    return (asked or [os.environ.get("SAMVERKAN_LANGUAGE", "sv")])[0]


if __name__ == "__main__":
    main()
