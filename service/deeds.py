"""What was done, an entry for each event: the words that follow after who did it, in Swedish and in English."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, assert_never

from domain import (
    action,
    agreement,
    catalogue,
    computed,
    erasure,
    file_import,
    forecast,
    meeting,
    observation,
    picture,
    problem,
    promise,
    review,
    run,
    sharing,
    signal,
    weights,
)
from domain.core import Event
from service.naming import Both, Names
from service.wording import day, figure, in_english, in_swedish, listed, period, short, some, title

# Swedish, English, and the reason or the words to quote, if any.
Deed = tuple[str, str, str | None]

# The agreement and the catalogues


def _signed(e: agreement.Signed, key: str, names: Names) -> Deed:
    beside = names.beside(key)
    parties = [party.organisation for party in e.parties]
    return (
        f"registrerade att {listed(parties, 'och')} har undertecknat överenskommelsen ”{title(e.title)}”{beside}, "
        f"som gäller från {day(e.first_day, 'sv')} till {day(e.last_day, 'sv')}",
        f"recorded that {listed(parties, 'and')} have signed the agreement “{title(e.title)}”{beside}, "
        f"in force from {day(e.first_day, 'en')} to {day(e.last_day, 'en')}",
        None,
    )


def _amended(e: agreement.Amended, key: str, names: Names) -> Deed:
    named = names.agreement(key)
    sv = [f"slutdag {day(e.last_day, 'sv')}"] if e.last_day else []
    en = [f"last day {day(e.last_day, 'en')}"] if e.last_day else []
    sv += [name for name, there in (("mål", e.goals), ("beskrivningar", e.items)) if there]
    en += [name for name, there in (("goals", e.goals), ("descriptions", e.items)) if there]
    return (
        f"registrerade en ändring av överenskommelsen {named.sv} ({listed(sv, 'och')})",
        f"recorded a change of the agreement {named.en} ({listed(en, 'and')})",
        e.reason,
    )


def _ended(e: agreement.Ended, key: str, names: Names) -> Deed:
    named = names.agreement(key)
    return (
        f"registrerade att överenskommelsen {named.sv} upphörde {day(e.on, 'sv')}",
        f"recorded that the agreement {named.en} ended on {day(e.on, 'en')}",
        e.reason,
    )


def _succeeded(e: agreement.Succeeded, key: str, names: Names) -> Deed:
    named, after = names.agreement(key), names.agreement(e.successor)
    return (
        f"registrerade att överenskommelsen {named.sv} efterträds av {after.sv}",
        f"recorded that the agreement {named.en} is succeeded by {after.en}",
        None,
    )


def _division_published(e: catalogue.DivisionPublished, key: str, names: Names) -> Deed:
    beside = names.beside(key)
    number = len(e.districts)
    return (
        f"tog indelningen ”{title(e.name)}”{beside} i bruk, med {some(number, 'område', 'områden')}",
        f"took the division “{title(e.name)}”{beside} into use, with {some(number, 'district', 'districts')}",
        None,
    )


def _division_revised(e: catalogue.DivisionRevised, key: str, names: Names) -> Deed:
    named = names.division(key)
    changed, retired = len(e.districts), len(e.retired)
    return (
        f"ändrade indelningen {named.sv} (nya eller ändrade områden: {changed}, utgångna: {retired})",
        f"changed the division {named.en} (new or changed districts: {changed}, retired: {retired})",
        e.reason,
    )


def _division_mapped(e: catalogue.DivisionMapped, key: str, names: Names) -> Deed:
    named, to = names.division(key), names.division(e.to)
    return (
        f"angav hur indelningen {named.sv} motsvarar indelningen {to.sv}",
        f"said how the division {named.en} corresponds to the division {to.en}",
        e.method,
    )


def _division_drawn(e: catalogue.DivisionDrawn, key: str, names: Names) -> Deed:
    named = names.division(key)
    number, (sv, en) = len(e.outlines), ("schematiska ", "schematic ") if e.schematic else ("", "")
    return (
        f"ritade {sv}konturer för {some(number, 'område', 'områden')} i indelningen {named.sv}",
        f"drew {en}outlines of {some(number, 'district', 'districts')} in the division {named.en}",
        e.source,
    )


def _categories_published(e: catalogue.CategoriesPublished, key: str, names: Names) -> Deed:
    added = [category.name for category in e.categories]
    retired = [names.category(category) for category in e.retired]
    sv = [f"lade till eller ändrade {listed(added, 'och')} i"] if added else []
    en = [f"added or changed {listed(added, 'and')} in"] if added else []
    sv += [f"tog bort {listed(retired, 'och')} ur"] if e.retired else []
    en += [f"took {listed(retired, 'and')} out of"] if e.retired else []
    return f"{' och '.join(sv)} kategorikatalogen", f"{' and '.join(en)} the catalogue of categories", e.reason


def _source_registered(e: catalogue.SourceRegistered, key: str, names: Names) -> Deed:
    beside = names.beside(key)
    made_up = (", med syntetiska data", ", with synthetic data") if e.synthetic else ("", "")
    return (
        f"registrerade källan ”{title(e.name)}”{beside} från {short(e.owner, 60)} som {in_swedish(e.use)}{made_up[0]}",
        f"registered the source “{title(e.name)}”{beside} of {short(e.owner, 60)} as {in_english(e.use)}{made_up[1]}",
        None,
    )


def _columns_remembered(e: catalogue.ColumnsRemembered, key: str, names: Names) -> Deed:
    source = names.source(key)
    kind = short(e.kind, 40)
    return (
        f"angav vad kolumnerna i filer med {in_swedish(kind)} från källan {source.sv} betyder",
        f"said what the columns of files with {in_english(kind)} from the source {source.en} mean",
        None,
    )


def _break_declared(e: catalogue.BreakDeclared, key: str, names: Names) -> Deed:
    source = names.source(key)
    return (
        f"angav att det som källan {source.sv} räknar ändrades den {e.on}",
        f"said that what the source {source.en} counts changed on {e.on}",
        e.reason,
    )


def _file_listed(e: catalogue.FileListed, key: str, names: Names) -> Deed:
    taken, source = names.file_import(e.file_import), names.source(key)
    return (
        f"förtecknade {taken.sv} under källan {source.sv}",
        f"listed {taken.en} under the source {source.en}",
        None,
    )


def _file_delisted(e: catalogue.FileDelisted, key: str, names: Names) -> Deed:
    taken, source = names.file_import(e.file_import), names.source(key)
    return (
        f"strök {taken.sv} ur förteckningen för källan {source.sv}",
        f"struck {taken.en} off the list of the source {source.en}",
        None,
    )


# Observations and files


Content = observation.Report | observation.Dialogue | observation.SurveyResult


def _seen(content: Content, names: Names, source: str | None) -> Both:
    match content:
        case observation.Report(kind=kind, district=district, category=category):
            on, where = content.occurred_on, f"{names.district(district, source)} ({names.category(category)})"
            return Both(
                f"{in_swedish(kind)} i {where} {day(on, 'sv')}", f"{in_english(kind)} in {where} on {day(on, 'en')}"
            )
        case observation.Dialogue(kind=kind, held_on=on):
            return Both(f"en {in_swedish(kind)} {day(on, 'sv')}", f"a {in_english(kind)} on {day(on, 'en')}")
        case observation.SurveyResult(indicator=indicator, wave=wave):
            named = f"“{title(indicator)}” ({short(wave, 40)})"
            return Both(f"enkätresultatet {named.replace('“', '”')}", f"the survey result {named}")
        case _:
            assert_never(content)


def _observed(e: observation.Observed, key: str, names: Names) -> Deed:
    seen, source = _seen(e.content, names, e.source), names.source(e.source)
    if names.are_keys:
        return (
            f"registrerade observationen {key} ur källan {source.sv}: {seen.sv}",
            f"recorded the observation {key} from the source {source.en}: {seen.en}",
            None,
        )
    return f"registrerade {seen.sv}, ur källan {source.sv}", f"recorded {seen.en}, from the source {source.en}", None


def _corrected(e: observation.Corrected, key: str, names: Names) -> Deed:
    seen = _seen(e.content, names, names.source_of(key))
    if names.are_keys:
        return f"rättade observationen {key} till {seen.sv}", f"corrected the observation {key} to {seen.en}", e.reason
    return f"rättade en observation till {seen.sv}", f"corrected an observation to {seen.en}", e.reason


def _withdrawn(e: observation.Withdrawn, key: str, names: Names) -> Deed:
    seen = names.observation(key)
    return f"återkallade {seen.sv}", f"withdrew {seen.en}", e.reason


def _file_taken(e: file_import.FileTaken, key: str, names: Names) -> Deed:
    source = names.source(e.source)
    t = e.tally
    return (
        f"läste in filen ”{title(e.file_name)}” med {in_swedish(e.kind)} från källan {source.sv}: "
        f"{t.read} rader lästa, {t.new} nya, {t.corrected} rättade, {t.unchanged} oförändrade, {t.rejected} avvisade",
        f"took in the file “{title(e.file_name)}” with {in_english(e.kind)} from the source {source.en}: "
        f"{t.read} rows read, {t.new} new, {t.corrected} corrected, {t.unchanged} unchanged, {t.rejected} rejected",
        None,
    )


def _rows(kind: str) -> Callable[[file_import.Rows, str, Names], Deed]:
    def deed(e: file_import.Rows, key: str, names: Names) -> Deed:
        number, corrected = file_import.row_count(e), len(e.corrects)
        taken = names.file_import(key)
        sv = f", varav {corrected} rättar en tidigare" if corrected else ""
        en = f", {corrected} of them correcting an earlier one" if corrected else ""
        return (
            f"lade till {some(number, 'rad', 'rader')} med {in_swedish(kind)} i {taken.sv}{sv}",
            f"added {some(number, 'row', 'rows')} of {in_english(kind)} to {taken.en}{en}",
            None,
        )

    return deed


def _file_withdrawn(e: file_import.FileWithdrawn, key: str, names: Names) -> Deed:
    taken = names.file_import(key)
    return f"återkallade {taken.sv}", f"withdrew {taken.en}", e.reason


# The picture and its problems


def _own_picture_made(e: picture.OwnPictureMade, key: str, names: Names) -> Deed:
    number = len(e.findings)
    sv = {"municipality": "kommunens", "police": "polisens"}[e.party]
    en = {"municipality": "the municipality's", "police": "the police's"}[e.party]
    return (
        f"registrerade {sv} egen lägesbild för {e.year} med {some(number, 'iakttagelse', 'iakttagelser')}",
        f"recorded {en} own picture of {e.year} with {some(number, 'finding', 'findings')}",
        None,
    )


def _joint_picture_defined(e: picture.JointPictureDefined, key: str, names: Names) -> Deed:
    number, year = len(e.findings), key[-4:]
    return (
        f"fastställde den gemensamma lägesbilden för {year} med {some(number, 'iakttagelse', 'iakttagelser')}",
        f"defined the joint picture of {year} with {some(number, 'finding', 'findings')}",
        None,
    )


def _adjusted(e: picture.Adjusted, key: str, names: Names) -> Deed:
    changed, dropped, year = len(e.findings), len(e.dropped), key[-4:]
    return (
        f"justerade lägesbilden för {year} (nya eller ändrade iakttagelser: {changed}, strukna: {dropped})",
        f"adjusted the picture of {year} (new or changed findings: {changed}, dropped: {dropped})",
        e.reason,
    )


def _proposed(e: problem.Proposed, key: str, names: Names) -> Deed:
    beside = names.beside(key)
    number = len(e.evidence)
    return (
        f"föreslog problembilden ”{title(e.title)}”{beside} med {some(number, 'underlag', 'underlag')}",
        f"proposed the problem “{title(e.title)}”{beside} with {some(number, 'piece', 'pieces')} of evidence",
        e.description,
    )


def _evidence_added(e: problem.EvidenceAdded, key: str, names: Names) -> Deed:
    named, refs = names.problem(key), [names.evidence(item) for item in e.evidence]
    return (
        f"lade {listed((ref.sv for ref in refs), 'och', wide=70)} till underlaget för problembilden {named.sv}",
        f"added {listed((ref.en for ref in refs), 'and', wide=70)} to the evidence of the problem {named.en}",
        next((item.note for item in e.evidence if item.note), None),
    )


_CRITERIA_SV: Mapping[str, str] = {
    "common": "vanligt",
    "rising": "ökar",
    "deviates": "avviker",
    "concentrated": "koncentrerat",
    "affects many": "drabbar många",
    "harm": "skada",
    "visible": "synligt",
    "can be influenced": "påverkbart",
    "costly": "kostsamt",
}


def _valued(e: problem.Valued, key: str, names: Names) -> Deed:
    named = names.problem(key)
    rater = short(e.rater, 40)
    sv = ", ".join(f"{_CRITERIA_SV[criterion]} {score}" for criterion, score in e.scores.items())
    en = ", ".join(f"{criterion} {score}" for criterion, score in e.scores.items())
    return (
        f"registrerade värderingen av problembilden {named.sv} från {rater} ({sv})",
        f"recorded the valuation of the problem {named.en} by {rater} ({en})",
        e.comment,
    )


def _prioritised(e: problem.Prioritised, key: str, names: Names) -> Deed:
    named = names.problem(key)
    rank = (f" som nummer {e.rank}", f" as number {e.rank}") if e.rank else ("", "")
    dissent = (", med avvikande mening", ", with dissent") if e.dissent else ("", "")
    return (
        f"prioriterade problembilden {named.sv}{rank[0]}{dissent[0]}",
        f"prioritised the problem {named.en}{rank[1]}{dissent[1]}",
        e.reason,
    )


def _set_aside(e: problem.SetAside, key: str, names: Names) -> Deed:
    named = names.problem(key)
    dissent = (", med avvikande mening", ", with dissent") if e.dissent else ("", "")
    return (
        f"prioriterade bort problembilden {named.sv}{dissent[0]}",
        f"set the problem {named.en} aside{dissent[1]}",
        e.reason,
    )


def _causes_analysed(e: problem.CausesAnalysed, key: str, names: Names) -> Deed:
    named = names.problem(key)
    confirmed = sum(cause.finding == "confirmed" for cause in e.causes)
    rejected = len(e.causes) - confirmed
    return (
        f"registrerade orsaksanalysen av problembilden {named.sv} "
        f"(bekräftade orsaker: {confirmed}, avfärdade: {rejected})",
        f"recorded the cause analysis of the problem {named.en} (confirmed causes: {confirmed}, rejected: {rejected})",
        e.method,
    )


def _reopened(e: problem.Reopened, key: str, names: Names) -> Deed:
    named = names.problem(key)
    return f"tog upp problembilden {named.sv} på nytt", f"reopened the problem {named.en}", e.reason


def _problem_closed(e: problem.Closed, key: str, names: Names) -> Deed:
    named = names.problem(key)
    return (
        f"avslutade problembilden {named.sv} (utfall: {in_swedish(e.outcome)})",
        f"closed the problem {named.en} (outcome: {in_english(e.outcome)})",
        e.reason,
    )


def _problem_carried_over(e: problem.CarriedOver, key: str, names: Names) -> Deed:
    named, to = names.problem(key), names.agreement(e.agreement)
    n = len(e.actions)
    sv = f" med {some(n, 'åtgärd som går vidare', 'åtgärder som går vidare')}" if n else ""
    en = f" with {some(n, 'action that goes on', 'actions that go on')}" if n else ""
    return (
        f"förde över problembilden {named.sv} till överenskommelsen {to.sv}{sv}",
        f"carried the problem {named.en} over to the agreement {to.en}{en}",
        e.reason,
    )


# Plans, actions and promises


def _plan_carried_over(e: action.PlanCarriedOver, key: str, names: Names) -> Deed:
    named, to = names.problem(key), names.agreement(e.agreement)
    return (
        f"förde över handlingsplanen för problembilden {named.sv} till överenskommelsen {to.sv}",
        f"carried the action plan of the problem {named.en} over to the agreement {to.en}",
        None,
    )


def _carried_over(e: action.CarriedOver, key: str, names: Names) -> Deed:
    named, to = names.action(key), names.agreement(e.agreement)
    return (
        f"förde över åtgärden {named.sv} till överenskommelsen {to.sv}",
        f"carried the action {named.en} over to the agreement {to.en}",
        None,
    )


def _owner(owner: action.Owner) -> str:
    return f"{short(owner.role, 50)}, {short(owner.organisation, 50)}"


def _plan_adopted(e: action.PlanAdopted, key: str, names: Names) -> Deed:
    named = names.problem(key)
    return (
        f"antog handlingsplanen för problembilden {named.sv} (ansvarig: {_owner(e.owner)})",
        f"adopted the action plan of the problem {named.en} (responsible: {_owner(e.owner)})",
        e.aim,
    )


def _committed(e: action.Committed, key: str, names: Names) -> Deed:
    against, beside, name = names.problem(e.problem), names.beside(key), short(e.title, 80)
    return (
        f"beslutade åtgärden ”{name}”{beside} mot problembilden {against.sv}; ansvarig är {_owner(e.owner)}, "
        f"och den ska vara klar {day(e.due, 'sv')}",
        f"committed to the action “{name}”{beside} against the problem {against.en}; responsible is {_owner(e.owner)}, "
        f"due {day(e.due, 'en')}",
        None,
    )


def _started(e: action.Started, key: str, names: Names) -> Deed:
    named = names.action(key)
    return (
        f"påbörjade åtgärden {named.sv} {day(e.on, 'sv')}",
        f"started the action {named.en} on {day(e.on, 'en')}",
        None,
    )


def _dose_logged(e: action.DoseLogged, key: str, names: Names) -> Deed:
    named = names.action(key)
    unit = short(e.unit, 40)
    return (
        f"noterade {figure(e.amount, 'sv')} {unit} och {figure(e.hours, 'sv')} timmar i åtgärden {named.sv}",
        f"logged {figure(e.amount, 'en')} {unit} and {figure(e.hours, 'en')} hours of the action {named.en}",
        e.note,
    )


def _changed(e: action.Changed, key: str, names: Names) -> Deed:
    changed = names.action(key)
    named = (
        (e.description, "beskrivning", "description"),
        (e.owner, "ansvarig", "owner"),
        (e.due, f"klar {day(e.due, 'sv')}" if e.due else "", f"due {day(e.due, 'en')}" if e.due else ""),
        (e.planned_hours, "planerade timmar", "planned hours"),
    )
    there = [(sv, en) for value, sv, en in named if value is not None]
    return (
        f"ändrade åtgärden {changed.sv} ({listed((sv for sv, _ in there), 'och')})",
        f"changed the action {changed.en} ({listed((en for _, en in there), 'and')})",
        e.reason,
    )


def _not_started(e: action.NotStarted, key: str, names: Names) -> Deed:
    named = names.action(key)
    return (
        f"meddelade att åtgärden {named.sv} inte påbörjas",
        f"said that the action {named.en} will not be started",
        e.reason,
    )


def _cancelled(e: action.Cancelled, key: str, names: Names) -> Deed:
    named = names.action(key)
    return f"avbröt åtgärden {named.sv}", f"cancelled the action {named.en}", e.reason


def _reported_done(e: action.ReportedDone, key: str, names: Names) -> Deed:
    named = names.action(key)
    return f"rapporterade åtgärden {named.sv} som klar", f"reported the action {named.en} as done", e.note


def _verified_done(e: action.VerifiedDone, key: str, names: Names) -> Deed:
    named = names.action(key)
    return f"kontrollerade att åtgärden {named.sv} är klar", f"verified that the action {named.en} is done", e.how


def _followed_up(e: action.FollowedUp, key: str, names: Names) -> Deed:
    named = names.action(key)
    hours = (figure(e.hours, "sv"), figure(e.hours, "en"))
    return (
        f"följde upp åtgärden {named.sv} ({hours[0]} timmar)",
        f"followed up the action {named.en} ({hours[1]} hours)",
        e.effect.words,
    )


def _published(e: promise.Published, key: str, names: Names) -> Deed:
    beside = names.beside(key)
    number = len(e.measures)
    return (
        f"gav medborgarlöftet ”{title(e.title)}”{beside} med {some(number, 'åtgärd', 'åtgärder')} "
        f"från {day(e.first_day, 'sv')} till {day(e.last_day, 'sv')}",
        f"made the citizen promise “{title(e.title)}”{beside} with {some(number, 'measure', 'measures')} "
        f"from {day(e.first_day, 'en')} to {day(e.last_day, 'en')}",
        e.words,
    )


def _reported_back(e: promise.ReportedBack, key: str, names: Names) -> Deed:
    named = names.promise(key)
    done, promised = sum(measure.done == "yes" for measure in e.measures), len(e.measures)
    outcome = in_swedish(e.outcome), in_english(e.outcome)
    return (
        f"återrapporterade medborgarlöftet {named.sv} ({done} av {promised} åtgärder genomförda, utfall: {outcome[0]})",
        f"reported back on the citizen promise {named.en} ({done} of {promised} measures done, outcome: {outcome[1]})",
        e.words,
    )


# Meetings, signals and reviews


def _meeting_opened(e: meeting.Opened, key: str, names: Names) -> Deed:
    held = names.meeting(key)
    week = (f" ({period(e.week, 'sv')})", f" ({period(e.week, 'en')})") if names.are_keys else ("", "")
    return f"öppnade {held.sv}{week[0]}", f"opened {held.en}{week[1]}", None


def _attended(e: meeting.Attended, key: str, names: Names) -> Deed:
    held = names.meeting(key)
    roles = [f"{short(a.role, 30)} ({short(a.organisation, 30)})" for a in e.attendees]
    return (
        f"antecknade deltagare i {held.sv}: {listed(roles, 'och', 3, 64)}",
        f"noted who attended {held.en}: {listed(roles, 'and', 3, 64)}",
        None,
    )


def _decided(e: meeting.Decided, key: str, names: Names) -> Deed:
    held = names.meeting(key)
    what = short(e.what, 120).rstrip(".")
    who = short(e.owner_role, 40) if e.owner_role else None
    sv = [*([f"ansvarig: {who}"] if who else []), *([f"senast {day(e.due, 'sv')}"] if e.due else [])]
    en = [*([f"responsible: {who}"] if who else []), *([f"by {day(e.due, 'en')}"] if e.due else [])]
    return (
        f"antecknade ett beslut på {held.sv}, ”{what}”{_bracketed(sv)}, med skälet",
        f"recorded a decision of {held.en}, “{what}”{_bracketed(en)}, for the reason",
        e.reason,
    )


def _bracketed(parts: Sequence[str]) -> str:
    return f" ({', '.join(parts)})" if parts else ""


_OUTCOMES_SV: Mapping[str, str] = {"done": "gjort", "ongoing": "pågår", "not done": "inte gjort"}


def _decision_followed_up(e: meeting.DecisionFollowedUp, key: str, names: Names) -> Deed:
    held, earlier = names.meeting(key), names.meeting(e.earlier)
    return (
        f"följde på {held.sv} upp beslut {e.number} från {earlier.sv}: {_OUTCOMES_SV[e.outcome]}",
        f"followed up, at {held.en}, decision {e.number} of {earlier.en}: {e.outcome}",
        e.comment,
    )


def _meeting_closed(e: meeting.Closed, key: str, names: Names) -> Deed:
    held = names.meeting(key)
    number = len(e.agenda)
    return (
        f"avslutade {held.sv} och låste dagordningen med {some(number, 'punkt', 'punkter')}",
        f"closed {held.en} and froze its agenda of {some(number, 'item', 'items')}",
        None,
    )


def _assessed(e: signal.Assessed, key: str, names: Names) -> Deed:
    source = names.source(e.source)
    series, alerts = len(e.results.flagged), sum(e.results.flagged)
    sv, en = (" på nytt", " anew") if e.number > 1 else ("", "")
    return (
        f"bedömde{sv} {some(series, 'serie', 'serier')} från källan {source.sv} för {period(e.period, 'sv')}: "
        f"{some(alerts, 'trendvarning', 'trendvarningar')}",
        f"assessed{en} {some(series, 'series', 'series')} of the source {source.en} for {period(e.period, 'en')}: "
        f"{some(alerts, 'trend alert', 'trend alerts')}",
        None,
    )


def _run_made(e: run.RunMade, key: str, names: Names) -> Deed:
    done, left = len(e.assessments), len(e.skipped)
    sv, en = (" igen, då siffror hade ändrats", " again, as figures had changed") if e.number > 1 else ("", "")
    not_sv = f", {some(left, 'källa', 'källor')} gick inte att bedöma" if left else ""
    not_en = f", {some(left, 'source', 'sources')} could not be" if left else ""
    return (
        f"gick igenom {period(e.period, 'sv')}{sv}: {some(done, 'källa bedömd', 'källor bedömda')}{not_sv}",
        f"went through {period(e.period, 'en')}{en}: {some(done, 'source', 'sources')} assessed{not_en}",
        None,
    )


def _alert_raised(e: signal.AlertRaised, key: str, names: Names) -> Deed:
    where = names.series(e.district, e.category, e.source)
    if e.flag.startswith("lasting"):
        sv, en = ("ökning", "rise") if e.flag == "lasting-rise" else ("minskning", "fall")
        found = f"en varaktig {sv}", f"a lasting {en}"
    else:
        found = (
            f"{figure(e.observed, 'sv')} mot väntade {figure(e.expected, 'sv')}",
            f"{figure(e.observed, 'en')} against an expected {figure(e.expected, 'en')}",
        )
    return (
        f"fick en trendvarning för {where.sv}, {period(e.period, 'sv')}: {found[0]}",
        f"got a trend alert for {where.en}, {period(e.period, 'en')}: {found[1]}",
        None,
    )


def _judged(e: signal.Judged, key: str, names: Names) -> Deed:
    named = names.signal(key)
    sv, en = in_swedish(e.finding), in_english(e.finding)
    if e.explained_by:
        words = short(e.explained_by, 60).rstrip(".")
        sv, en = f"som förklarad (”{words}”)", f"to be explained (“{words}”)"
    return (
        f"bedömde {named.sv} {sv} och {in_swedish(e.response)}",
        f"judged {named.en} {en} and {in_english(e.response)}",
        e.reason,
    )


def _review_opened(e: review.Opened, key: str, names: Names) -> Deed:
    named = names.agreement(e.agreement)
    return (
        f"öppnade årsuppföljningen av {e.year} för {named.sv}, som den var känd vid händelse {e.as_known_at}",
        f"opened the annual review of {e.year} for {named.en}, as known at event {e.as_known_at}",
        None,
    )


def _adopted(e: review.Adopted, key: str, names: Names) -> Deed:
    return (
        f"antog årsuppföljningen av {key[-4:]} för {in_swedish(e.party)}s del",
        f"adopted the annual review of {key[-4:]} for {in_english(e.party)}",
        e.learnt,
    )


# Weights and computed figures


def _weights_imported(e: weights.WeightsImported, key: str, names: Names) -> Deed:
    beside = names.beside(key)
    number = len(e.weights)
    return (
        f"läste in skadevikterna ”{title(e.name)}”{beside} för {some(number, 'kategori', 'kategorier')}, "
        f"ur en källa från {e.year}",
        f"took in the harm weights “{title(e.name)}”{beside} for {some(number, 'category', 'categories')}, "
        f"from a source of {e.year}",
        e.cited,
    )


def _weights_frozen(e: weights.WeightsFrozen, key: str, names: Names) -> Deed:
    named, by = names.agreement(key), names.weights(e.weight_set)
    dissent = (", med avvikande mening", ", with dissent") if e.dissent else ("", "")
    return (
        f"fastställde skadevikterna {by.sv} för överenskommelsen {named.sv}{dissent[0]}",
        f"decided that the agreement {named.en} goes by the harm weights {by.en}{dissent[1]}",
        e.reason,
    )


def _forecast_issued(e: forecast.ForecastIssued, key: str, names: Names) -> Deed:
    source = names.source(e.source)
    series = len(e.outlook.district)
    sv, en = ("en ny prognos", "a new forecast") if e.number > 1 else ("en prognos", "a forecast")
    return (
        f"gjorde {sv} för {some(series, 'serie', 'serier')} från källan {source.sv}, "
        f"{some(e.horizon, 'period', 'perioder')} framåt från {period(e.origin, 'sv')}",
        f"made {en} of {some(series, 'series', 'series')} of the source {source.en}, "
        f"{some(e.horizon, 'period', 'periods')} ahead from {period(e.origin, 'en')}",
        None,
    )


def _forecast_scored(e: forecast.ForecastScored, key: str, names: Names) -> Deed:
    made = names.forecast(key)
    judged = sum(covered is not None for covered in e.scores.covered)
    inside = sum(covered is True for covered in e.scores.covered)
    share = f"{100 * e.interval:g}"
    return (
        f"jämförde {made.sv} med utfallet för {period(e.period, 'sv')}: {inside} av {judged} serier hamnade "
        f"i intervallet på {share.replace('.', ',')} procent",
        f"compared {made.en} with what came in {period(e.period, 'en')}: {inside} of {judged} series lay "
        f"within the {share} per cent interval",
        None,
    )


def _effect_estimated(e: computed.EffectEstimated, key: str, names: Names) -> Deed:
    named = names.action(key)
    return (
        f"skattade effekten av åtgärden {named.sv} från {period(e.first, 'sv')} till {period(e.last, 'sv')}: "
        f"”{short(e.sentence.sv, 240).rstrip('.')}”",
        f"estimated the effect of the action {named.en} from {period(e.first, 'en')} to {period(e.last, 'en')}: "
        f"“{short(e.sentence.en, 240).rstrip('.')}”",
        None,
    )


def _backtest_made(e: computed.BacktestMade, key: str, names: Names) -> Deed:
    source = names.source(key)
    return (
        f"prövade prognoser och trendvarningar för källan {source.sv} "
        f"på {period(e.first, 'sv')} till {period(e.last, 'sv')} ({some(e.card.series, 'serie', 'serier')})",
        f"tried the forecasts and alerts of the source {source.en} "
        f"on {period(e.first, 'en')} to {period(e.last, 'en')} ({some(e.card.series, 'series', 'series')})",
        None,
    )


# Erasure


def _erasure_requested(e: erasure.Requested, key: str, names: Names) -> Deed:
    number = len(e.texts)
    return (
        f"begärde att {some(number, 'text', 'texter')} raderas ur historiken, med stöd av {e.legal_basis}"
        f"{names.beside(key)}",
        f"asked for {some(number, 'text', 'texts')} to be erased from the history, on the basis of {e.legal_basis}"
        f"{names.beside(key)}",
        e.reason,
    )


def _erasure_approved(e: erasure.Approved, key: str, names: Names) -> Deed:
    number = len(e.texts)
    return (
        f"godkände raderingen{names.beside(key)}: {some(number, 'text är förstörd', 'texter är förstörda')}",
        f"approved the erasure{names.beside(key)}: {some(number, 'text is', 'texts are')} destroyed",
        None,
    )


def _erasure_declined(e: erasure.Declined, key: str, names: Names) -> Deed:
    return f"avslog raderingen{names.beside(key)}", f"declined the erasure{names.beside(key)}", e.reason


def _shared(e: sharing.Shared, key: str, names: Names) -> Deed:
    sv, en = {"observation": ("en rapport", "a report"), "import": ("en fil", "a file"),
              "picture": ("sin egen lägesbild", "their own picture")}[e.what]  # fmt: skip
    return f"delade {sv} med kommunen", f"shared {en} with the municipality", e.reason


DEEDS: Mapping[type[Event], Callable[[Any, str, Names], Deed]] = {
    agreement.Signed: _signed,
    agreement.Amended: _amended,
    agreement.Ended: _ended,
    agreement.Succeeded: _succeeded,
    catalogue.DivisionPublished: _division_published,
    catalogue.DivisionRevised: _division_revised,
    catalogue.DivisionMapped: _division_mapped,
    catalogue.DivisionDrawn: _division_drawn,
    catalogue.CategoriesPublished: _categories_published,
    catalogue.SourceRegistered: _source_registered,
    catalogue.ColumnsRemembered: _columns_remembered,
    catalogue.BreakDeclared: _break_declared,
    catalogue.FileListed: _file_listed,
    catalogue.FileDelisted: _file_delisted,
    observation.Observed: _observed,
    observation.Corrected: _corrected,
    observation.Withdrawn: _withdrawn,
    file_import.FileTaken: _file_taken,
    file_import.CountRows: _rows("counts"),
    file_import.IncidentRows: _rows("incidents"),
    file_import.ReportRows: _rows("reports"),
    file_import.SurveyRows: _rows("survey"),
    file_import.NoticeRows: _rows("notices"),
    file_import.FileWithdrawn: _file_withdrawn,
    picture.OwnPictureMade: _own_picture_made,
    picture.JointPictureDefined: _joint_picture_defined,
    picture.Adjusted: _adjusted,
    problem.Proposed: _proposed,
    problem.EvidenceAdded: _evidence_added,
    problem.Valued: _valued,
    problem.Prioritised: _prioritised,
    problem.SetAside: _set_aside,
    problem.CausesAnalysed: _causes_analysed,
    problem.Reopened: _reopened,
    problem.Closed: _problem_closed,
    problem.CarriedOver: _problem_carried_over,
    action.PlanAdopted: _plan_adopted,
    action.PlanCarriedOver: _plan_carried_over,
    action.Committed: _committed,
    action.Started: _started,
    action.DoseLogged: _dose_logged,
    action.Changed: _changed,
    action.NotStarted: _not_started,
    action.Cancelled: _cancelled,
    action.ReportedDone: _reported_done,
    action.VerifiedDone: _verified_done,
    action.FollowedUp: _followed_up,
    action.CarriedOver: _carried_over,
    promise.Published: _published,
    promise.ReportedBack: _reported_back,
    meeting.Opened: _meeting_opened,
    meeting.Attended: _attended,
    meeting.Decided: _decided,
    meeting.DecisionFollowedUp: _decision_followed_up,
    meeting.Closed: _meeting_closed,
    signal.Assessed: _assessed,
    run.RunMade: _run_made,
    signal.AlertRaised: _alert_raised,
    signal.Judged: _judged,
    review.Opened: _review_opened,
    review.Adopted: _adopted,
    weights.WeightsImported: _weights_imported,
    weights.WeightsFrozen: _weights_frozen,
    forecast.ForecastIssued: _forecast_issued,
    forecast.ForecastScored: _forecast_scored,
    computed.EffectEstimated: _effect_estimated,
    computed.BacktestMade: _backtest_made,
    erasure.Requested: _erasure_requested,
    erasure.Approved: _erasure_approved,
    erasure.Declined: _erasure_declined,
    sharing.Shared: _shared,
}
