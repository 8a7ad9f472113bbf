"""The digest of a run: what diverges of what its subscriber chose, and how sure that is, as it was known then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta

import pytest

from adapters.subscriptions import Subscription
from adapters.vault import restricted
from domain.action import Action
from domain.core import ERASED, Actor, Refused
from domain.erasure import ApproveErasure
from domain.period import span
from domain.run import Skipped
from domain.signal import Judge, Sentence, Wider, signal_key
from forecasting.panel import SLOW_EVERY
from service.alerts.digest import IN_FULL, Digest, digest
from service.alerts.digest_letter import digest_letter, figures
from service.alerts.letter import Item, Paragraph, Points
from service.alerts.wanted import LASTING
from service.erasing import request
from service.register import LiveRegister
from tests.alerted import ANNA, SERIES, SURGES, WEEK, Surge, assessed, ran, scene, worked_on
from tests.plausible import BY, EXTRACT, TABLE, SetClock, count_rows, propose, take_in

POLICE = Actor(account="lars", role="kommunpolis", organisation="Lokalpolisområde Västerås")
RABY = signal_key(TABLE, WEEK, "raby", "skadegorelse")
WIDER = Wider(
    level="group", place="Hammarby", kind="Narkotika", observed=9, expected=4, lower=0, upper=8, p=0.005, flag="rise",
    sentence=Sentence(sv="Hammarby ligger högt i allt.", en="Hammarby is high in everything."),
)  # fmt: skip
SILENT = Skipped(
    source="est-rapporter", rule="feed-halted", sentence=Sentence(sv="Flödet har stannat.", en="The feed has halted.")
)


@pytest.fixture
def kept(fresh_sqlite: str) -> Iterator[tuple[LiveRegister, SetClock]]:
    made, clock = scene(fresh_sqlite)
    yield made, clock
    made.close()


@pytest.fixture
def live(kept: tuple[LiveRegister, SetClock]) -> LiveRegister:
    return kept[0]


def told(live: LiveRegister, subscription: Subscription = ANNA, surges: dict[tuple[str, str], Surge] | None = None,
         *skipped: Skipped, synthetic: bool = False, wider: tuple[Wider, ...] = ()) -> Digest:  # fmt: skip
    """The digest of a run that is made now."""
    found = assessed(SURGES if surges is None else surges, synthetic=synthetic, wider=wider)
    return digest(live, *_swapped(ran(live, found, *skipped), subscription))


def _swapped(run: tuple[str, int], subscription: Subscription) -> tuple[str, Subscription, int]:
    return run[0], subscription, run[1]


def words(found: Digest, language: str = "sv") -> str:
    """The whole letter as text, its subject first."""
    of = replace(found, subscription=replace(found.subscription, language=language))  # type: ignore[arg-type]  # sv or en
    letter = digest_letter(of)
    lines = [letter.subject]
    for block in letter.blocks:
        lines += [item.text for item in block.items] if isinstance(block, Points) else [getattr(block, "text", "")]
    return "\n".join([*lines, letter.why])


def test_the_most_surprising_signal_comes_first_with_what_was_counted_and_expected(live: LiveRegister) -> None:
    found = told(live)
    assert [(flag.district, flag.category, round(flag.one_in)) for flag in found.flags] == [
        ("Raby", "Skadegorelse", 100_000), ("Centrum", "Stold", 1000),
    ]  # fmt: skip
    first = found.flags[0]
    assert (first.observed, first.expected, first.lower, first.upper) == (19, 3, 0, 7)
    assert (found.looked, found.raised, found.meeting) == (12, 2, "2026-W09")
    assert first.series is not None
    assert [point.period for point in first.series.points][-1] == WEEK
    assert [point.observed for point in first.series.points][-2:] == [3, 19]


def test_the_subject_says_the_outcome_in_the_subscribers_language(live: LiveRegister) -> None:
    found = told(live)
    assert words(found).startswith("Veckans läge v. 8: 2 områden avviker – Raby och Centrum\n")
    assert words(found, "en").startswith("Week 8: 2 districts diverge – Raby and Centrum\n")
    assert "19 händelser v. 8 2026. Omkring 3 väntades, sällan fler än 7." in words(found)
    assert "19 events in week 8, 2026. About 3 were expected, seldom more than 7." in words(found, "en")


def test_how_many_of_the_signals_may_be_false_is_said(live: LiveRegister) -> None:
    found = told(live)
    assert found.expected_false == pytest.approx(0.112)
    assert "Av signalerna väntas högst en vara falskt larm." in words(found)
    assert "At most one of the signals is expected to be a false alarm." in words(found, "en")


def test_nothing_diverges_is_said_with_how_many_series_were_looked_at(live: LiveRegister) -> None:
    found = told(live, ANNA, {})
    assert words(found).startswith("Veckans läge v. 8: inget avviker, 12 serier granskade\n")
    assert words(found, "en").startswith("Week 8: nothing diverges, 12 series looked at\n")
    assert "Inget avviker vecka 8 2026. 12 serier har granskats" in words(found)
    assert "Nothing diverges in week 8 of 2026. 12 series were looked at" in words(found, "en")


def test_made_up_figures_are_called_so_in_the_subject_and_first_in_the_letter(live: LiveRegister) -> None:
    found = told(live, synthetic=True)
    assert words(found).splitlines()[0].endswith("(påhittade uppgifter)")
    assert words(found, "en").splitlines()[0].endswith("(made-up figures)")
    notices = [b.text for b in digest_letter(found).blocks if isinstance(b, Paragraph) and b.tone == "notice"]
    assert notices == ["Uppgifterna är syntetiska: påhittade för demonstration. Inget av detta har hänt."]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"districts": ("raby", "backby")}, ["Raby", "Backby"]),
        ({"categories": ("stold",)}, ["Centrum"]),
        ({"districts": ("raby",), "categories": ("stold",)}, []),
        ({"direction": "rise"}, ["Raby", "Centrum"]),
        ({"direction": "fall"}, ["Backby"]),
        ({"least_surprise": 1001}, ["Raby"]),
        ({"least_surprise": 1000}, ["Raby", "Backby", "Centrum"]),
    ],
)
def test_a_subscriber_is_told_what_was_chosen(
    live: LiveRegister, chosen: dict[str, object], expected: list[str]
) -> None:
    """A lasting change is as surprising as the rule lets it be, once in 1,000 periods, whatever its last period was."""
    surges = {**SURGES, ("backby", "narkotika"): Surge(1, 0.4, "lasting-fall")}
    found = told(live, replace(ANNA, **chosen), surges)  # type: ignore[arg-type]  # fields of a subscription
    assert [flag.district for flag in found.flags] == expected
    left = 3 - len(expected)
    outside = {0: "", 1: "Utanför det du har valt: 1 signal.", 2: "Utanför det du har valt: 2 signaler.",
               3: "Utanför det du har valt: 3 signaler."}[left]  # fmt: skip
    assert outside in words(found)
    assert ("Utanför" in words(found)) == bool(left)


def test_series_looked_at_are_those_that_were_chosen_and_the_foot_names_them(live: LiveRegister) -> None:
    found = told(live, replace(ANNA, districts=("raby",), direction="rise", least_surprise=100), {})
    assert found.looked == 3
    assert words(found).startswith("Veckans läge v. 8: inget avviker, 3 serier granskade\n")
    why = words(found).splitlines()[-1]
    assert why.endswith("du prenumererar på läget: Raby, bara ökningar, bara det som slumpen ger högst 1 gång på 100.")


def test_what_is_already_being_done_there_is_told_and_that_nothing_is(live: LiveRegister) -> None:
    worked_on(live)
    live.ask(propose("planket", live.today()), BY)
    found = told(live)
    first, second = found.flags
    assert [(p.key, [a.key for a in p.actions]) for p in first.at_work] == [("muren", ["laga"]), ("planket", [])]
    assert "Klotter planket: ingen åtgärd pågår" in words(found)
    assert "Klotter planket: no action is going on" in words(found, "en")
    assert second.at_work == ()
    assert "Klotter muren: Laga muren (förvaltare; pågår, klar den 30 april 2026)" in words(found)
    assert "Klotter muren: Laga muren (förvaltare; under way, due 30 April 2026)" in words(found, "en")
    assert "Inget arbete med detta är registrerat i området." in words(found)


def test_how_often_such_a_signal_was_right_here_is_told_from_the_verdicts(kept: tuple[LiveRegister, SetClock]) -> None:
    live, _ = kept
    found = told(live)
    assert "Ingen signal från källan är avgjord än" in words(found)
    live.ask(Judge(signal=RABY, on=live.today(), response="act", finding="true", reason="Sett på plats."), BY)
    gsn = ran_again(live)
    again = digest(live, "2026-w08-2", ANNA, gsn)
    assert "Den enda avgjorda signalen om skadegorelse i Raby var riktig." in words(again)
    assert "Ingen signal om stold i Centrum är avgjord än. Den enda avgjorda signalen från källan var" in words(again)
    assert "Redan bedömd: åtgärd." in words(again)
    assert again.flags[0].response == "act"


def ran_again(live: LiveRegister, surges: dict[tuple[str, str], Surge] | None = None) -> int:
    """The week assessed anew; the event of its run."""
    return ran(live, assessed(SURGES if surges is None else surges, number=2))[1]


def test_a_run_made_anew_says_what_is_new_and_what_no_longer_diverges_with_its_own_figures(live: LiveRegister) -> None:
    told(live)
    later = {("raby", "skadegorelse"): Surge(23, 1e-6), ("hammarby", "stold"): Surge(11, 1e-3)}
    found = digest(live, "2026-w08-2", ANNA, ran_again(live, later))
    assert [(flag.district, flag.observed, flag.new) for flag in found.flags] == [
        ("Raby", 23, False), ("Hammarby", 11, True),
    ]  # fmt: skip
    assert words(found).startswith("Ny bedömning v. 8: 2 områden avviker – Raby och Hammarby\n")
    assert words(found, "en").startswith("Week 8 assessed anew: 2 districts diverge – Raby and Hammarby\n")
    assert "Ny signal: Stold, Hammarby\nInte längre: Stold, Centrum: nu 3 mot 3 väntade\n" in words(found)
    assert "New signal: Stold, Hammarby\nNo longer: Stold, Centrum: now 3 against 3 expected\n" in words(found, "en")
    unchanged = digest(live, "2026-w08-2", replace(ANNA, districts=("raby",)), live.now().position)
    assert "Signalerna är desamma som då." in words(unchanged)


def test_a_source_that_could_not_be_assessed_is_told_with_its_sentence(live: LiveRegister) -> None:
    found = told(live, ANNA, {}, SILENT)
    assert words(found).startswith(
        "Veckans läge v. 8: inget avviker, 12 serier granskade, 1 källa kunde inte bedömas\n"
    )
    assert "Est-Rapporter: Flödet har stannat." in words(found)
    assert "Est-Rapporter: The feed has halted." in words(found, "en")


def test_a_run_that_could_assess_nothing_says_that(live: LiveRegister) -> None:
    found = digest(live, *_swapped(ran(live, None, SILENT), ANNA))
    assert words(found).startswith("Veckans läge v. 8: kunde inte bedömas\n")
    assert "inget avviker" not in words(found)


def test_sums_that_diverge_are_told_to_those_whom_they_concern(live: LiveRegister) -> None:
    city = WIDER.model_copy(
        update={"level": "city", "place": "Hela kommunen", "sentence": Sentence(sv="Allt.", en="All.")}
    )
    key, gsn = ran(live, assessed({}, wider=(WIDER, city)))
    everything = digest(live, key, ANNA, gsn)
    assert [one.sv for one in everything.wider] == ["Hammarby ligger högt i allt.", "Allt."]
    assert words(everything).startswith(
        "Veckans läge v. 8: inget enskilt område avviker, men något gör det sammantaget\n"
    )
    assert "Hammarby is high in everything." in words(everything, "en")
    for chosen in ({"districts": ("raby",)}, {"categories": ("stold",), "districts": ("hammarby", "raby")}):
        only = digest(live, key, replace(ANNA, **chosen), gsn)
        assert "Hammarby ligger högt i allt." not in [one.sv for one in only.wider]
    assert [one.sv for one in digest(live, key, replace(ANNA, districts=("hammarby",)), gsn).wider] == [
        "Hammarby ligger högt i allt.", "Allt.",
    ]  # fmt: skip
    assert digest(live, key, replace(ANNA, direction="fall"), gsn).wider == ()


def test_nothing_that_was_recorded_later_is_in_it(database_url: str) -> None:
    with closing(scene(database_url)[0]) as live:
        key, gsn = ran(live, assessed(SURGES))
        before = digest(live, key, ANNA, gsn)
        worked_on(live)
        live.ask(Judge(signal=RABY, on=live.today(), response="act", finding="true", reason="Sett på plats."), BY)
        assert digest(live, key, ANNA, gsn) == before
        assert digest(live, key, ANNA, live.now().position) != before


def test_the_digest_calls_a_lasting_change_as_seldom_as_the_rule_that_finds_it() -> None:
    assert LASTING == SLOW_EVERY


def test_a_text_that_was_erased_since_is_not_told_again(live: LiveRegister) -> None:
    worked_on(live, title="Kåres tunnel")
    key, gsn = ran(live, assessed(SURGES))
    assert "Kåres tunnel" in words(digest(live, key, ANNA, gsn))
    written = next(r.gsn for r in live.store.stream(f"{Action.KIND}-laga"))
    erasure, _, _ = request(live, BY, written, (), legal_basis="Artikel 17", reason="Pekar ut någon.")
    live.ask(ApproveErasure(erasure=erasure, on=live.today()), POLICE)
    after = words(digest(live, key, ANNA, gsn))
    assert "Kåres tunnel" not in after
    assert ERASED in after


def test_who_may_not_see_what_the_police_withhold_is_told_the_same(live: LiveRegister) -> None:
    key, gsn = ran(live, assessed(SURGES))
    whole = digest(live, key, ANNA, gsn)
    before = restricted.set(True)
    try:
        assert digest(live, key, ANNA, gsn) == whole
    finally:
        restricted.reset(before)


def test_of_many_signals_the_first_are_told_in_full_and_the_rest_in_a_line_each(live: LiveRegister) -> None:
    found = told(live, ANNA, {pair: Surge(19, 1e-4 * (n + 1)) for n, pair in enumerate(SERIES)})
    assert [flag.series is not None for flag in found.flags] == [True] * IN_FULL + [False] * (12 - IN_FULL)
    rest = [b for b in digest_letter(found).blocks if isinstance(b, Points)][-1]
    assert len(rest.items) == 12 - IN_FULL
    assert all(isinstance(item, Item) and item.path and item.path.startswith("/signal/") for item in rest.items)


def test_a_month_is_told_by_its_name_with_its_own_series(live: LiveRegister) -> None:
    months = tuple(span("2024-01", "2026-01"))
    cells = {(d, c, month): 3 for d, c in SERIES for month in months} | {("raby", "skadegorelse", "2026-01"): 19}
    rows = [count_rows(list(cells.items()))]
    live.ask(take_in(live.now(), EXTRACT, "counts", rows, len(cells), 0, len(cells), cells), BY)
    surge = {("raby", "skadegorelse"): Surge(19, 1e-5)}
    key, gsn = ran(live, assessed(surge, "2026-01", source=EXTRACT))
    found = digest(live, key, ANNA, gsn)
    assert words(found).startswith("Månadens läge januari 2026: 1 område avviker – Raby\n")
    assert words(found, "en").startswith("January 2026: 1 district diverges – Raby\n")
    (flag,) = found.flags
    assert flag.series is not None
    assert [point.period for point in flag.series.points] == list(months)
    assert ("Slumpen ger det", "1 månad på 100\N{NO-BREAK SPACE}000") in figures(found, flag).cells
    assert "Du får det här varje månad" in words(found)


def test_there_is_no_digest_of_a_run_that_was_not_made(live: LiveRegister) -> None:
    with pytest.raises(Refused, match="2026-w08"):
        digest(live, "2026-w08", ANNA, live.now().position)


def test_an_action_is_late_from_the_day_of_the_run_on(kept: tuple[LiveRegister, SetClock]) -> None:
    live, clock = kept
    worked_on(live, due=date(2026, 2, 24))
    key, gsn = ran(live, assessed(SURGES))
    assert [a.late for p in digest(live, key, ANNA, gsn).flags[0].at_work for a in p.actions] == [False]
    clock.advance(timedelta(days=30))
    assert [a.late for p in digest(live, key, ANNA, gsn).flags[0].at_work for a in p.actions] == [False]
