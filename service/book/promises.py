"""The citizen promises of the year: what was promised, whether it was done, and whether it helped."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.documents.content import Block, Column, Facts, Paragraph, Section, Table
from domain.promise import Promise
from domain.register import Register
from service.book.work_words import Both, counted, of_day, quoted, word
from service.book.year import Year
from service.book.year_end import at_year_end, last_seen
from service.views.promise_view import PromiseRow, promise_list
from service.wording import day

_DONE = {"yes": ("Ja", "Yes"), "partly": ("Delvis", "Partly"), "no": ("Nej", "No")}
_OUTCOMES: dict[str, Both] = {
    "better": ("Bättre", "Better"), "unchanged": ("Oförändrat", "Unchanged"), "worse": ("Sämre", "Worse"),
    "not known": ("Går inte att säga", "Not possible to say"),
}  # fmt: skip
_PROGRESSES: dict[str, Both] = {
    "committed": ("Beslutad", "Committed"), "started": ("Påbörjad", "Started"),
    "not started": ("Påbörjas inte", "Not to be started"), "cancelled": ("Avbruten", "Cancelled"),
    "reported done": ("Rapporterad klar", "Reported done"), "verified done": ("Kontrollerad klar", "Verified done"),
}  # fmt: skip


def promises(year: Year) -> Section:
    """The promises that were made, ran or were answered for in the year, as they stood at its end."""
    register, title = at_year_end(year), year.say("Medborgarlöften", "Citizen promises")
    rows = [row for row in promise_list(register, last_seen(year)) if _concerns(year, row.state)][::-1]
    if not rows:
        none = year.say(f"Inget medborgarlöfte gavs eller gällde under {year.year}.",
                        f"No citizen promise was made or ran in {year.year}.")  # fmt: skip
        return Section("promises", title, (Paragraph(none),))
    blocks: list[Block] = [Paragraph(_summary(year, rows))]
    for row in rows:
        blocks += _told(year, register, row)
    return Section("promises", title, tuple(blocks))


def _concerns(year: Year, one: Promise) -> bool:
    answered = one.reported.on if one.reported else None
    runs = one.first_day <= year.last and one.last_day >= year.first
    waits = one.reported is None and one.last_day < year.first
    return one.agreement == year.key and (runs or waits or year.holds(one.published_on) or year.holds(answered))


def _summary(year: Year, rows: list[PromiseRow]) -> str:
    made = sum(year.holds(row.state.published_on) for row in rows)
    told = sum(row.state.reported is not None and year.holds(row.state.reported.on) for row in rows)
    overdue = sum(row.stage == "not reported back" for row in rows)
    told_of = counted(
        year, told, ("återrapporterades", "was reported back"), ("återrapporterades", "were reported back")
    )
    told_of = told_of if told else year.say("inget återrapporterades", "none was reported back")
    gave = counted(year, made, ("medborgarlöfte gavs", "citizen promise was made"),
                   ("medborgarlöften gavs", "citizen promises were made"))  # fmt: skip
    late = ""
    if overdue:
        late = year.say(
            f"; {overdue} hade löpt ut utan återrapport", f"; {overdue} had ended and not been reported back"
        )
    if not made:
        gave = year.say("Inget medborgarlöfte gavs", "No citizen promise was made")
    return year.say(f"{gave} under året och {told_of}{late}.", f"{gave} in the year and {told_of}{late}.")


def _told(year: Year, register: Register, row: PromiseRow) -> Iterator[Block]:
    say, one = year.say, row.state
    yield Facts(
        (
            (say("Löfte", "Promise"), quoted(year, one.title)),
            (say("Orden till invånarna", "The words to the residents"), one.words),
            (say("Gavs", "Made"), day(one.published_on, year.language)),
            (say("Gäller", "Runs"), f"{of_day(one.first_day)} – {of_day(one.last_day)}"),
            (say("Bedöms efter", "Judged by"), one.indicator),
            (say("Gjordes det?", "Was it done?"), _was_done(year, row)),
            (say("Hjälpte det?", "Did it help?"), _helped(year, row)),
        )
    )
    yield _measures(year, row)


def _was_done(year: Year, row: PromiseRow) -> str:
    if row.state.reported is None:
        return _unanswered(year, row)
    numbers = {done: sum(one.done == done for one in row.measures) for done in ("yes", "partly", "no")}
    all_of_them = len(row.measures)
    return year.say(
        f"{numbers['yes']} av {all_of_them} genomförda, {numbers['partly']} delvis, {numbers['no']} inte.",
        f"{numbers['yes']} of {all_of_them} done, {numbers['partly']} partly, {numbers['no']} not.",
    )


def _helped(year: Year, row: PromiseRow) -> str:
    told = row.state.reported
    if told is None:
        return _unanswered(year, row)
    on = year.say(f"Återrapporterat {of_day(told.on)}.", f"Reported back {of_day(told.on)}.")
    return f"{word(year, _OUTCOMES, told.outcome)}. {told.words} {on}"


def _unanswered(year: Year, row: PromiseRow) -> str:
    later = year.register.find(Promise, row.key)
    if later is not None and later.reported is not None:
        on = of_day(later.reported.on)
        return year.say(f"Inte återrapporterat vid årets slut; det gjordes {on}.",
                        f"Not reported back at the year's end; that was done on {on}.")  # fmt: skip
    if row.stage == "not reported back":
        return year.say(
            "Inte återrapporterat, fast löftet har löpt ut.", "Not reported back, though the promise is over."
        )
    return year.say(
        "Inte återrapporterat än; löftet gäller fortfarande.", "Not reported back yet; the promise still runs."
    )


def _measures(year: Year, row: PromiseRow) -> Table:
    say = year.say
    columns = (
        Column(say("Löfte", "Promise"), share=2.6),
        Column(say("Åtgärd och läge", "Action, and its state"), share=2.2),
        Column(say("Gjort?", "Done?"), share=0.9),
        Column(say("Svar", "Answer"), share=2.6),
    )  # fmt: skip
    caption = say(f"Vad löftet {quoted(year, row.state.title)} innehöll", f"What {quoted(year, row.state.title)} held")
    rows = []
    for one in row.measures:
        action = one.action_title
        if action and one.progress:
            action = f"{action}: {word(year, _PROGRESSES, one.progress).lower()}"
        done = word(year, _DONE, one.done) if one.done else "–"
        rows.append((one.what, action or say("Ingen åtgärd kopplad", "No action linked"), done, one.words or "–"))
    return Table(caption, columns, tuple(rows))
