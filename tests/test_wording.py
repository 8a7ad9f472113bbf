"""How numbers and names are written."""

from __future__ import annotations

import pytest

from service.pages.rendering import number, written
from service.pages.tried import decimal
from service.wording import Language, alphabetical, figure, grouped


@pytest.mark.parametrize(
    ("value", "sv", "en"),
    [
        (-0.5, "-0,5", "-0.5"),
        (-0.04, "0", "0"),
        (0, "0", "0"),
        (1234.5, "1\N{NO-BREAK SPACE}234,5", "1,234.5"),
        (-1234567, "-1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567", "-1,234,567"),
        (2.25, "2,2", "2.2"),
    ],
)
def test_a_number_has_its_sign_one_decimal_and_its_thousands_apart(value: float, sv: str, en: str) -> None:
    assert (grouped(value, "sv"), grouped(value, "en")) == (sv, en)
    assert (number(value, "sv"), number(value, "en")) == (sv, en)
    assert figure(value, "en") == en.replace(",", "")


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("value", [0.25, 1234.5, 1234.0, 0.0])
def test_a_number_in_a_field_is_read_back_as_it_was(value: float, language: Language) -> None:
    assert float(decimal({"hours": written(value, language)}, "hours") or "") == value


def test_names_sort_as_in_swedish() -> None:
    assert sorted(["Öland", "Ängen", "Åsen", "anna", "Zon", "Backen"], key=alphabetical) == [
        "anna", "Backen", "Zon", "Åsen", "Ängen", "Öland",
    ]  # fmt: skip
