"""Lägesbilden då och nu: the joint picture's words, and the year's figures beside those of the year before."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.documents.content import Block, Bullets, Paragraph, Section
from domain.core import Recorded
from domain.picture import JointPictureDefined, OwnPictureMade, Picture, picture_key
from service.book import made_up
from service.book.figures import YearFigures, year_figures
from service.book.picture_charts import charts
from service.book.picture_maps import maps
from service.book.picture_tables import in_short, tables
from service.book.weighing import agreement_key
from service.book.year import Year
from service.views.joint_picture import Adjustment, JointPicture, joint_picture
from service.wording import day, listed, short, some

MOST = 14


def picture(year: Year) -> Section:
    """The picture as it was defined, adjusted, and as it stood at the year's end; and what the figures say."""
    figures = year_figures(year)
    key = picture_key(agreement_key(year), year.year)
    story = _story(year, key)
    joint = joint_picture(year.before, key, [each for each in story if each.gsn <= year.then])
    lead = Paragraph(" ".join((in_short(year, figures), _joint_in_short(year, joint))), strong=True)
    parts = [
        Section("picture-words", year.say("Gemensam lägesbild", "The joint picture"), tuple(_words(year, joint, story)))
    ]
    parts += _figures(year, figures)
    title = year.say("Lägesbilden då och nu", "The picture then and now")
    return Section("picture", title, (lead,), tuple(parts))


def _figures(year: Year, figures: YearFigures | None) -> list[Section]:
    if figures is None:
        return []
    marked: tuple[Block, ...] = (made_up.note(year),) if figures.of.synthetic else ()
    found = [
        Section(
            "picture-figures",
            year.say("Antal i år och förra året", "Numbers this year and the last"),
            (*marked, *tables(year, figures)),
        ),
        Section(
            "picture-trends", year.say("Utvecklingen vecka för vecka", "Week by week"), tuple(charts(year, figures))
        ),
        Section("picture-map", year.say("Karta då och nu", "The map then and now"), tuple(maps(year, figures))),
    ]
    return [section for section in found if section.blocks]


# The joint picture in words


def _story(year: Year, key: str) -> list[Recorded]:
    """The events of the picture that were known when the book was opened."""
    return [each for each in year.live.store.stream(f"{Picture.KIND}-{key}") if each.gsn <= year.at]


def _joint_in_short(year: Year, joint: JointPicture | None) -> str:
    if joint is None or joint.defined_on is None:
        return year.say(
            f"Ingen gemensam lägesbild fastställdes för {year.year}.", f"No joint picture was defined for {year.year}."
        )
    number, changes = len(joint.findings), len(joint.adjustments)
    times_sv = "en gång" if changes == 1 else f"{changes} gånger"
    times_en = "once" if changes == 1 else f"{changes} times"
    findings = some(number, *year.say("slutsats|slutsatser", "finding|findings").split("|"))
    return year.say(
        f"Lägesbilden fastställdes {day(joint.defined_on, 'sv')}, justerades {times_sv} och hade {findings} vid årets "
        "slut.",
        f"The picture was defined on {day(joint.defined_on, 'en')}, adjusted {times_en}, and held {findings} at the "
        "year's end.",
    )


def _words(year: Year, joint: JointPicture | None, story: Sequence[Recorded]) -> list[Block]:
    if joint is None or joint.defined_on is None:
        return [Paragraph(_without(year, story))]
    defined = next(each.event for each in story if isinstance(each.event, JointPictureDefined))
    first = {finding.key: finding.words for finding in defined.findings}
    last = {finding.key: finding for finding in joint.findings}
    gone = [words for key, words in first.items() if key not in last]
    say = year.say
    kept = [_finding(year, last[key].words, last[key].places) for key in first if key in last]
    new = [_finding(year, f.words, f.places) for f in joint.findings if f.key not in first]
    end_sv, end_en = day(year.last, "sv"), day(year.last, "en")
    lists = (
        (say(f"Fastställda i början och gällande {end_sv} ({len(kept)} av {len(first)} slutsatser):",
             f"Defined at first and holding on {end_en} ({len(kept)} of {len(first)} findings):"), kept),
        (say(f"Fastställda i början men borttagna till {end_sv} ({len(gone)}):",
             f"Defined at first but dropped by {end_en} ({len(gone)}):"), [short(words, 240) for words in gone]),
        (say(f"Nya under året ({len(new)}):", f"New in the year ({len(new)}):"), new),
    )  # fmt: skip
    blocks: list[Block] = []
    for told, items in lists:
        blocks += [Paragraph(told), Bullets(_cut(year, items))] if items else []
    return [*blocks, *_adjusted(year, joint)]


def _without(year: Year, story: Sequence[Recorded]) -> str:
    own = listed(sorted({e.event.party for e in story if isinstance(e.event, OwnPictureMade)}), year.say("och", "and"))
    if own:
        return year.say(
            "Parterna gjorde egna lägesbilder men förde inte samman dem.",
            "The parties made pictures of their own but did not join them.",
        )
    return year.say(f"Registret har ingen lägesbild för {year.year}.", f"The register has no picture of {year.year}.")


def _finding(year: Year, words: str, places: Sequence[tuple[str, str]]) -> str:
    where = listed((name for _, name in places), year.say("och", "and"), 4)
    return short(words, 240) + (f" [{where}]" if where else "")


def _cut(year: Year, items: Sequence[str]) -> tuple[str, ...]:
    if len(items) <= MOST:
        return tuple(items)
    left = len(items) - MOST + 1
    return (*items[: MOST - 1], year.say(f"och {left} till", f"and {left} more"))


def _adjusted(year: Year, joint: JointPicture) -> list[Block]:
    """The adjustments in order, those made for the same reason on one line."""
    if not joint.adjustments:
        return [Paragraph(year.say("Den justerades inte under året.", "It was not adjusted during the year."))]
    by_reason: dict[str, list[Adjustment]] = {}
    for each in reversed(joint.adjustments):
        by_reason.setdefault(short(each.reason, 160), []).append(each)
    lines = [_because(year, reason, those) for reason, those in by_reason.items()]
    number = some(len(joint.adjustments), *year.say("justering|justeringar", "adjustment|adjustments").split("|"))
    return [Paragraph(year.say(f"{number} under året:", f"{number} in the year:")), Bullets(tuple(lines))]


def _because(year: Year, reason: str, those: Sequence[Adjustment]) -> str:
    came, went = sum(len(each.changed) for each in those), sum(len(each.dropped) for each in those)
    new, gone = ("ny eller ändrad", "borttagen") if came < 2 else ("nya eller ändrade", "borttagen")
    gone = gone if went < 2 else "borttagna"
    parts = [year.say(f"{came} {new}", f"{came} new or changed")] if came else []
    parts += [year.say(f"{went} {gone}", f"{went} dropped")] if went else []
    days = listed((f"{each.on}" for each in those), year.say("och", "and"), 60)
    return f"{reason.rstrip('.')}: {days} ({', '.join(parts)})."
