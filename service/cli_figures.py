"""The command line's computed figures: forecast, backtest, effect, need."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import click

from domain.catalogue import Categories, Division, Source
from domain.forecast import Forecast, Outlook
from service.session import Session, as_of_option, json_option, progress_bar

LARGEST = 12
frequency_option = click.option(
    "--frequency", type=click.Choice(["week", "month"]), help="For a source of incidents; counts have their own."
)


def _sources(session: Session, chosen: str | None) -> list[str]:
    from service.sources import sources_with_counts  # the statistics take seconds to load

    return [chosen] if chosen else sources_with_counts(session.live.now())


def _nothing(session: Session) -> None:
    session.say(
        "Det finns inget att räkna på än. Läs in en fil först.", "Nothing to work on yet. Take in a file first."
    )


def names_of(session: Session, source: str) -> Mapping[str, str]:
    """What people call the districts and categories of a source, by key."""
    register = session.live.now()
    state = register.find(Source, source)
    division = register.find(Division, state.division) if state else None
    categories = register.find(Categories, "all")
    kinds = {key: each.name for key, each in categories.categories.items()} if categories else {}
    return kinds | ({key: each.name for key, each in division.districts.items()} if division else {})


def revised_json(found: Any) -> dict[str, Any]:
    """What has changed since, for whom the answer is JSON."""
    return {"revised": asdict(found) | {"sentence": found.sentence.model_dump()} if found else None}


def say_revised(session: Session, found: Any) -> None:
    """That the figures have changed since, and the way out."""
    if found:
        said = found.sentence
        session.say(f"{said.sv} Gör det på nytt med --again.", f"{said.en} Make it anew with --again.")


def _marks(session: Session, *, repeated: bool, synthetic: bool) -> str:
    again = session.pick(" (gjord tidigare, samma svar)", " (made before, the same answer)") if repeated else ""
    return again + (session.pick(" · SYNTETISKA DATA", " · SYNTHETIC DATA") if synthetic else "")


@click.command()
@click.option("--source", "source_key", help="One source; otherwise all with counts or incidents.")
@frequency_option
@click.option("--horizon", type=click.IntRange(1, 60), default=12, show_default=True, help="Periods ahead.")
@click.option("--again", is_flag=True, help="Make the forecast anew, as one of its own beside the earlier ones.")
@json_option
@click.pass_obj
def forecast(
    session: Session, source_key: str | None, frequency: Any, horizon: int, again: bool, as_json: bool
) -> None:
    """Forecast all series from the latest complete period, and lay what has come beside earlier forecasts."""
    from service.outlooks import forecast as run  # numba and scipy take seconds to load

    made = []
    for key in _sources(session, source_key):
        with progress_bar(key) as progress:
            done = run(
                session.live, key, by=session.by, frequency=frequency, horizon=horizon, again=again, progress=progress
            )
        made.append(
            {"forecast": done.key, "repeated": done.repeated, "scored": [list(each) for each in done.scored]}
            | revised_json(done.revised)
        )
        if not as_json:
            _print_forecast(session, done)
    if as_json:
        click.echo(json.dumps(made))
    elif not made:
        _nothing(session)


def _print_forecast(session: Session, done: Any) -> None:
    state: Forecast = done.forecast
    mark = _marks(session, repeated=done.repeated, synthetic=state.synthetic)
    sv, en = ("period", "period") if state.horizon == 1 else ("perioder", "periods")
    session.say(
        f"{state.source} från {state.origin}{mark}: {state.series} serier och summor, {state.horizon} {sv} framåt.",
        f"{state.source} from {state.origin}{mark}: {state.series} series and sums, {state.horizon} {en} ahead.",
    )
    say_revised(session, done.revised)
    if state.outlook is not None:
        _print_outlook(session, state, state.outlook)
    for key, period in done.scored:
        earlier = session.live.now().find(Forecast, key)
        scores = earlier.scored[period].scores if earlier else None
        judged = [inside for inside in scores.covered if inside is not None] if scores else []
        session.say(
            f"{period} har kommit: {sum(judged)} av {len(judged)} serier inom 95 %-intervallet i prognosen {key}.",
            f"{period} has come: {sum(judged)} of {len(judged)} series within the 95% interval of the forecast {key}.",
        )


def _print_outlook(session: Session, state: Forecast, outlook: Outlook) -> None:
    names, ends = names_of(session, state.source), (0, state.horizon - 1)
    session.say(
        f"  {f'väntat {state.periods[0]} (95 %)':>30}  {f'{state.periods[-1]} (95 %)':>22}  serie",
        f"  {f'expected {state.periods[0]} (95%)':>30}  {f'{state.periods[-1]} (95%)':>22}  series",
    )
    for row in _largest(outlook):
        mean, quantiles = outlook.mean[row], outlook.quantiles[row]
        assert mean is not None
        assert quantiles is not None
        shown = [f"{mean[end]:.1f} ({quantiles[end][0]:.0f}–{quantiles[end][-1]:.0f})" for end in ends]
        place = names.get(outlook.district[row], outlook.district[row])
        kind = names.get(outlook.category[row], outlook.category[row])
        line = f"  {shown[0]:>30}  {shown[1]:>22}  {place}, {kind}"
        session.say(line, line)
    lacking = sum(mean is None for mean in outlook.mean)
    if lacking:
        session.say(f"  {lacking} serier utan prognos: ingen historik.", f"  {lacking} series without one: no history.")


def _largest(outlook: Outlook) -> list[int]:
    """The sums of the whole, then the districts' series, those with most events expected first."""
    rows = [i for i, mean in enumerate(outlook.mean) if mean is not None]
    rows.sort(key=lambda i: -sum(outlook.mean[i] or ()))
    sums, parts = ([i for i in rows if outlook.level[i] == level] for level in ("city", "district"))
    return [*sums[: LARGEST // 2], *parts[:LARGEST]]


@click.command()
@click.option("--source", "source_key", help="One source; otherwise all with counts or incidents.")
@frequency_option
@click.option("--horizon", type=click.IntRange(1, 60), default=12, show_default=True, help="Periods ahead.")
@click.option("--origins", type=click.IntRange(1, 156), default=12, show_default=True, help="Times to forecast from.")
@json_option
@click.pass_obj
def backtest(
    session: Session, source_key: str | None, frequency: Any, horizon: int, origins: int, as_json: bool
) -> None:
    """Try the forecasts of a source on its own past, and print its model card."""
    from service.backtests import backtest as run  # numba and scipy take seconds to load
    from service.model_card import lines

    made = []
    for key in _sources(session, source_key):
        with progress_bar(key) as progress:
            done = run(
                session.live, key, by=session.by, frequency=frequency, horizon=horizon, origins=origins,
                progress=progress,
            )  # fmt: skip
        made.append({"source": key, "repeated": done.repeated, "card": done.made.model_dump(mode="json")})
        if not as_json:
            mark = _marks(session, repeated=done.repeated, synthetic=done.made.synthetic)
            session.say(f"{key}{mark}", f"{key}{mark}")
            for line in lines(done.made, names_of(session, key), session.language):
                session.say(line, line)
    if as_json:
        click.echo(json.dumps(made))
    elif not made:
        _nothing(session)


@click.command()
@click.argument("action")
@click.option("--plan", "planned", is_flag=True, help="The smallest effect that could be found; nothing is recorded.")
@click.option("--source", "source_key", help="The source to judge by; otherwise the main series of the districts.")
@click.option("--category", "categories", multiple=True, help="Otherwise those of the action's problem.")
@frequency_option
@click.option("--after", type=click.IntRange(1, 260), help="Periods to look at from the start; otherwise a year.")
@json_option
@click.pass_obj
def effect(
    session: Session, action: str, planned: bool, source_key: str | None, categories: tuple[str, ...],
    frequency: Any, after: int | None, as_json: bool,
) -> None:  # fmt: skip
    """Estimate whether an action helped, against districts that did not have it."""
    from service.effects import estimate, plan  # scipy takes seconds to load

    if planned:
        _print_plan(
            session,
            plan(session.live, action, source=source_key, categories=categories, frequency=frequency, after=after),
            as_json=as_json,
        )
        return
    done = estimate(
        session.live, action, by=session.by, source=source_key, categories=categories, frequency=frequency, after=after
    )
    if as_json:
        made = done.estimate.model_dump(mode="json")
        click.echo(json.dumps([{"action": action, "repeated": done.repeated, "estimate": made}]))
        return
    mark = _marks(session, repeated=done.repeated, synthetic=done.estimate.synthetic)
    span = f"{done.estimate.source} {done.estimate.first}–{done.estimate.last}"
    kinds = ", ".join(done.estimate.categories)
    session.say(f"{action}, {kinds}, {span}{mark}", f"{action}, {kinds}, {span}{mark}")
    session.say(done.estimate.sentence.sv, done.estimate.sentence.en)


def _print_plan(session: Session, found: Any, *, as_json: bool) -> None:
    if as_json:
        plain = asdict(found) | {"sentence": found.sentence.model_dump(), "detectable": asdict(found.detectable)}
        click.echo(json.dumps([plain]))
        return
    session.say(
        f"{found.action}, {', '.join(found.categories)}, {found.source}",
        f"{found.action}, {', '.join(found.categories)}, {found.source}",
    )
    session.say(found.sentence.sv, found.sentence.en)


@click.command()
@click.option("--source", "source_key", help="One source; otherwise all that have been forecast.")
@frequency_option
@json_option
@as_of_option
@click.pass_obj
def need(session: Session, source_key: str | None, frequency: Any, as_json: bool, as_of: str | None) -> None:
    """Show the need that the latest forecast leads to expect beside the hours of the actions, by district."""
    from service.needs import as_plain
    from service.needs import need as run

    register = session.at(as_of)
    keys = [source_key] if source_key else sorted({each.source for each in register.every(Forecast) if each.outlook})
    found = [run(register, key, frequency) for key in keys]
    if as_json:
        click.echo(json.dumps([as_plain(each) for each in found]))
    elif not found:
        session.say("Det finns ingen prognos än: samverkan forecast.", "There is no forecast yet: samverkan forecast.")
    else:
        for each in found:
            _print_need(session, each)


def _print_need(session: Session, found: Any) -> None:
    mark = _marks(session, repeated=False, synthetic=found.synthetic)
    unit = found.weights or session.pick("antal händelser", "number of events")
    session.say(
        f"{found.source}, väntat behov {found.first} till {found.last}{mark}: {unit}.",
        f"{found.source}, need expected {found.first} to {found.last}{mark}: {unit}.",
    )
    session.say(
        f"  {'behov (95 %)':>26}  andel  planerade  nedlagda timmar",
        f"  {'need (95%)':>26}  share    planned  spent hours",
    )
    for each in found.districts:
        line = _need_line(each.figures, each.name)
        session.say(line, line)
    if any(found.elsewhere):
        planned, spent = found.elsewhere
        session.say(
            f"Utan område i källan: {planned:g} planerade och {spent:g} nedlagda timmar.",
            f"Without a district of the source: {planned:g} planned and {spent:g} spent hours.",
        )
    for sentence in found.sentences:
        session.say(sentence.sv, sentence.en)


def _need_line(figures: Any, name: str) -> str:
    if figures.expected is None:
        return f"  {'–':>26}  {'–':>5}  {figures.planned_hours or 0:9.0f}  {figures.spent_hours or 0:8.0f}  {name}"
    shown = f"{figures.expected:.0f} ({figures.lower:.0f}–{figures.upper:.0f})"
    share = "–" if figures.share is None else f"{100 * figures.share:.0f} %"
    return f"  {shown:>26}  {share:>5}  {figures.planned_hours or 0:9.0f}  {figures.spent_hours or 0:8.0f}  {name}"


FIGURES = (forecast, backtest, effect, need)
