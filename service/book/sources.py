"""Sources and methods: where the figures come from, how far they reach, how they were computed, and where to look."""

from __future__ import annotations

from adapters.documents.content import Block, Bullets, Column, Facts, Note, Paragraph, Section, Table
from domain.catalogue import Source
from domain.file_import import FileImport
from domain.observation import Observation, day_of
from service.book.methods import methods
from service.book.year import Year
from service.wording import day, grouped, in_swedish, short, some


def sources(year: Year) -> Section:
    """The sources as known when the book was opened, the methods used, and the position of the history."""
    title = year.say("Källor, metod och dataläge", "Sources, methods and the data position")
    return Section("sources", title, (), (_sources(year), methods(year), _position(year)))


def _sources(year: Year) -> Section:
    there: dict[str, Source] = year.register.states[Source.KIND]
    title = year.say("Källor", "Sources")
    if not there:
        text = year.say(
            "Registret hade inga källor när boken öppnades.", "The register had no sources when the book was opened."
        )
        return Section("sources-list", title, (Paragraph(text),))
    ordered = sorted(there.items(), key=lambda each: each[1].use != "main series")
    blocks: list[Block] = []
    if any(source.synthetic for source in there.values()):
        blocks.append(Note(_made_up(year, there), "synthetic"))
    blocks.append(_table(year, ordered))
    if year.language == "en":
        blocks.append(Paragraph("What people wrote, and the names of categories, roles and districts, stand in the "
                                "language of the register."))  # fmt: skip
    blocks.append(_breaks(year, ordered))
    return Section("sources-list", title, tuple(blocks))


def _made_up(year: Year, there: dict[str, Source]) -> str:
    number = sum(source.synthetic for source in there.values())
    all_of_them = number == len(there)
    return year.say(
        f"{'Alla' if all_of_them else number} källor är syntetiska: deras uppgifter är påhittade för demonstration.",
        f"{'All' if all_of_them else number} sources are synthetic: their data are made up for demonstration.",
    )


def _table(year: Year, ordered: list[tuple[str, Source]]) -> Table:
    say = year.say
    columns = (
        Column(say("Källa", "Source"), share=2.2),
        Column(say("Ägare", "Owner"), share=1.4),
        Column(say("Används som", "Used as"), share=1.2),
        Column(say("Syntetisk", "Synthetic")),
        Column(say("T.o.m.", "Through"), share=1.2),
        Column(say("Inläst", "Taken in"), share=1.8),
        Column(say("Kompletthet", "Completeness"), share=2.0),
    )
    rows = tuple(_row(year, key, source) for key, source in ordered)
    return Table(
        say(f"Källorna som de var kända {year.opened_on}", f"The sources as known on {year.opened_on}"), columns, rows
    )


def _row(year: Year, key: str, source: Source) -> tuple[str, ...]:
    files = [one for one in year.register.every(FileImport) if one.source == key]
    standing = [one for one in files if not one.withdrawn]
    single = [o for o in year.register.every(Observation) if o.source == key and not o.withdrawn]
    days = [one.coverage.last for one in standing if one.coverage] + [day_of(o.content) for o in single]
    days = [on for on in days if on <= year.opened_on]  # what is planned has not been seen
    use = in_swedish(source.use) if year.language == "sv" else source.use
    return (
        source.name,
        source.owner,
        use,
        year.say("ja", "yes") if source.synthetic else year.say("nej", "no"),
        f"{max(days)}" if days else "–",
        _taken(year, standing, len(single)),
        _complete(year, files, standing),
    )


def _taken(year: Year, standing: list[FileImport], single: int) -> str:
    parts = []
    if standing:
        rows = sum(one.tally.new + one.tally.corrected for one in standing)
        files = some(len(standing), *year.say("fil|filer", "file|files").split("|"))
        number = grouped(rows, year.language)
        parts.append(year.say(f"{files}, {number} rader", f"{files}, {number} rows"))
    if single:
        number = grouped(single, year.language)
        parts.append(year.say(f"{number} registrerade en och en", f"{number} recorded one by one"))
    return "; ".join(parts) or year.say("inget", "nothing")


def _complete(year: Year, files: list[FileImport], standing: list[FileImport]) -> str:
    """Days of the year that files cover, what is preliminary, and what was rejected or withdrawn."""
    parts = []
    covered = [one.coverage for one in standing if one.coverage is not None]
    if covered:
        days = {
            d
            for c in covered
            for d in range(max(c.first, year.first).toordinal(), min(c.last, year.last).toordinal() + 1)
        }
        all_days = (year.last - year.first).days + 1
        parts.append(year.say(f"{len(days)} av årets {all_days} dagar", f"{len(days)} of the year's {all_days} days"))
    if preliminary := sum(one.preliminary for one in standing):
        parts.append(year.say(f"{preliminary} preliminära filer", f"{preliminary} preliminary files"))
    if rejected := sum(one.tally.rejected for one in standing):
        parts.append(year.say(f"{rejected} rader avvisade", f"{rejected} rows rejected"))
    if withdrawn := len(files) - len(standing):
        parts.append(year.say(f"{withdrawn} filer tillbakadragna", f"{withdrawn} files withdrawn"))
    return "; ".join(parts) or year.say("ingen uppgift om täckning", "coverage not stated")


def _breaks(year: Year, ordered: list[tuple[str, Source]]) -> Block:
    told = [
        f"{on}, {source.name}: {short(reason, 200)}"
        for _, source in ordered
        for on, reason in sorted(source.breaks.items())
    ]
    if told:
        return Bullets(tuple(year.say(f"Metodbrott {each}", f"Break of method {each}") for each in told))
    return Paragraph(
        year.say(
            "Ingen källa har ett metodbrott angivet. Det betyder att ingen har registrerat något, inte att mätningen "
            "säkert varit lika hela tiden.",
            "No source has a break of method declared. That means that nobody has recorded one, not that the "
            "measuring was surely alike all along.",
        )
    )


def _position(year: Year) -> Section:
    title = year.say("Dataläge: registret som det var", "The data position: the register as it was")
    between = some(year.at - year.then, *year.say("händelse|händelser", "event|events").split("|"))
    facts = (
        (year.say("Årets sista dag", "The year's last day"), _ended(year)),
        (year.say("Boken", "The book"), _opened(year)),
        (year.say("Däremellan registrerat", "Recorded in between"), between),
    )
    return Section("sources-position", title, (Facts(facts), Bullets(_ways(year))))


def _ended(year: Year) -> str:
    on = day(year.last, year.language)
    if year.opened_on <= year.last:
        return year.say(f"{on}; året var inte slut", f"{on}; the year was not over")
    return year.say(
        f"{on}; händelse {year.then} var den sista som då var registrerad",
        f"{on}; event {year.then} was the last recorded by then",
    )


def _opened(year: Year) -> str:
    on = day(year.opened_on, year.language)
    if year.review is None:
        return year.say(
            f"utkast, inte öppnad; visar registret vid händelse {year.at}, {on}",
            f"a draft, not opened; shows the register at event {year.at}, {on}",
        )
    return year.say(f"öppnad {on}, vid händelse {year.at}", f"opened {on}, at event {year.at}")


def _ways(year: Year) -> tuple[str, ...]:
    at, then = year.at, year.then
    sv, en = (
        (
            f" ?as_of={then} visar det som var känt när året var slut.",
            f" ?as_of={then} shows what was known at its end.",
        )
        if year.opened_on > year.last
        else ("", "")
    )
    return (
        year.say(
            f"På vilken sida som helst: lägg till ?as_of={at} i adressen, eller välj datum på sidan Historik. Då visas "
            f"det boken bygger på.{sv}",
            f"On any page: add ?as_of={at} to the address, or choose a day on the page History. It then shows what the "
            f"book rests on.{en}",
        ),
        year.say(f"I ett terminalfönster: samverkan as-of {at}.", f"In a terminal: samverkan as-of {at}."),
        _again(year),
    )


def _again(year: Year) -> str:
    if year.review is None:
        return year.say(
            "Ett utkast följer registret. När årets bok öppnas står den fast vid den händelsen.",
            "A draft follows the register. When the year's book is opened it stands at that event.",
        )
    return year.say(
        "Boken görs om ur samma händelser och blir då densamma. Ändringar efter öppnandet finns i historiken, inte "
        "här.",
        "The book is made anew from the same events and comes out the same. Changes after the opening stand in the "
        "history, not here.",
    )
