"""Whether the actions helped: what was estimated and what the follow-ups say, with how sure each of them is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from adapters.documents.content import Block, Column, Facts, Note, Paragraph, Section, Table
from domain.action import Action, Effect
from domain.computed import EffectEstimated
from service.book.effect_year import Tried, tried_in
from service.book.work_words import counted, made_up, named, quoted
from service.book.year import Year
from service.book.year_end import by_the_end, last_seen
from service.wording import figure, grouped, period, some


def effects(year: Year) -> Section:
    """The effects of the actions that were followed up, estimated, ended or to be followed up in the year."""
    tried, title = tried_in(year), year.say("Hjälpte åtgärderna?", "Did the actions help?")
    if not tried:
        none = year.say(
            f"Ingen åtgärd avslutades, följdes upp eller fick sin effekt beräknad under {year.year}, så inget kan "
            "sägas om effekt.",
            f"No action ended, was followed up or had its effect estimated in {year.year}, so nothing can be said of "
            "effect.",
        )
        return Section("effects", title, (Paragraph(none, strong=True),))
    told = [one for one in tried if one.found is not None or one.state.followed_up is not None]
    blocks: list[Block] = [Paragraph(_summary(year, tried), strong=True)]
    if told:
        blocks += [_table(year, told), Paragraph(_how_to_read(year))]
    blocks += [*_apart(year, tried), *_many(year, tried)]
    parts = [part for part in (_in_full(year, tried), _without(year, tried)) if part is not None]
    return Section("effects", title, tuple(blocks), tuple(parts))


# What is said first


def _summary(year: Year, tried: Sequence[Tried]) -> str:
    """What was found stands first, for the book's conclusion quotes the first sentence."""
    estimated = sum(one.found is not None for one in tried)
    followed = sum(one.state.followed_up is not None for one in tried)
    own = sum(one.own is not None for one in tried)
    number = counted(year, len(tried), ("åtgärd", "action"), ("åtgärder", "actions"))
    rest = year.say(
        f"Det gäller {number} som under {year.year} avslutades, följdes upp, skulle ha följts upp eller fick sin "
        f"effekt beräknad; {_followed(year, followed, own)}.",
        f"This is about {number} that in {year.year} ended, were followed up, were to be, or had the effect estimated; "
        f"{_followed(year, followed, own)}.",
    )
    if not estimated:
        none = year.say(
            "Ingen av årets åtgärder har en beräknad effekt.", "None of the year's actions has an estimated effect."
        )
        return f"{none} {rest}"
    sides = ((-1, "en minskning", "a fall"), (1, "en ökning", "a rise"), (0, "ingen tydlig effekt", "no clear effect"))
    numbers = [(sum(one.side == side for one in tried), year.say(sv, en)) for side, sv, en in sides]
    told = named(year, [f"{n} {what}" for n, what in numbers if n])
    found = year.say(
        f"Av {some(estimated, 'beräknad effekt', 'beräknade effekter')} visar {told}.",
        f"{some(estimated, 'estimated effect', 'estimated effects')}: {told}.",
    )
    return f"{found} {rest}"


def _followed(year: Year, followed: int, own: int) -> str:
    end = by_the_end(year)
    if not followed:
        return year.say(f"ingen var uppföljd {end}", f"none had been followed up {end}")
    were = year.say("var uppföljd" if followed == 1 else "var uppföljda", "had been followed up")
    figure_of = year.say(f"{own or 'ingen'} med ett eget tal", f"{own or 'none'} with a figure")
    return f"{followed} {were} {end}, {figure_of}"


def _apart(year: Year, tried: Sequence[Tried]) -> tuple[Block, ...]:
    """Where the estimate and the follow-up's own figure come to different words."""
    both = [one for one in tried if one.side is not None and one.own_side is not None]
    apart = [quoted(year, one.state.title) for one in both if one.side != one.own_side]
    if not apart:
        return ()
    return (Note(year.say(
        f"Beräkningen och uppföljningens eget tal säger olika saker om {named(year, apart)}. Läs dem försiktigt.",
        f"The estimate and the follow-up's own figure disagree on {named(year, apart)}. Read them with care.",
    ), "caution"),)  # fmt: skip


def _many(year: Year, tried: Sequence[Tried]) -> tuple[Block, ...]:
    number = sum(one.found is not None or one.own is not None for one in tried)
    if number < 2:
        return ()
    by_chance = figure(number * 0.05, year.language)
    text = year.say(
        f"{number} effekter läses här på en gång. Den bästa av många ser bättre ut än den är: även om ingen åtgärd "
        f"hade någon verkan skulle omkring {by_chance} av {number} intervall ändå inte rymma noll.",
        f"{number} effects are read here at once. The best of many looks better than it is: if no action had any "
        f"effect, about {by_chance} of {number} intervals would still not hold zero.",
    )
    return (Note(text, "caution"),)


# The table


def _table(year: Year, told: Sequence[Tried]) -> Table:
    say = year.say
    mark = made_up(year)
    columns = (
        Column(say("Åtgärd", "Action"), share=1.8), Column(say("Beräkning", "Estimate"), share=2.0),
        Column(say("Klarspråk", "Plainly"), share=1.8),
        Column(say("Uppföljning", "Follow-up"), share=2.2),
        Column(say("Dess ord", "Its words"), share=3.0),
    )  # fmt: skip
    caption = say(f"Åtgärdernas effekt{mark}", f"The actions' effect{mark}")
    return Table(caption, columns, tuple(_row(year, one) for one in told))


def _row(year: Year, one: Tried) -> tuple[str, ...]:
    followed, own = one.state.followed_up, one.own
    without = followed.effect.design if followed else year.say("Inte uppföljd", "Not followed up")
    return (
        one.state.title,
        _estimated(year, one),
        _plainly(year, one.own_side if one.side is None else one.side),
        _figure(year, own) if own else without,
        followed.effect.words if followed else "–",
    )


def _plainly(year: Year, side: int | None) -> str:
    sv, en = {
        None: ("Inget går att säga om effekten.", "Nothing can be said of the effect."),
        0: ("Ingen tydlig effekt: intervallet rymmer noll.", "No clear effect: the interval holds zero."),
        -1: ("En minskning: hela intervallet ligger under noll.", "A fall: the whole interval lies below zero."),
        1: ("En ökning: hela intervallet ligger över noll.", "A rise: the whole interval lies above zero."),
    }[side]
    return year.say(sv, en)


def _estimated(year: Year, one: Tried) -> str:
    found = one.found
    if one.estimate is None:
        return year.say("Inte beräknad", "Not estimated")
    if found is None:
        return year.say("Gick inte att beräkna", "Could not be estimated")
    last = period(one.estimate.last, year.language)
    grade = one.estimate.figures.grade
    change = f"{_percent(found.change)} % ({_percent(found.lower)} {year.say('till', 'to')} {_percent(found.upper)})"
    return year.say(
        f"{change}, styrka {grade} av 5, till och med {last}", f"{change}, grade {grade} of 5, up to {last}"
    )


def _percent(share: float) -> str:
    number = round(100 * share)
    return f"−{-number}" if number < 0 else f"+{number}" if number else "0"


def _figure(year: Year, own: Effect) -> str:
    assert own.estimate is not None and own.low is not None and own.high is not None  # noqa: PT018 - the effect checks it
    to = year.say("till", "to")
    numbers = [grouped(value, year.language).replace("-", "−") for value in (own.estimate, own.low, own.high)]
    return f"{numbers[0]} ({numbers[1]} {to} {numbers[2]}). {own.design}"


def _how_to_read(year: Year) -> str:
    return year.say(
        "Inom parentes står det 95-procentiga intervallet. Styrkan är jämförelsens, från 1 (bara före och efter) till "
        "5 (slumpat försök). Klarspråket gäller beräkningen, och uppföljningens tal där ingen beräkning finns. De två "
        "kan skilja sig åt: beräkningen räknar från den dag åtgärden började, uppföljningen från den dag som den "
        "själv valde, ofta när åtgärden började verka, i en egen enhet och mot egna jämförelser. Där de skiljer sig "
        "åt gäller det försiktigare.",
        "The 95 % interval stands in brackets. The grade is the comparison's, from 1 (only before and after) to 5 "
        "(randomised trial). The plain words are about the estimate, and about the follow-up's figure where there is "
        "no estimate. The two may differ: the estimate counts from the day that the action began, the follow-up from "
        "a day that it chose, often when the action began to work, in a unit and with comparisons of its own. Where "
        "they differ, go by the more careful one.",
    )


# The estimates in full, and those that there are none of


def _in_full(year: Year, tried: Sequence[Tried]) -> Section | None:
    said = [(one.state.title, _sentence(year, one.estimate)) for one in tried if one.estimate is not None]
    title = year.say("De beräknade effekterna i sin helhet", "The estimated effects in full")
    return Section("effects-in-full", title, (Facts(tuple(said)),)) if said else None


def _sentence(year: Year, estimate: EffectEstimated) -> str:
    """As it was recorded, without the keys that stand after titles."""
    text = year.say(estimate.sentence.sv, estimate.sentence.en)
    for key in year.register.states[Action.KIND]:
        text = text.replace(f"” ({key})", "”")
    return text


def _without(year: Year, tried: Iterable[Tried]) -> Section | None:
    reasons: dict[str, list[str]] = {}
    for one in tried:
        if one.found is None:
            reasons.setdefault(_why(year, one), []).append(quoted(year, one.state.title))
    if not reasons:
        return None
    say = year.say
    columns = (
        Column(say("Varför", "Why"), share=2.2), Column(say("Antal", "Number"), "right", share=0.6),
        Column(say("Åtgärder", "Actions"), share=3.6),
    )  # fmt: skip
    rows = tuple((why, str(len(titles)), named(year, titles)) for why, titles in reasons.items())
    caption = say("Åtgärder utan beräknad effekt, och varför", "Actions without an estimated effect, and why")
    title = say("Utan beräknad effekt", "Without an estimated effect")
    return Section("effects-without", title, (Table(caption, columns, rows),))


def _why(year: Year, one: Tried) -> str:
    say, followed = year.say, one.state.followed_up
    if one.estimate is not None:
        return say(
            "Uppgifterna räckte inte; se skattningen i sin helhet", "The figures did not do; see the estimate in full"
        )
    if followed is not None and followed.effect.estimate is not None:
        return say("Uppföljningen har ett eget tal, men ingen beräkning var registrerad när boken öppnades",
                   "The follow-up has a figure, but no estimate was recorded when the book was opened")  # fmt: skip
    if followed is not None:
        return say("Uppföljningen säger att effekten inte mättes för sig",
                   "The follow-up says that the effect was not measured by itself")  # fmt: skip
    if one.state.follow_up.on < last_seen(year):
        return say("Uppföljningen har uteblivit", "It was to be followed up and was not")
    return say("Uppföljningen ligger efter årets slut", "It is to be followed up after the year's end")
