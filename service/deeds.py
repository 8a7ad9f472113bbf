"""What was done, an entry for each event: the words that follow after who did it, in Swedish and in English."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, assert_never

from domain import (
    action,
    agreement,
    catalogue,
    computed,
    file_import,
    forecast,
    meeting,
    observation,
    picture,
    problem,
    promise,
    review,
    signal,
    weights,
)
from domain.core import Event
from service.wording import day, figure, in_english, in_swedish, listed, period, short, some, title

# Swedish, English, and the reason or the words to quote, if any.
Deed = tuple[str, str, str | None]

# The agreement and the catalogues


def _signed(e: agreement.Signed, key: str) -> Deed:
    parties = [party.organisation for party in e.parties]
    return (
        f"registrerade att {listed(parties, 'och')} har undertecknat överenskommelsen ”{title(e.title)}” ({key}), "
        f"som gäller från {day(e.first_day, 'sv')} till {day(e.last_day, 'sv')}",
        f"recorded that {listed(parties, 'and')} have signed the agreement “{title(e.title)}” ({key}), "
        f"in force from {day(e.first_day, 'en')} to {day(e.last_day, 'en')}",
        None,
    )


def _amended(e: agreement.Amended, key: str) -> Deed:
    sv = [f"slutdag {day(e.last_day, 'sv')}"] if e.last_day else []
    en = [f"last day {day(e.last_day, 'en')}"] if e.last_day else []
    sv += [name for name, there in (("mål", e.goals), ("beskrivningar", e.items)) if there]
    en += [name for name, there in (("goals", e.goals), ("descriptions", e.items)) if there]
    return (
        f"registrerade en ändring av överenskommelsen {key} ({listed(sv, 'och')})",
        f"recorded a change of the agreement {key} ({listed(en, 'and')})",
        e.reason,
    )


def _ended(e: agreement.Ended, key: str) -> Deed:
    return (
        f"registrerade att överenskommelsen {key} upphörde {day(e.on, 'sv')}",
        f"recorded that the agreement {key} ended on {day(e.on, 'en')}",
        e.reason,
    )


def _succeeded(e: agreement.Succeeded, key: str) -> Deed:
    return (
        f"registrerade att överenskommelsen {key} efterträds av {e.successor}",
        f"recorded that the agreement {key} is succeeded by {e.successor}",
        None,
    )


def _division_published(e: catalogue.DivisionPublished, key: str) -> Deed:
    number = len(e.districts)
    return (
        f"tog indelningen ”{title(e.name)}” ({key}) i bruk, med {some(number, 'område', 'områden')}",
        f"took the division “{title(e.name)}” ({key}) into use, with {some(number, 'district', 'districts')}",
        None,
    )


def _division_revised(e: catalogue.DivisionRevised, key: str) -> Deed:
    changed, retired = len(e.districts), len(e.retired)
    return (
        f"ändrade indelningen {key} (nya eller ändrade områden: {changed}, utgångna: {retired})",
        f"changed the division {key} (new or changed districts: {changed}, retired: {retired})",
        e.reason,
    )


def _division_mapped(e: catalogue.DivisionMapped, key: str) -> Deed:
    return (
        f"angav hur indelningen {key} motsvarar indelningen {e.to}",
        f"said how the division {key} corresponds to the division {e.to}",
        e.method,
    )


def _division_drawn(e: catalogue.DivisionDrawn, key: str) -> Deed:
    number, (sv, en) = len(e.outlines), ("schematiska ", "schematic ") if e.schematic else ("", "")
    return (
        f"ritade {sv}konturer för {some(number, 'område', 'områden')} i indelningen {key}",
        f"drew {en}outlines of {some(number, 'district', 'districts')} in the division {key}",
        e.source,
    )


def _categories_published(e: catalogue.CategoriesPublished, key: str) -> Deed:
    names = [category.name for category in e.categories]
    sv = [f"lade till eller ändrade {listed(names, 'och')} i"] if names else []
    en = [f"added or changed {listed(names, 'and')} in"] if names else []
    sv += [f"tog bort {listed(e.retired, 'och')} ur"] if e.retired else []
    en += [f"took {listed(e.retired, 'and')} out of"] if e.retired else []
    return f"{' och '.join(sv)} kategorikatalogen", f"{' and '.join(en)} the catalogue of categories", e.reason


def _source_registered(e: catalogue.SourceRegistered, key: str) -> Deed:
    made_up = (", med syntetiska data", ", with synthetic data") if e.synthetic else ("", "")
    return (
        f"registrerade källan ”{title(e.name)}” ({key}) från {short(e.owner, 60)} som {in_swedish(e.use)}{made_up[0]}",
        f"registered the source “{title(e.name)}” ({key}) of {short(e.owner, 60)} as {in_english(e.use)}{made_up[1]}",
        None,
    )


def _columns_remembered(e: catalogue.ColumnsRemembered, key: str) -> Deed:
    kind = short(e.kind, 40)
    return (
        f"angav vad kolumnerna i filer med {in_swedish(kind)} från källan {key} betyder",
        f"said what the columns of files with {in_english(kind)} from the source {key} mean",
        None,
    )


def _break_declared(e: catalogue.BreakDeclared, key: str) -> Deed:
    return (
        f"angav att det som källan {key} räknar ändrades den {e.on}",
        f"said that what the source {key} counts changed on {e.on}",
        e.reason,
    )


def _file_listed(e: catalogue.FileListed, key: str) -> Deed:
    return (
        f"förtecknade inläsningen {e.file_import} under källan {key}",
        f"listed the import {e.file_import} under the source {key}",
        None,
    )


def _file_delisted(e: catalogue.FileDelisted, key: str) -> Deed:
    return (
        f"strök inläsningen {e.file_import} ur förteckningen för källan {key}",
        f"struck the import {e.file_import} off the list of the source {key}",
        None,
    )


# Observations and files


def _seen(content: observation.Report | observation.Dialogue | observation.SurveyResult) -> tuple[str, str]:
    match content:
        case observation.Report(kind=kind, district=district, category=category):
            on = content.occurred_on
            where = f"{district} ({category})"
            return f"{in_swedish(kind)} i {where} {day(on, 'sv')}", f"{in_english(kind)} in {where} on {day(on, 'en')}"
        case observation.Dialogue(kind=kind, held_on=on):
            return f"en {in_swedish(kind)} {day(on, 'sv')}", f"a {in_english(kind)} on {day(on, 'en')}"
        case observation.SurveyResult(indicator=indicator, wave=wave):
            named = f"“{title(indicator)}” ({short(wave, 40)})"
            return f"enkätresultatet {named.replace('“', '”')}", f"the survey result {named}"
        case _:
            assert_never(content)


def _observed(e: observation.Observed, key: str) -> Deed:
    sv, en = _seen(e.content)
    return (
        f"registrerade observationen {key} ur källan {e.source}: {sv}",
        f"recorded the observation {key} from the source {e.source}: {en}",
        None,
    )


def _corrected(e: observation.Corrected, key: str) -> Deed:
    sv, en = _seen(e.content)
    return f"rättade observationen {key} till {sv}", f"corrected the observation {key} to {en}", e.reason


def _withdrawn(e: observation.Withdrawn, key: str) -> Deed:
    return f"återkallade observationen {key}", f"withdrew the observation {key}", e.reason


def _file_taken(e: file_import.FileTaken, key: str) -> Deed:
    t = e.tally
    return (
        f"läste in filen ”{title(e.file_name)}” med {in_swedish(e.kind)} från källan {e.source}: "
        f"{t.read} rader lästa, {t.new} nya, {t.corrected} rättade, {t.unchanged} oförändrade, {t.rejected} avvisade",
        f"took in the file “{title(e.file_name)}” with {in_english(e.kind)} from the source {e.source}: "
        f"{t.read} rows read, {t.new} new, {t.corrected} corrected, {t.unchanged} unchanged, {t.rejected} rejected",
        None,
    )


def _rows(kind: str) -> Callable[[file_import.Rows, str], Deed]:
    def deed(e: file_import.Rows, key: str) -> Deed:
        number, corrected = file_import.row_count(e), len(e.corrects)
        sv = f", varav {corrected} rättar en tidigare" if corrected else ""
        en = f", {corrected} of them correcting an earlier one" if corrected else ""
        return (
            f"lade till {some(number, 'rad', 'rader')} med {in_swedish(kind)} i inläsningen {key}{sv}",
            f"added {some(number, 'row', 'rows')} of {in_english(kind)} to the import {key}{en}",
            None,
        )

    return deed


def _file_withdrawn(e: file_import.FileWithdrawn, key: str) -> Deed:
    return f"återkallade inläsningen {key}", f"withdrew the import {key}", e.reason


# The picture and its problems


def _own_picture_made(e: picture.OwnPictureMade, key: str) -> Deed:
    number = len(e.findings)
    sv = {"municipality": "kommunens", "police": "polisens"}[e.party]
    en = {"municipality": "the municipality's", "police": "the police's"}[e.party]
    return (
        f"registrerade {sv} egen lägesbild för {e.year} med {some(number, 'iakttagelse', 'iakttagelser')}",
        f"recorded {en} own picture of {e.year} with {some(number, 'finding', 'findings')}",
        None,
    )


def _joint_picture_defined(e: picture.JointPictureDefined, key: str) -> Deed:
    number, year = len(e.findings), key[-4:]
    return (
        f"fastställde den gemensamma lägesbilden för {year} med {some(number, 'iakttagelse', 'iakttagelser')}",
        f"defined the joint picture of {year} with {some(number, 'finding', 'findings')}",
        None,
    )


def _adjusted(e: picture.Adjusted, key: str) -> Deed:
    changed, dropped, year = len(e.findings), len(e.dropped), key[-4:]
    return (
        f"justerade lägesbilden för {year} (nya eller ändrade iakttagelser: {changed}, strukna: {dropped})",
        f"adjusted the picture of {year} (new or changed findings: {changed}, dropped: {dropped})",
        e.reason,
    )


def _proposed(e: problem.Proposed, key: str) -> Deed:
    number = len(e.evidence)
    return (
        f"föreslog problembilden ”{title(e.title)}” ({key}) med {some(number, 'underlag', 'underlag')}",
        f"proposed the problem “{title(e.title)}” ({key}) with {some(number, 'piece', 'pieces')} of evidence",
        e.description,
    )


def _evidence_added(e: problem.EvidenceAdded, key: str) -> Deed:
    refs = [item.ref for item in e.evidence]
    return (
        f"lade underlag till problembilden {key}: {listed(refs, 'och')}",
        f"added evidence to the problem {key}: {listed(refs, 'and')}",
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


def _valued(e: problem.Valued, key: str) -> Deed:
    rater = short(e.rater, 40)
    sv = ", ".join(f"{_CRITERIA_SV[criterion]} {score}" for criterion, score in e.scores.items())
    en = ", ".join(f"{criterion} {score}" for criterion, score in e.scores.items())
    return (
        f"registrerade värderingen av problembilden {key} från {rater} ({sv})",
        f"recorded the valuation of the problem {key} by {rater} ({en})",
        e.comment,
    )


def _prioritised(e: problem.Prioritised, key: str) -> Deed:
    rank = (f" som nummer {e.rank}", f" as number {e.rank}") if e.rank else ("", "")
    dissent = (", med avvikande mening", ", with dissent") if e.dissent else ("", "")
    return (
        f"prioriterade problembilden {key}{rank[0]}{dissent[0]}",
        f"prioritised the problem {key}{rank[1]}{dissent[1]}",
        e.reason,
    )


def _set_aside(e: problem.SetAside, key: str) -> Deed:
    dissent = (", med avvikande mening", ", with dissent") if e.dissent else ("", "")
    return f"prioriterade bort problembilden {key}{dissent[0]}", f"set the problem {key} aside{dissent[1]}", e.reason


def _causes_analysed(e: problem.CausesAnalysed, key: str) -> Deed:
    confirmed = sum(cause.finding == "confirmed" for cause in e.causes)
    rejected = len(e.causes) - confirmed
    return (
        f"registrerade orsaksanalysen av problembilden {key} (bekräftade orsaker: {confirmed}, avfärdade: {rejected})",
        f"recorded the cause analysis of the problem {key} (confirmed causes: {confirmed}, rejected: {rejected})",
        e.method,
    )


def _reopened(e: problem.Reopened, key: str) -> Deed:
    return f"tog upp problembilden {key} på nytt", f"reopened the problem {key}", e.reason


def _problem_closed(e: problem.Closed, key: str) -> Deed:
    return (
        f"avslutade problembilden {key} (utfall: {in_swedish(e.outcome)})",
        f"closed the problem {key} (outcome: {in_english(e.outcome)})",
        e.reason,
    )


# Plans, actions and promises


def _owner(owner: action.Owner) -> str:
    return f"{short(owner.role, 50)}, {short(owner.organisation, 50)}"


def _plan_adopted(e: action.PlanAdopted, key: str) -> Deed:
    return (
        f"antog handlingsplanen för problembilden {key} (ansvarig: {_owner(e.owner)})",
        f"adopted the action plan of the problem {key} (responsible: {_owner(e.owner)})",
        e.aim,
    )


def _committed(e: action.Committed, key: str) -> Deed:
    name = short(e.title, 80)
    return (
        f"beslutade åtgärden ”{name}” ({key}) mot problembilden {e.problem}; ansvarig är {_owner(e.owner)}, "
        f"och den ska vara klar {day(e.due, 'sv')}",
        f"committed to the action “{name}” ({key}) against the problem {e.problem}; responsible is {_owner(e.owner)}, "
        f"due {day(e.due, 'en')}",
        None,
    )


def _started(e: action.Started, key: str) -> Deed:
    return f"påbörjade åtgärden {key} {day(e.on, 'sv')}", f"started the action {key} on {day(e.on, 'en')}", None


def _dose_logged(e: action.DoseLogged, key: str) -> Deed:
    unit = short(e.unit, 40)
    return (
        f"noterade {figure(e.amount, 'sv')} {unit} och {figure(e.hours, 'sv')} timmar i åtgärden {key}",
        f"logged {figure(e.amount, 'en')} {unit} and {figure(e.hours, 'en')} hours of the action {key}",
        e.note,
    )


def _changed(e: action.Changed, key: str) -> Deed:
    named = (
        (e.description, "beskrivning", "description"),
        (e.owner, "ansvarig", "owner"),
        (e.due, f"klar {day(e.due, 'sv')}" if e.due else "", f"due {day(e.due, 'en')}" if e.due else ""),
        (e.planned_hours, "planerade timmar", "planned hours"),
    )
    there = [(sv, en) for value, sv, en in named if value is not None]
    return (
        f"ändrade åtgärden {key} ({listed((sv for sv, _ in there), 'och')})",
        f"changed the action {key} ({listed((en for _, en in there), 'and')})",
        e.reason,
    )


def _not_started(e: action.NotStarted, key: str) -> Deed:
    return f"meddelade att åtgärden {key} inte påbörjas", f"said that the action {key} will not be started", e.reason


def _cancelled(e: action.Cancelled, key: str) -> Deed:
    return f"avbröt åtgärden {key}", f"cancelled the action {key}", e.reason


def _reported_done(e: action.ReportedDone, key: str) -> Deed:
    return f"rapporterade åtgärden {key} som klar", f"reported the action {key} as done", e.note


def _verified_done(e: action.VerifiedDone, key: str) -> Deed:
    return f"kontrollerade att åtgärden {key} är klar", f"verified that the action {key} is done", e.how


def _followed_up(e: action.FollowedUp, key: str) -> Deed:
    hours = (figure(e.hours, "sv"), figure(e.hours, "en"))
    return (
        f"följde upp åtgärden {key} ({hours[0]} timmar)",
        f"followed up the action {key} ({hours[1]} hours)",
        e.effect.words,
    )


def _published(e: promise.Published, key: str) -> Deed:
    number = len(e.measures)
    return (
        f"gav medborgarlöftet ”{title(e.title)}” ({key}) med {some(number, 'åtgärd', 'åtgärder')} "
        f"från {day(e.first_day, 'sv')} till {day(e.last_day, 'sv')}",
        f"made the citizen promise “{title(e.title)}” ({key}) with {some(number, 'measure', 'measures')} "
        f"from {day(e.first_day, 'en')} to {day(e.last_day, 'en')}",
        e.words,
    )


def _reported_back(e: promise.ReportedBack, key: str) -> Deed:
    done, promised = sum(measure.done == "yes" for measure in e.measures), len(e.measures)
    outcome = in_swedish(e.outcome), in_english(e.outcome)
    return (
        f"återrapporterade medborgarlöftet {key} ({done} av {promised} åtgärder genomförda, utfall: {outcome[0]})",
        f"reported back on the citizen promise {key} ({done} of {promised} measures done, outcome: {outcome[1]})",
        e.words,
    )


# Meetings, signals and reviews


def _meeting_opened(e: meeting.Opened, key: str) -> Deed:
    return (
        f"öppnade mötet {key} ({period(e.week, 'sv')})",
        f"opened the meeting {key} ({period(e.week, 'en')})",
        None,
    )


def _attended(e: meeting.Attended, key: str) -> Deed:
    roles = [f"{short(a.role, 30)} ({short(a.organisation, 30)})" for a in e.attendees]
    return (
        f"antecknade deltagare i mötet {key}: {listed(roles, 'och', 3, 64)}",
        f"noted who attended the meeting {key}: {listed(roles, 'and', 3, 64)}",
        None,
    )


def _decided(e: meeting.Decided, key: str) -> Deed:
    what = short(e.what, 120).rstrip(".")
    who = short(e.owner_role, 40) if e.owner_role else None
    sv = [*([f"ansvarig: {who}"] if who else []), *([f"senast {day(e.due, 'sv')}"] if e.due else [])]
    en = [*([f"responsible: {who}"] if who else []), *([f"by {day(e.due, 'en')}"] if e.due else [])]
    return (
        f"antecknade ett beslut på mötet {key}, ”{what}”{_bracketed(sv)}, med skälet",
        f"recorded a decision of the meeting {key}, “{what}”{_bracketed(en)}, for the reason",
        e.reason,
    )


def _bracketed(parts: Sequence[str]) -> str:
    return f" ({', '.join(parts)})" if parts else ""


def _meeting_closed(e: meeting.Closed, key: str) -> Deed:
    number = len(e.agenda)
    return (
        f"avslutade mötet {key} och låste dagordningen med {some(number, 'punkt', 'punkter')}",
        f"closed the meeting {key} and froze its agenda of {some(number, 'item', 'items')}",
        None,
    )


def _assessed(e: signal.Assessed, key: str) -> Deed:
    series, alerts = len(e.results.flagged), sum(e.results.flagged)
    sv, en = (" på nytt", " anew") if e.number > 1 else ("", "")
    return (
        f"bedömde{sv} {some(series, 'serie', 'serier')} från källan {e.source} för {period(e.period, 'sv')}: "
        f"{some(alerts, 'trendvarning', 'trendvarningar')}",
        f"assessed{en} {some(series, 'series', 'series')} of the source {e.source} for {period(e.period, 'en')}: "
        f"{some(alerts, 'trend alert', 'trend alerts')}",
        None,
    )


def _alert_raised(e: signal.AlertRaised, key: str) -> Deed:
    where = f"{e.district} ({e.category})"
    if e.flag.startswith("lasting"):
        sv, en = ("ökning", "rise") if e.flag == "lasting-rise" else ("minskning", "fall")
        found = f"en varaktig {sv}", f"a lasting {en}"
    else:
        found = (
            f"{figure(e.observed, 'sv')} mot väntade {figure(e.expected, 'sv')}",
            f"{figure(e.observed, 'en')} against an expected {figure(e.expected, 'en')}",
        )
    return (
        f"fick en trendvarning för {where}, {period(e.period, 'sv')}: {found[0]}",
        f"got a trend alert for {where}, {period(e.period, 'en')}: {found[1]}",
        None,
    )


def _judged(e: signal.Judged, key: str) -> Deed:
    name = short(key, 130)
    sv, en = in_swedish(e.finding), in_english(e.finding)
    if e.explained_by:
        words = short(e.explained_by, 60).rstrip(".")
        sv, en = f"som förklarad (”{words}”)", f"to be explained (“{words}”)"
    return (
        f"bedömde trendvarningen {name} {sv} och {in_swedish(e.response)}",
        f"judged the trend alert {name} {en} and {in_english(e.response)}",
        e.reason,
    )


def _review_opened(e: review.Opened, key: str) -> Deed:
    return (
        f"öppnade årsuppföljningen av {e.year} för {e.agreement}, som den var känd vid händelse {e.as_known_at}",
        f"opened the annual review of {e.year} for {e.agreement}, as known at event {e.as_known_at}",
        None,
    )


def _adopted(e: review.Adopted, key: str) -> Deed:
    return (
        f"antog årsuppföljningen av {key[-4:]} för {in_swedish(e.party)}s del",
        f"adopted the annual review of {key[-4:]} for {in_english(e.party)}",
        e.learnt,
    )


# Weights and computed figures


def _weights_imported(e: weights.WeightsImported, key: str) -> Deed:
    number = len(e.weights)
    return (
        f"läste in skadevikterna ”{title(e.name)}” ({key}) för {some(number, 'kategori', 'kategorier')}, "
        f"ur en källa från {e.year}",
        f"took in the harm weights “{title(e.name)}” ({key}) for {some(number, 'category', 'categories')}, "
        f"from a source of {e.year}",
        e.cited,
    )


def _weights_frozen(e: weights.WeightsFrozen, key: str) -> Deed:
    dissent = (", med avvikande mening", ", with dissent") if e.dissent else ("", "")
    return (
        f"fastställde skadevikterna {e.weight_set} för överenskommelsen {key}{dissent[0]}",
        f"decided that the agreement {key} goes by the harm weights {e.weight_set}{dissent[1]}",
        e.reason,
    )


def _forecast_issued(e: forecast.ForecastIssued, key: str) -> Deed:
    series = len(e.outlook.district)
    sv, en = ("en ny prognos", "a new forecast") if e.number > 1 else ("en prognos", "a forecast")
    return (
        f"gjorde {sv} för {some(series, 'serie', 'serier')} från källan {e.source}, "
        f"{some(e.horizon, 'period', 'perioder')} framåt från {period(e.origin, 'sv')}",
        f"made {en} of {some(series, 'series', 'series')} of the source {e.source}, "
        f"{some(e.horizon, 'period', 'periods')} ahead from {period(e.origin, 'en')}",
        None,
    )


def _forecast_scored(e: forecast.ForecastScored, key: str) -> Deed:
    judged = sum(covered is not None for covered in e.scores.covered)
    inside = sum(covered is True for covered in e.scores.covered)
    share = f"{100 * e.interval:g}"
    return (
        f"jämförde prognosen {key} med utfallet för {period(e.period, 'sv')}: {inside} av {judged} serier hamnade "
        f"i intervallet på {share.replace('.', ',')} procent",
        f"compared the forecast {key} with what came in {period(e.period, 'en')}: {inside} of {judged} series lay "
        f"within the {share} per cent interval",
        None,
    )


def _effect_estimated(e: computed.EffectEstimated, key: str) -> Deed:
    return (
        f"skattade effekten av åtgärden {key} från {period(e.first, 'sv')} till {period(e.last, 'sv')}: "
        f"”{short(e.sentence.sv, 240).rstrip('.')}”",
        f"estimated the effect of the action {key} from {period(e.first, 'en')} to {period(e.last, 'en')}: "
        f"“{short(e.sentence.en, 240).rstrip('.')}”",
        None,
    )


def _backtest_made(e: computed.BacktestMade, key: str) -> Deed:
    return (
        f"prövade prognoser och trendvarningar för källan {key} på {period(e.first, 'sv')} till {period(e.last, 'sv')} "
        f"({some(e.card.series, 'serie', 'serier')})",
        f"tried the forecasts and alerts of the source {key} on {period(e.first, 'en')} to {period(e.last, 'en')} "
        f"({some(e.card.series, 'series', 'series')})",
        None,
    )


DEEDS: Mapping[type[Event], Callable[[Any, str], Deed]] = {
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
    action.PlanAdopted: _plan_adopted,
    action.Committed: _committed,
    action.Started: _started,
    action.DoseLogged: _dose_logged,
    action.Changed: _changed,
    action.NotStarted: _not_started,
    action.Cancelled: _cancelled,
    action.ReportedDone: _reported_done,
    action.VerifiedDone: _verified_done,
    action.FollowedUp: _followed_up,
    promise.Published: _published,
    promise.ReportedBack: _reported_back,
    meeting.Opened: _meeting_opened,
    meeting.Attended: _attended,
    meeting.Decided: _decided,
    meeting.Closed: _meeting_closed,
    signal.Assessed: _assessed,
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
}
