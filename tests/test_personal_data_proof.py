"""What the sixty texts show: how much personal data is found, and that nothing else is."""

from __future__ import annotations

import pytest

from service.personal_data import find, found_words
from tests.personal_data_cases import CASES
from tests.proof.personal_data import main, table


def test_all_thirty_six_are_found_and_none_of_the_twenty_four_cries_wolf() -> None:
    assert {line.sort: (line.texts, line.found, len(line.false)) for line in table()} == {
        "personal number": (13, 13, 0),
        "coordination number": (4, 4, 0),
        "mobile": (9, 9, 0),
        "fixed telephone": (5, 5, 0),
        "e-mail": (5, 5, 0),
        "nothing": (24, 0, 0),
    }


def test_there_are_sixty_texts_and_none_stands_there_twice() -> None:
    texts = [text for group in CASES.values() for text in group]
    assert len(texts) == len(set(texts)) == 60


def test_the_table_is_printed_with_what_was_missed(capsys: pytest.CaptureFixture[str]) -> None:
    main()
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].split() == ["sort", "texts", "found", "missed", "false", "alarms"]
    assert len(printed) == 1 + len(CASES)


@pytest.mark.parametrize(
    "text", ["1991-04-13-2388", "2020-11-18-2021-03-31", "2020-11-18–2021", "0721.23", "072.1.2.3", "vid (at) torget"]
)
def test_what_looks_like_the_new_ways_of_writing_is_left_alone(text: str) -> None:
    assert find(f"Det står {text} på lappen.") == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [("1991-04-13-2387", "personal number"), ("070.123.45.67", "phone"), ("anna [at] exempel.se", "e-mail")],
)
def test_numbers_with_dashes_telephones_with_dots_and_disguised_addresses_are_found(text: str, kind: str) -> None:
    assert list(found_words(f"Det står {text} på lappen.")) == [(kind, text)]
