"""The words of a digest, in its subscriber's language: the outcome first, then how sure it is."""

from __future__ import annotations

import math

from domain.period import frequency
from service.alerts.at_work import ActionGoingOn
from service.alerts.digest import Digest, FlagTold, Gone
from service.alerts.letter import pick
from service.meeting_words import false_alarms
from service.views.track_record import Record
from service.wording import Language, grouped, listed, period, short, some
from service.wording import day as written_day

FLAGS = {
    "rise": ("Fler än väntat", "More than expected", "▲"),
    "fall": ("Färre än väntat", "Fewer than expected", "▼"),
    "lasting-rise": ("Varaktig ökning", "Lasting rise", "◆"),
    "lasting-fall": ("Varaktig minskning", "Lasting fall", "■"),
}
_RESPONSES = {
    "act": ("åtgärd", "act"), "watch": ("bevaka", "watch"), "dismiss": ("avskriv", "dismiss"),
}  # fmt: skip
_FEW_CASES = 3
_A_MILLION = 1_000_000


def subject(digest: Digest) -> str:
    """The outcome first: `Veckans läge v. 8: 3 områden avviker – Centrum, Bäckby och Råby`."""
    language = digest.subscription.language
    made_up = pick(language, " (påhittade uppgifter)", " (made-up figures)") if digest.synthetic else ""
    return f"{_begins(digest)}: {outcome(digest)}{_where(digest)}{made_up}"


def _begins(digest: Digest) -> str:
    language, anew = digest.subscription.language, digest.number > 1
    year, _, week = digest.period.partition("-W")  # a week goes without its year: the mail is read in it
    sv, en = (f"v. {int(week)}", f"Week {int(week)}") if week else (period(year, "sv"), period(year, "en"))
    brief = "Veckans" if week else "Månadens"
    return pick(language, f"Ny bedömning {sv}" if anew else f"{brief} läge {sv}",
                f"{en} assessed anew" if anew else en)  # fmt: skip


def outcome(digest: Digest) -> str:
    """What came of it, in a few words."""
    language, places = digest.subscription.language, len({flag.district for flag in digest.flags})
    series = some(digest.looked, *pick(language, ("serie", "serier"), ("series", "series")))
    if places:
        return pick(language, f"{some(places, 'område', 'områden')} avviker",
                    f"{some(places, 'district diverges', 'districts diverge')}")  # fmt: skip
    if not digest.sources:
        return pick(language, "kunde inte bedömas", "could not be assessed")
    if digest.wider:
        return pick(language, "inget enskilt område avviker, men något gör det sammantaget",
                    "no single district diverges, but something does when added up")  # fmt: skip
    return pick(language, f"inget avviker, {series} granskade{_unassessed(digest)}",
                f"nothing diverges, {series} looked at{_unassessed(digest)}")  # fmt: skip


def _unassessed(digest: Digest) -> str:
    """That nothing diverges says nothing of a source that could not be assessed."""
    language, number = digest.subscription.language, len(digest.skipped)
    told = some(number, *pick(language, ("källa", "källor"), ("source", "sources")))
    return pick(language, f", {told} kunde inte bedömas", f", {told} could not be assessed") if number else ""


def _where(digest: Digest) -> str:
    places = list(dict.fromkeys(flag.district for flag in digest.flags))
    last = pick(digest.subscription.language, "och", "and")
    return f" – {listed(places, last, 3, 30)}" if places else ""


def lead(digest: Digest) -> str:
    """The first sentences: what diverges, of how many, and how many of the signals may be false."""
    language, looked = digest.subscription.language, grouped(digest.looked, digest.subscription.language)
    if not digest.sources:
        return pick(language, "Ingen källa kunde bedömas för perioden. Varför står nedan.",
                    "No source could be assessed for the period. The reasons are below.")  # fmt: skip
    if not digest.flags:
        return _nothing(digest, looked)
    pairs, places = len(digest.flags), len({flag.district for flag in digest.flags})
    unit = pick(language, "vecka" if digest.frequency == "week" else "månad", digest.frequency)
    said = pick(
        language,
        f"{some(pairs, 'signal', 'signaler')} i {some(places, 'område', 'områden')}, av {looked} serier som har "
        f"granskats. En serie är en kategori i ett område, {unit} för {unit}.",
        f"{some(pairs, 'signal', 'signals')} in {some(places, 'district', 'districts')}, of {looked} series that were "
        f"looked at. A series is one category in one district, {unit} by {unit}.",
    )
    return f"{said} {_caution(digest)}"


def _nothing(digest: Digest, looked: str) -> str:
    language = digest.subscription.language
    when = pick(language, period(digest.period, "sv"), f"in {period(digest.period, 'en')}")
    of = pick(language, f"{looked} serier har granskats, en för varje kategori i varje område.",
              f"{looked} series were looked at, one for each category in each district.")  # fmt: skip
    if digest.wider:
        return pick(language, f"Inget enskilt område avviker {when}, men något gör det sammantaget. {of}",
                    f"No single district diverges {when}, but something does when added up. {of}")  # fmt: skip
    return pick(
        language,
        f"Inget avviker {when}. {of} Det betyder inte att inget har hänt, bara att inget har ändrats tydligt.",
        f"Nothing diverges {when}. {of} That does not mean that nothing happened, only that nothing has clearly "
        "changed.",
    )


def _caution(digest: Digest) -> str:
    """How many of the run's signals, all of them, are expected to be false."""
    language = digest.subscription.language
    of_all = digest.raised != len(digest.flags)
    false = false_alarms(digest.expected_false, language)
    if digest.expected_false == 0:
        return ""
    false = f"{false[:1].upper()}{false[1:]}"
    if not of_all:
        return f"{false}."
    return pick(language, f"{false}; det gäller körningens alla {digest.raised} signaler.",
                f"{false}; that is of all the {digest.raised} signals of the run.")  # fmt: skip


def seldom(flag: FlagTold, of: str, language: Language) -> str:
    """How often chance alone gives such a flag: `1 vecka på 8 800`."""
    weekly, number = frequency(of) == "week", flag.one_in
    unit = pick(language, *(("vecka", "week") if weekly else ("månad", "month")))
    if number >= _A_MILLION:
        return pick(language, f"högst 1 {unit} på {grouped(_A_MILLION, 'sv')}",
                    f"at most 1 {unit} in {grouped(_A_MILLION, 'en')}")  # fmt: skip
    rounded = float(round(number, 1 - int(math.log10(number)))) if number >= 100 else float(round(number))
    return pick(language, f"1 {unit} på {grouped(rounded, 'sv')}", f"1 {unit} in {grouped(rounded, 'en')}")


def right_here(flag: FlagTold, language: Language) -> str:
    """How often such a flag was right: of this series, and where that is few, of the nearest that is more."""
    record, category, district = flag.record, _within(flag.category), flag.district
    scopes: tuple[tuple[Record, str, str], ...] = (
        (record.here, f"om {category} i {district}", f"on {category} in {district}"),
        (record.district, f"i {district} (alla kategorier)", f"in {district} (all categories)"),
        (record.category, f"om {category} (alla områden)", f"on {category} (all districts)"),
        (record.whole, "från källan", "from the source"),
    )
    if record.whole.settled == 0:
        return pick(
            language, "Ingen signal från källan är avgjord än, så det är inte känt hur ofta de är riktiga.",
            "No signal from the source is settled yet, so it is not known how often they are right.",
        )  # fmt: skip
    here, *others = scopes
    said = [_settled(*here, language)]
    if record.here.settled <= _FEW_CASES:
        more = next((each for each in others if each[0].settled > _FEW_CASES), scopes[-1])
        if more[0].settled > record.here.settled:
            said.append(_settled(*more, language))
    return " ".join(said)


def _settled(found: Record, sv: str, en: str, language: Language) -> str:
    if found.settled == 0:
        return pick(language, f"Ingen signal {sv} är avgjord än.", f"No signal {en} is settled yet.")
    return pick(language, _settled_sv(found, sv), _settled_en(found, en)) + _interval(found, language)


def _settled_sv(found: Record, scope: str) -> str:
    if found.settled == 1:
        return f"Den enda avgjorda signalen {scope} var {'riktig' if found.right else 'falsk'}"
    return f"Av {found.settled} avgjorda signaler {scope} var {found.right} riktiga eller förklarade"


def _settled_en(found: Record, scope: str) -> str:
    if found.settled == 1:
        return f"The only settled signal {scope} was {'right' if found.right else 'false'}"
    return f"Of {found.settled} settled signals {scope}, {found.right} were right or explained"


def _interval(found: Record, language: Language) -> str:
    """The share with its interval, where there are cases enough to say one."""
    if found.settled <= _FEW_CASES or found.share is None or found.low is None or found.high is None:
        return "."
    share, low, high = (round(100 * each) for each in (found.share, found.low, found.high))
    return pick(language, f" ({share}\N{NO-BREAK SPACE}%, troligen mellan {low} och {high}\N{NO-BREAK SPACE}%).",
                f" ({share}%, probably between {low} and {high}%).")  # fmt: skip


def action_line(one: ActionGoingOn, language: Language) -> str:
    """An action with its owner and day."""
    sv, en = written_day(one.due, "sv"), written_day(one.due, "en")
    if one.late:
        when = pick(language, f"försenad, skulle vara klar {sv}", f"late, was due {en}")
    else:
        begun = pick(language, *(("pågår", "under way") if one.started else ("inte påbörjad", "not begun")))
        when = pick(language, f"{begun}, klar {sv}", f"{begun}, due {en}")
    return f"{short(one.title, 90)} ({short(one.owner, 60)}; {when})"


def gone_line(one: Gone, language: Language) -> str:
    """A signal that the run before had: what it looks like now."""
    name = f"{one.category}, {one.district}"
    if one.observed is None or one.expected is None:
        return pick(language, f"{name}: kan inte längre bedömas", f"{name}: can no longer be assessed")
    observed, expected = (grouped(each, language) for each in (one.observed, one.expected))
    return pick(language, f"{name}: nu {observed} mot {expected} väntade",
                f"{name}: now {observed} against {expected} expected")  # fmt: skip


def answered(flag: FlagTold, language: Language) -> str | None:
    """What was answered, if the signal has been judged."""
    if flag.response is None:
        return None
    said = pick(language, *_RESPONSES[flag.response])
    return pick(language, f"Redan bedömd: {said}.", f"Judged already: {said}.")


def _within(name: str) -> str:
    """A category's name within a sentence, unless it begins with an abbreviation."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]
