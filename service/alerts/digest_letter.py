"""A digest as a letter: the outcome, what is uncertain about it, each signal with what to do, then the rest."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from service.alerts.digest import IN_FULL, Digest, FlagTold
from service.alerts.digest_words import (
    FLAGS,
    action_line,
    answered,
    gone_line,
    lead,
    right_here,
    seldom,
    subject,
)
from service.alerts.letter import Block, Figures, Heading, Item, Letter, Link, Paragraph, Picture, Points, pick
from service.wording import Language, grouped, listed, period, short, short_week, some


def digest_letter(digest: Digest) -> Letter:
    """What the subscriber reads."""
    language = digest.subscription.language
    when = period(digest.period, language)
    anew = pick(language, f"Ny bedömning av {when}", f"New assessment of {when}")
    first = pick(language, f"Läget {when}", f"The situation in {when}")
    blocks = (
        *_top(digest),
        *(block for n, flag in enumerate(digest.flags[:IN_FULL], 1) for block in _flag(digest, flag, n)),
        *_rest(digest),
        *_wider(digest),
        *_skipped(digest),
        *_end(digest),
    )
    return Letter(language, subject(digest), anew if digest.number > 1 else first, blocks, _why(digest))


def signal_path(key: str) -> str:
    """The page where a signal is judged."""
    return f"/signal/{quote(key, safe='')}"


def _top(digest: Digest) -> Iterator[Block]:
    language = digest.subscription.language
    yield Paragraph(lead(digest), "lead")
    if digest.synthetic:
        yield Paragraph(
            pick(language, "Uppgifterna är syntetiska: påhittade för demonstration. Inget av detta har hänt.",
                 "The figures are synthetic: made up for demonstration. None of this has happened."), "notice",
        )  # fmt: skip
    if digest.gone is not None:
        yield from _changes(digest)


def _changes(digest: Digest) -> Iterator[Block]:
    """What a run that was made anew says otherwise than the one before."""
    language, new = digest.subscription.language, [flag for flag in digest.flags if flag.new]
    gone = digest.gone or ()
    yield Heading(pick(language, "Det här har ändrats", "What has changed"))
    again = pick(language, "Perioden är bedömd på nytt", "The period was assessed anew")
    if digest.figures:
        number = some(digest.figures, *pick(language, ("uppgift", "uppgifter"), ("figure", "figures")))
        again += pick(language, f": {number} har ändrats sedan den förra bedömningen",
                      f": {number} changed after the assessment before")  # fmt: skip
    if not new and not gone:
        same = pick(language, "Signalerna är desamma som då.", "The signals are the same as then.")
        yield Paragraph(f"{again}. {same}")
        return
    yield Paragraph(f"{again}.")
    added, ended = pick(language, "Ny signal: ", "New signal: "), pick(language, "Inte längre: ", "No longer: ")
    yield Points((
        *(Item(f"{added}{flag.category}, {flag.district}", signal_path(flag.key)) for flag in new),
        *(Item(f"{ended}{gone_line(each, language)}", signal_path(each.key)) for each in gone),
    ))  # fmt: skip


def _flag(digest: Digest, flag: FlagTold, number: int) -> Iterator[Block]:
    language = digest.subscription.language
    sv, en, sign = FLAGS[flag.flag]
    yield Heading(f"{number}. {flag.category}, {flag.district}")
    new = pick(language, " Ny sedan förra bedömningen.", " New since the assessment before.") if flag.new else ""
    yield Paragraph(f"{sign} {pick(language, sv, en)}. {pick(language, flag.in_short.sv, flag.in_short.en)}{new}")
    yield figures(digest, flag)
    if flag.series is not None:
        yield Picture(flag.key, alt(digest, flag))
    yield Heading(pick(language, "Så ofta har det stämt", "How often it was right"), 3)
    yield Paragraph(right_here(flag, language))
    yield Heading(pick(language, "Det görs redan", "What is already being done"), 3)
    yield from _at_work(flag, language)
    yield from _judge(flag, language)


def figures(digest: Digest, flag: FlagTold) -> Figures:
    """What was counted beside what was expected."""
    language = digest.subscription.language
    cells = [
        (pick(language, "Antal", "Number"), grouped(flag.observed, language)),
        (pick(language, "Väntat", "Expected"), grouped(flag.expected, language)),
    ]
    if flag.upper is not None and flag.lower is not None:
        span = f"{grouped(flag.lower, language)}–{grouped(flag.upper, language)}"
        cells.append((pick(language, "Väntat spann", "Expected range"), span))
    cells.append((pick(language, "Slumpen ger det", "Chance gives it"), seldom(flag, digest.period, language)))
    return Figures(f"{flag.category}, {flag.district}", tuple(cells))


def alt(digest: Digest, flag: FlagTold) -> str:
    """What the chart tells, for who does not see it."""
    language, points = digest.subscription.language, flag.series.points if flag.series else ()
    earlier = [point.observed for point in points[:-1] if point.observed is not None]
    most = grouped(max(earlier), language) if earlier else "–"
    number, expected = grouped(flag.observed, language), grouped(flag.expected, language)
    return pick(
        language,
        f"Diagram: {flag.category}, {flag.district}, {len(points)} perioder till och med "
        f"{short_week(digest.period, 'sv')}. Senast {number} mot {expected} väntade; som mest {most} dessförinnan.",
        f"Chart: {flag.category}, {flag.district}, {len(points)} periods up to {short_week(digest.period, 'en')}. "
        f"The latest is {number} against {expected} expected; the most before that was {most}.",
    )


def _at_work(flag: FlagTold, language: Language) -> Iterator[Block]:
    if not flag.at_work:
        yield Paragraph(pick(language, "Inget arbete med detta är registrerat i området.",
                             "No work on this is recorded in the district."))  # fmt: skip
        return
    lines = []
    for problem in flag.at_work:
        title, path = short(problem.title, 100), f"/problem/{quote(problem.key)}"
        if not problem.actions:
            lines.append(Item(pick(language, f"{title}: ingen åtgärd pågår", f"{title}: no action is going on"), path))
        lines += [Item(f"{title}: {action_line(each, language)}", f"/atgarder/{quote(each.key)}")
                  for each in problem.actions]  # fmt: skip
    yield Points(tuple(lines))


def _judge(flag: FlagTold, language: Language) -> Iterator[Block]:
    said, name = answered(flag, language), f"{flag.category}, {flag.district}"
    if said:
        yield Paragraph(said)
    to_do = pick(language, "Se bedömningen av", "See the verdict on") if said else pick(language, "Bedöm", "Judge")
    yield Link(f"{to_do} {name}", signal_path(flag.key), strong=not said)


def _rest(digest: Digest) -> Iterator[Block]:
    """Those that are not told in full, and how many were left out by choice."""
    language, rest = digest.subscription.language, digest.flags[IN_FULL:]
    if rest:
        yield Heading(pick(language, "Fler signaler", "More signals"))
        yield Points(tuple(
            Item(f"{each.category}, {each.district}. {pick(language, each.in_short.sv, each.in_short.en)}",
                 signal_path(each.key))
            for each in rest
        ))  # fmt: skip
    left = digest.raised - len(digest.flags)
    if left:
        told = some(left, *pick(language, ("signal", "signaler"), ("signal", "signals")))
        yield Paragraph(pick(language, f"Utanför det du har valt: {told}.", f"Outside what you have chosen: {told}."))


def _wider(digest: Digest) -> Iterator[Block]:
    language = digest.subscription.language
    if digest.wider:
        yield Heading(pick(language, "Sammantaget", "Added up"))
        yield Paragraph(pick(language, "Summor som avviker fast inget enskilt område i dem gör det:",
                             "Sums that diverge though no single district within them does:"))  # fmt: skip
        yield Points(tuple(Item(pick(language, each.sv, each.en)) for each in digest.wider))


def _skipped(digest: Digest) -> Iterator[Block]:
    language = digest.subscription.language
    if digest.skipped:
        yield Heading(pick(language, "Kunde inte bedömas", "Could not be assessed"))
        lines = ((each.source, pick(language, each.sentence.sv, each.sentence.en)) for each in digest.skipped)
        yield Points(tuple(Item(f"{source}: {sentence}") for source, sentence in lines))


def _end(digest: Digest) -> Iterator[Block]:
    language = digest.subscription.language
    if digest.sources:
        from_ = listed(dict.fromkeys(digest.sources), pick(language, "och", "and"), 4, 80)
        yield Paragraph(pick(language, f"Bedömt: {from_}.", f"Assessed: {from_}."), "small")
    week = short_week(digest.meeting, language)
    yield Link(pick(language, f"Öppna veckomötet {week}", f"Open the weekly meeting of {week}"),
               f"/mote/{digest.meeting}")  # fmt: skip


def _why(digest: Digest) -> str:
    """Why this reader gets it, and what was chosen."""
    s, language = digest.subscription, digest.subscription.language
    of = listed(digest.chosen, pick(language, "och", "and"), 6) if digest.chosen else pick(
        language, "alla områden och kategorier", "all districts and categories"
    )  # fmt: skip
    way = {"rise": ("ökningar", "rises"), "fall": ("minskningar", "falls")}.get(s.direction)
    which = pick(language, f", bara {way[0]}", f", {way[1]} only") if way else ""
    if s.least_surprise > 1:
        number = grouped(float(s.least_surprise), language)
        which += pick(language, f", bara det som slumpen ger högst 1 gång på {number}",
                      f", only what chance gives once in {number} or less")  # fmt: skip
    how = pick(language, *{"week": ("varje vecka", "each week"), "month": ("varje månad", "each month")}[
        digest.frequency
    ])  # fmt: skip
    return pick(language, f"Du får det här {how} för att du prenumererar på läget: {of}{which}.",
                f"You get this {how} because you subscribe to the situation: {of}{which}.")  # fmt: skip
