"""What does not fit in a command's content, in words: pydantic's kinds of error in Swedish and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_KINDS: Mapping[str, tuple[str, str]] = {
    "missing": ("saknas", "is missing"),
    "extra_forbidden": ("känns inte igen; ta bort det", "is not known; leave it out"),
    "string_too_short": ("är tomt eller för kort", "is empty or too short"),
    "string_too_long": ("är längre än {max_length} tecken", "is longer than {max_length} characters"),
    "string_pattern_mismatch": (
        "har tecken som inte får stå där: skriv a–z, 0–9, punkt, streck och understreck, med början på en bokstav "
        "eller siffra",
        "has characters that cannot stand there: write a–z, 0–9, dots, hyphens and underscores, beginning with a "
        "letter or figure",
    ),
    "string_type": ("ska vara text", "must be text"),
    "literal_error": ("ska vara {expected}", "must be {expected}"),
    "int_type": ("ska vara ett heltal", "must be a whole number"),
    "int_parsing": ("ska vara ett heltal", "must be a whole number"),
    "int_from_float": ("ska vara ett heltal", "must be a whole number"),
    "float_type": ("ska vara ett tal", "must be a number"),
    "float_parsing": ("ska vara ett tal", "must be a number"),
    "finite_number": ("ska vara ett ändligt tal", "must be a finite number"),
    "bool_type": ("ska vara true eller false", "must be true or false"),
    "bool_parsing": ("ska vara true eller false", "must be true or false"),
    "date_type": ("ska vara en dag som 2020-11-18", "must be a day such as 2020-11-18"),
    "date_parsing": ("ska vara en dag som 2020-11-18", "must be a day such as 2020-11-18"),
    "date_from_datetime_parsing": ("ska vara en dag som 2020-11-18", "must be a day such as 2020-11-18"),
    "greater_than": ("ska vara större än {gt}", "must be more than {gt}"),
    "greater_than_equal": ("ska vara minst {ge}", "must be {ge} or more"),
    "less_than": ("ska vara mindre än {lt}", "must be less than {lt}"),
    "less_than_equal": ("ska vara högst {le}", "must be {le} or less"),
    "too_short": ("har för få delar (minst {min_length})", "has too few parts ({min_length} at least)"),
    "too_long": ("har för många delar (högst {max_length})", "has too many parts ({max_length} at most)"),
    "tuple_type": ("ska vara en lista", "must be a list"),
    "list_type": ("ska vara en lista", "must be a list"),
    "dict_type": ("ska vara ett objekt", "must be an object"),
    "model_type": ("ska vara ett objekt", "must be an object"),
    "json_invalid": ("går inte att läsa som JSON", "cannot be read as JSON"),
}


def said(error: Mapping[str, Any]) -> tuple[str, str]:
    """What is wrong, in Swedish and English, of one of ValidationError.errors(). Rules of ours say it themselves."""
    context = error.get("ctx") or {}
    if error["type"] == "value_error":
        text = str(context.get("error", error["msg"])).removeprefix("Value error, ")
        return getattr(context.get("error"), "sv", text), text
    words = _KINDS.get(error["type"])
    if words is None:
        return error["msg"], error["msg"]
    sv, en = (each.format_map(context) for each in words)
    return sv.replace(" or ", " eller ") if error["type"] == "literal_error" else sv, en
