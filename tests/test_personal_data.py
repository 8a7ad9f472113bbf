"""Personal numbers, telephone numbers, addresses and plainly given names are found; dates and case numbers not."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.personal_data import find, found_words

# made up, with right check digits; 121212-1212 is the tax agency's own example
NUMBERS = [
    "850709-9805", "8507099805", "19850709-9805", "198507099805", "850709 9805", "850709 - 9805", "850709–9805",
    "19850709 9805", "121212+1212", "20121212-1212", "850769-9802", "198507699802", "000229-0005", "18121212-1212",
]  # fmt: skip
PHONES = [
    "070-123 45 67", "0701234567", "070 123 45 67", "070-1234567", "070 1234567", "0736-12 34 56", "+46701234567",
    "+46 70 123 45 67", "+46 (0)70 123 45 67", "0046701234567", "0046-21-39 00 00", "021-39 00 00", "021-390000",
    "08-12 34 56", "08 123 456 78", "08-123 456 78", "0220-123 45", "021/39 00 00",
]  # fmt: skip
FALSE_ALARMS = [
    "850709-9806",  # the check digit does not fit
    "851309-9800", "850732-9800", "850792-9808", "010229-0003",  # no such day
    "19850709", "2020-11-18", "20201118", "201118", "18/11 2020", "2020-11-18 19:30", "den 18 november 2020",
    "201118 1930", "20201118 2145", "2020-11-18T19:30:00", "2020-W46", "v. 46 2020", "2020-11-18–2020-11-24",
    "K123456-20", "5000-K123456-20", "0150-K850709-20", "K8507099805", "5000-K1234567-22", "0201-K12345-21",
    "KS 2020/12345", "2020/01234-1.2.3", "SFS 2023:196", "BRÅ 2020:11", "org.nr 202100-2635", "212000-2080",
    "kl. 18.30–19.15", "kl 0600-0700", "06:00-07:00", "18:30", "1930-2145", "05-11-2020", "01 11 20",
    "120 000 kr", "1 250 000 kronor", "12 345 678", "45,50", "1.250.000", "0,75 procent", "8507099805,50 kr",
    "Storgatan 12", "Stora gatan 12-14", "Vasagatan 5 B", "72 211 Västerås", "721 87 Västerås", "linje 3 och 7",
    "reg.nr ABC 123", "ABC12D", "hus 12, port 3, våning 4", "id 12345678901234", "59.6099,16.5448", "5-10 ungdomar",
    "@vasteras", "tio@", "www.vasteras.se", "ca 15-20 personer kl 22-23",
    "Torget heter Bäckby torg", "Skolan heter Bäckbyskolan", "Parken kallas Vasaparken", "Namn: Biblioteket",
    "Hon heter det", "Gatan som heter Stora gatan", "Hammarby IP", "Kvarteret heter Oden och ligger vid E18",
]  # fmt: skip


@pytest.mark.parametrize("number", NUMBERS)
def test_a_personal_number_is_found_in_every_way_of_writing_it(number: str) -> None:
    for text in (number, f"Klottraren är {number}.", f"({number})", f"pnr:{number}, ok"):
        assert list(found_words(text)) == [("personal number", number)], text


@pytest.mark.parametrize("phone", PHONES)
def test_a_telephone_number_is_found_in_every_way_of_writing_it(phone: str) -> None:
    for text in (phone, f"Ring {phone}.", f"Vaktbolaget ({phone}) kom kl. 21.15"):
        assert list(found_words(text)) == [("phone", phone)], text


@pytest.mark.parametrize("address", ["anna.berg@vasteras.se", "a+b@x-y.example.org", "åsa@exempel.nu"])
def test_an_e_mail_address_is_found(address: str) -> None:
    assert list(found_words(f"Skriv till {address}.")) == [("e-mail", address)]


@pytest.mark.parametrize(
    "text",
    ["Han heter Kalle", "tjejen som heter Anna Berg-Lund", "Mannen kallas för Lillen", "Killen kallar sig Zlatan"],
)
def test_a_name_plainly_given_to_a_person_is_found(text: str) -> None:
    assert list(found_words(f"{text} och bor där.")) == [("name", text)]


@pytest.mark.parametrize("text", FALSE_ALARMS)
def test_dates_times_case_numbers_amounts_and_places_are_no_personal_data(text: str) -> None:
    for whole in (text, f"Klotter, {text} enligt vakten.", f"({text})"):
        assert find(whole) == (), whole


def test_several_findings_come_in_the_order_of_the_text_with_their_places() -> None:
    text = "Ring 070-123 45 67 eller skriv a@b.se om 850709-9805"
    assert [(one.kind, text[one.start : one.end]) for one in find(text)] == [
        ("phone", "070-123 45 67"),
        ("e-mail", "a@b.se"),
        ("personal number", "850709-9805"),
    ]


def check_digit(nine: str) -> str:
    """The last digit, the slow way: doubled digits are summed digit by digit."""
    total = sum(int(d) for at, digit in enumerate(nine) for d in str(int(digit) * (2 if at % 2 == 0 else 1)))
    return str(-total % 10)


@given(st.dates(), st.integers(0, 999), st.booleans())
def test_of_ten_last_digits_exactly_the_right_one_makes_a_personal_number(
    born: object, serial: int, coordination: bool
) -> None:
    nine = f"{born:%y%m%d}{serial:03}"
    if coordination:
        nine = f"{nine[:4]}{int(nine[4:6]) + 60}{nine[6:]}"
    found = [n for n in range(10) if any(k == "personal number" for k, _ in found_words(f"{nine[:6]}-{nine[6:]}{n}"))]
    assert found == [int(check_digit(nine))]


@given(st.text(max_size=400))
def test_any_text_is_searched_without_a_fault_and_findings_never_overlap(text: str) -> None:
    found = find(text)
    assert all(one.end <= other.start for one, other in pairwise(found))
