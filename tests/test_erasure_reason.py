"""The reason of an erasure stays, so it may not hold what is to go."""

from __future__ import annotations

import pytest

from domain.core import Refused
from service.erasure_reason import refuse_repeated, repeats

TEXT = "Sven Karlsson i 9B röker bakom idrottshallen varje kväll kl. 17. Han bor på Storgatan 4."
BASIS = "Dataskyddsförordningen, artikel 17"


@pytest.mark.parametrize(
    "written",
    [
        "Rapporten namnger Sven Karlsson.",
        "Sven Karlssons namn står där.",
        "Det gäller Karlsson, Sven.",
        "En elev i 9b pekas ut.",
        "Han som röker bakom idrottshallen varje kväll.",
        f"Texten: {TEXT}",
    ],
)
def test_a_name_a_number_and_a_run_of_words_are_repetitions(written: str) -> None:
    assert repeats(written, TEXT)


@pytest.mark.parametrize(
    "written",
    [
        "Texten pekar ut någon.",
        "Rapporten namnger en elev. Registret ska hålla platser, aldrig individer.",
        "Någon pekas ut vid idrottshallen på Storgatan.",
        "Begärt av den det gäller, ärende 2023-118.",
        BASIS,
        "Förordning (EU) 2016/679, artikel 17.1, och 4 kap. 17 § dataskyddslagen",
    ],
)
def test_saying_why_in_other_words_is_no_repetition(written: str) -> None:
    assert not repeats(written, TEXT)


@pytest.mark.parametrize(
    ("basis", "reason"),
    [
        (BASIS, "Sven Karlsson nämns."),
        ("Sven Karlsson har begärt det", "Texten pekar ut någon."),
        (BASIS, "Den gäller 19811228-9874."),
    ],
)
def test_both_the_basis_and_the_reason_are_looked_at(basis: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        refuse_repeated(basis, reason, (None, TEXT))
    assert refused.value.rule == "reason-repeats-it"
    assert "skriv varför utan att upprepa texten" in refused.value.sv


def test_a_text_that_is_gone_cannot_be_repeated() -> None:
    refuse_repeated(BASIS, "Rapporten namnger Sven Karlsson.", (None,))
