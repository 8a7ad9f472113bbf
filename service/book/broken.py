"""The broken links at the year's end in words: what is missing, since when, who owns it, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from adapters.documents.content import Block, Column, Paragraph, Table
from domain.action import Action, Plan
from domain.meeting import Meeting
from domain.problem import Problem
from domain.register import Register
from service.book.work_words import MISSING, counted, named, of_day, owned, word
from service.book.year import Year
from service.book.year_end import last_seen
from service.views.broken_links import KINDS, BrokenLink, BrokenLinks, broken_links
from service.wording import day, short

_IN_WORDS = {
    "problem-without-causes": (("orsaksanalys saknas", "cause analysis missing"),) * 2,
    "problem-without-plan": (("handlingsplan saknas", "action plan missing"),) * 2,
    "plan-without-actions": (
        ("plan utan åtgärder", "plan without actions"), ("planer utan åtgärder", "plans without actions"),
    ),
    "action-without-problem": (
        ("åtgärd för ett problem utan prioritet", "action for a problem without priority"),
        ("åtgärder för problem utan prioritet", "actions for problems without priority"),
    ),
    "action-late": (("försenad åtgärd", "late action"), ("försenade åtgärder", "late actions")),
    "action-unverified": (
        ("åtgärd rapporterad klar men inte kontrollerad", "action reported done but not verified"),
        ("åtgärder rapporterade klara men inte kontrollerade", "actions reported done but not verified"),
    ),
    "action-without-follow-up": (
        ("åtgärd utan uppföljning", "action not followed up"), ("åtgärder utan uppföljning", "actions not followed up"),
    ),
    "signal-without-verdict": (("obedömd signal", "signal not judged"), ("obedömda signaler", "signals not judged")),
    "promise-not-reported": (
        ("medborgarlöfte utan återrapport", "citizen promise not reported back"),
        ("medborgarlöften utan återrapport", "citizen promises not reported back"),
    ),
    "decision-overdue": (
        ("mötesbeslut vars dag har passerat", "meeting decision past its day"),
        ("mötesbeslut vars dag har passerat", "meeting decisions past their day"),
    ),
}  # fmt: skip


def where_broken(year: Year, links: Sequence[BrokenLink]) -> str:
    """How many links are broken, and where, in a sentence; nothing where none is."""
    if not links:
        return ""
    kinds = Counter(link.kind for link in links)
    parts = [counted(year, kinds[kind], *_IN_WORDS[kind]) for kind in KINDS if kinds[kind]]
    return year.say(
        f"Där kedjorna är brutna, också sedan tidigare år: {named(year, parts)}.",
        f"Where the chains are broken, also since earlier years: {named(year, parts)}.",
    )


def broken_table(year: Year, register: Register, broken: BrokenLinks) -> tuple[Block, ...]:
    """All that was broken at the year's end, by kind, the oldest first, and which of it was mended by the opening."""
    links = [link for kind in KINDS for link in broken.items[kind] if _of_agreement(year, register, link)]
    on = last_seen(year)
    if not links:
        none = year.say(f"Ingen länk var bruten {day(on, 'sv')}.", f"No link was broken on {day(on, 'en')}.")
        return (Paragraph(none),)
    still = {_same(link) for link in _links(broken_links(year.register, year.opened_on))}
    mended = sum(_same(link) not in still for link in links)
    return (
        Paragraph(_told(year, len(links), mended)),
        Table(
            year.say(f"Brutna länkar {day(on, 'sv')}", f"Broken links on {day(on, 'en')}"),
            _columns(year),
            tuple(_row(year, register, link, _same(link) in still) for link in links),
        ),
    )


def _of_agreement(year: Year, register: Register, link: BrokenLink) -> bool:
    """What belongs to another agreement is told in that one's book; what belongs to none is told here."""
    problem = register.find(Problem, link.problem) if link.problem else None
    return problem is None or problem.was_under(year.key)


def _links(broken: BrokenLinks) -> Iterable[BrokenLink]:
    return (link for kind in KINDS for link in broken.items[kind])


def _same(link: BrokenLink) -> tuple[str, str, str]:
    return link.kind, link.key, link.title


def _told(year: Year, number: int, mended: int) -> str:
    on, opened = last_seen(year), year.opened_on
    links = counted(year, number, ("länk var bruten", "link was broken"), ("länkar var brutna", "links were broken"))
    told = year.say(
        f"I hela arbetet, med det som började tidigare år och det som inte hör till någon problembild, {_were(links)} "
        f"{day(on, 'sv')}",
        f"In the whole work, with what began in earlier years and what belongs to no problem, {links} on "
        f"{day(on, 'en')}",
    )
    if opened <= on:
        return f"{told}."
    since = counted(
        year, mended, ("av dem var lagad", "of them had been mended"), ("av dem var lagade", "of them had been mended")
    )
    since = since if mended else year.say("ingen av dem var lagad", "none of them had been mended")
    return told + year.say(
        f"; {since} när boken öppnades {day(opened, 'sv')}.",
        f"; {since} when the book was opened on {day(opened, 'en')}.",
    )


def _were(links: str) -> str:
    """`24 länkar var brutna` with the verb first, as after an opening phrase."""
    number, noun, verb, broken = links.split(" ")
    return f"{verb} {number} {noun} {broken}"


def _columns(year: Year) -> tuple[Column, ...]:
    say = year.say
    return (
        Column(say("Gäller", "About"), share=2.4), Column(say("Saknas", "Missing"), share=2.0),
        Column(say("Sedan", "Since"), share=1.0), Column(say("Ägare", "Owner"), share=1.8),
        Column(say("Vid öppnandet", "At opening"), share=1.3),
    )  # fmt: skip


def _row(year: Year, register: Register, link: BrokenLink, still: bool) -> tuple[str, ...]:
    return (
        short(link.title, 120),
        word(year, MISSING, link.kind),
        of_day(link.since),
        _owner(year, register, link),
        year.say("Kvarstår", "Remains") if still else year.say("Lagad", "Mended"),
    )


def _owner(year: Year, register: Register, link: BrokenLink) -> str:
    nobody = year.say("Ingen utsedd", "Nobody named")
    action = register.find(Action, link.key) if link.kind.startswith("action") else None
    if action is not None:
        asked = link.kind == "action-without-follow-up"
        return action.follow_up.owner_role if asked else owned(action.owner.role, action.owner.organisation)
    if link.kind == "decision-overdue":
        return _decided(register, link) or nobody
    if link.kind in ("signal-without-verdict", "promise-not-reported"):
        weekly = link.kind == "signal-without-verdict"
        return year.say("Veckomötet", "The weekly meeting") if weekly else year.say("Parterna", "The parties")
    plan = register.find(Plan, link.key)
    return owned(plan.owner.role, plan.owner.organisation) if plan else nobody


def _decided(register: Register, link: BrokenLink) -> str | None:
    meeting = register.find(Meeting, link.key)
    decisions = meeting.decisions if meeting else ()
    return next((one.owner_role for one in decisions if one.what == link.title), None)
