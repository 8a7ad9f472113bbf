"""Reminders as a letter: the first thing to do in the subject, then each with its page, by kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from adapters.subscriptions import Subscription
from service.alerts.letter import Block, Heading, Item, Letter, Link, Paragraph, Points, pick
from service.alerts.reminders import Kind, Reminder
from service.wording import Language, listed, some

_HEADINGS: dict[Kind, tuple[str, str]] = {
    "signal": ("Signaler att bedöma", "Signals to judge"),
    "action": ("Åtgärder", "Actions"),
    "decision": ("Beslut att följa upp", "Decisions to follow up"),
    "follow-up": ("Åtgärder att följa upp", "Actions to follow up"),
    "promise": ("Medborgarlöften att återrapportera", "Citizen promises to report back"),
    "silent": ("Har tystnat", "Have fallen silent"),
}
_COUNTED: dict[Kind, tuple[tuple[str, str], tuple[str, str]]] = {
    "signal": (("signal att bedöma", "signaler att bedöma"), ("signal to judge", "signals to judge")),
    "action": (("åtgärd", "åtgärder"), ("action", "actions")),
    "decision": (("beslut att följa upp", "beslut att följa upp"), ("decision to follow up", "decisions to follow up")),
    "follow-up": (("uppföljning", "uppföljningar"), ("follow-up", "follow-ups")),
    "promise": (("löfte att återrapportera", "löften att återrapportera"),
                ("promise to report back", "promises to report back")),
    "silent": (("rapportör som tystnat", "rapportörer som tystnat"), ("silent reporter", "silent reporters")),
}  # fmt: skip
_AT_THE_MEETING: tuple[Kind, ...] = ("decision", "silent")
"""These are all seen to on one page."""
_HINTS: dict[Kind, tuple[str, str]] = {
    "signal": ("Bedöm dem, också om de är falska: bara så blir det känt hur ofta signalerna stämmer.",
               "Judge them, even if they are false: only so does it become known how often the signals are right."),
    "follow-up": ("Vad gjordes, vad kostade det, och hjälpte det?", "What was done, at what cost, and did it help?"),
    "promise": ("Berätta för invånarna vad som gjordes och om det hjälpte.",
                "Tell the residents what was done and whether it helped."),
    "silent": ("Färre rapporter är inte mindre brott: hör av er och fråga.",
               "Fewer reports is not less crime: get in touch and ask."),
}  # fmt: skip
_LINKS: dict[Kind, tuple[str, str]] = {
    "signal": ("Bedöm", "Judge"),
    "action": ("Öppna", "Open"),
    "decision": ("Öppna veckomötet", "Open the weekly meeting"),
    "follow-up": ("Följ upp", "Follow up"),
    "promise": ("Återrapportera", "Report back"),
    "silent": ("Öppna veckomötet", "Open the weekly meeting"),
}


def reminder_letter(reminders: Sequence[Reminder], subscription: Subscription) -> Letter:
    """What the subscriber reads, of one reminder or more."""
    language = subscription.language
    counted = _counted(reminders, language)
    begins = pick(language, "Påminnelse", "Reminder")
    title = pick(language, "Att göra i samverkan", "To do in the collaboration")
    lead = pick(language, f"Det här väntar: {counted}.", f"This is waiting: {counted}.")
    why = pick(
        language,
        "Du får det här för att du prenumererar på påminnelser. Samma sak påminns det om en gång.",
        "You get this because you subscribe to reminders. Each thing is reminded of once.",
    )
    blocks = (Paragraph(lead, "lead"), *_by_kind(reminders, language))
    return Letter(language, f"{begins}: {counted}", title, blocks, why)


def _counted(reminders: Sequence[Reminder], language: Language) -> str:
    """`2 åtgärder (1 försenad) och 1 signal att bedöma`."""
    parts = []
    for kind, group in groupby(reminders, key=lambda each: each.kind):
        found = list(group)
        late = sum(each.late for each in found) if kind == "action" else 0
        word = pick(language, "försenad" if late == 1 else "försenade", "late")
        parts.append(some(len(found), *pick(language, *_COUNTED[kind])) + (f" ({late} {word})" if late else ""))
    return listed(parts, pick(language, "och", "and"), len(parts), 60)


def _by_kind(reminders: Sequence[Reminder], language: Language) -> Iterator[Block]:
    for kind, group in groupby(reminders, key=lambda each: each.kind):
        found, link = list(group), pick(language, *_LINKS[kind])
        yield Heading(pick(language, *_HEADINGS[kind]))
        if kind in _HINTS:
            yield Paragraph(pick(language, *_HINTS[kind]))
        if kind in _AT_THE_MEETING:
            yield Points(tuple(Item(pick(language, each.sentence.sv, each.sentence.en)) for each in found))
            yield Link(link, found[0].path)
            continue
        for each in found:
            yield Paragraph(pick(language, each.sentence.sv, each.sentence.en))
            yield Link(f"{link}: {each.title}", each.path)
