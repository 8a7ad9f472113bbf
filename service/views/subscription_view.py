"""What somebody subscribes to, in one sentence, and what there is to choose among."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.subscriptions import Subscription
from domain.catalogue import Categories, Division, Source
from domain.register import Register
from domain.signal import Sentence
from service.alerts.letter import pick
from service.wording import Language, grouped, listed

Pair = tuple[str, str]
SURPRISES = (1, 1000, 10_000, 100_000)
"""How seldom chance may give what is told, to choose among."""
_SPOKEN = {"sv": ("svenska", "Swedish"), "en": ("engelska", "English")}
_WAYS = {"rise": ("ökningar", "rises"), "fall": ("minskningar", "falls")}


@dataclass(frozen=True, slots=True)
class Offered:
    """(key, name) of the districts and categories that can be chosen, by name."""

    districts: tuple[Pair, ...]
    categories: tuple[Pair, ...]


def offered(register: Register) -> Offered:
    """The districts that sources count by, and all categories."""
    used = {source.division for source in register.every(Source)}
    divisions = [one for key in sorted(used) if (one := register.find(Division, key))]
    districts = {key: district.name for one in divisions for key, district in one.districts.items()}
    categories = {key: each.name for one in register.every(Categories) for key, each in one.categories.items()}
    return Offered(_by_name(districts), _by_name(categories))


def _by_name(names: dict[str, str]) -> tuple[Pair, ...]:
    return tuple(sorted(names.items(), key=lambda pair: pair[1].casefold()))


def in_words(subscription: Subscription, register: Register) -> Sentence:
    """What the subscriber gets."""
    known = offered(register)
    return Sentence(sv=_said(subscription, known, "sv"), en=_said(subscription, known, "en"))


def _said(s: Subscription, known: Offered, language: Language) -> str:
    when, about = listed(_times(s, language), pick(language, "och", "and")), _about(s, known, language)
    if s.channel == "feed":
        return pick(language, f"Du läser i ditt eget flöde {when} {about}. Ingen e-post skickas.",
                    f"You read in your own feed, {when}, {about}. No mail is sent.")  # fmt: skip
    spoken = pick(language, *_SPOKEN[s.language])
    to = pick(language, f"Du får e-post på {spoken} till {s.email}", f"You get mail in {spoken} to {s.email}")
    told = f"{to} {when} {about}." if when else f"{to}."
    if s.reminders:
        return f"{told} " + pick(language, "Påminnelser kommer i högst ett brev om dagen.",
                                 "Reminders come in one mail a day at most.")  # fmt: skip
    return f"{told} " + pick(language, "Inga påminnelser skickas.", "No reminders are sent.")


def _times(s: Subscription, language: Language) -> list[str]:
    times = ((s.weekly, "varje vecka", "each week"), (s.monthly, "varje månad", "each month"))
    return [pick(language, sv, en) for wanted, sv, en in times if wanted]


def _about(s: Subscription, known: Offered, language: Language) -> str:
    """Of what, which way, and how surprising."""
    word = pick(language, "och", "and")
    kinds = listed([name for key, name in known.categories if key in s.categories], word, 5)
    places = listed([name for key, name in known.districts if key in s.districts], word, 5)
    told = pick(language, f"om {kinds or 'alla kategorier'} i {places or 'alla områden'}",
                f"about {kinds or 'all categories'} in {places or 'all districts'}")  # fmt: skip
    if s.direction != "both":
        way = pick(language, *_WAYS[s.direction])
        told += pick(language, f", bara {way}", f", {way} only")
    if s.least_surprise > 1:
        number = grouped(float(s.least_surprise), language)
        told += pick(language, f", bara det som slumpen ger högst en gång på {number}",
                     f", only what chance gives at most once in {number}")  # fmt: skip
    return told
