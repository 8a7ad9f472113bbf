"""The agreement's own life as it happened, and what residents were promised. Facts are real unless marked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from domain.agreement import Amend, Goal, Party, Sign, SixItems
from domain.promise import Measure, MeasureReport, Publish, ReportBack
from service.demonstration.catalogue import (
    AGREEMENT,
    CHAIR,
    CITY,
    COORDINATOR,
    POLICE,
    distance_teaching,
    example,
    later_category,
    later_spellings,
    opening,
)
from service.demonstration.days import LAST_DAY, SIGNED, Step, at
from service.demonstration.incidents import Incidents
from service.demonstration.ntu import BASELINE, INDICATOR
from service.demonstration.outlines import drawing

ROBBERIES = "medborgarlofte-personran-2020"
SUMMER = "medborgarlofte-2022-06"
WINTER = "medborgarlofte-2022-12"

_ITEMS = SixItems(
    problems="Problembilder värderas och prioriteras ur en gemensam lägesbild, som fastställs varje år och "
    "justeras i veckomöten (EST). Arbetssättet prövades från 2018-09-01 i Råby, Hammarby och Bäckby/Skälby.",
    causes="Prioriterade problembilder får en orsaksanalys innan åtgärder väljs.",
    goals="Brottsligheten ska minska och den upplevda tryggheten öka i kommunen.",
    documentation="Varje problembild får en handlingsplan med ansvarig för varje åtgärd.",
    follow_up="Vissa åtgärder blir medborgarlöften, som återrapporteras. Metoden är samverkanshandboken.",
    period="2019-11-06 till 2023-03-01.",
)
_YEAR_BEFORE = SIGNED.replace(year=SIGNED.year - 1), SIGNED - timedelta(days=1)
_INVENTED = "utgångs- och målvärde är syntetiska exempel"
_AMENDED = date(2021, 3, 10)


def steps(incidents: Incidents) -> Iterator[Step]:
    """From the signing on; the agreement ends the day after the story stops."""
    yield Step(at(SIGNED, 10), CHAIR, _signing(incidents))
    yield Step(at(_AMENDED, 15, 30), CHAIR, _amendment(incidents))
    for n, command in enumerate((*opening(), drawing(SIGNED))):
        yield Step(at(SIGNED, 13, 5 * n), COORDINATOR, command)
    yield Step(at(date(2020, 2, 3), 9), COORDINATOR, later_category())
    yield Step(at(date(2020, 3, 31), 9), COORDINATOR, distance_teaching())
    yield Step(at(date(2021, 2, 1), 9), COORDINATOR, later_spellings())
    yield from _robberies()
    yield from _renewed()


def _signing(incidents: Incidents) -> Sign:
    return Sign(
        agreement=AGREEMENT,
        title="Samverkansöverenskommelse Västerås stad och Lokalpolisområde Västerås",
        parties=(
            Party(organisation=CITY, kind="municipality", signed_by_role="KS-ordförande"),
            Party(organisation=POLICE, kind="police", signed_by_role="LPO-chef"),
        ),
        first_day=SIGNED,
        last_day=LAST_DAY,
        signed_on=SIGNED,
        goals=_goals(incidents),
        items=_ITEMS,
    )


def _goals(incidents: Incidents) -> tuple[Goal, ...]:
    """The wording is the agreement's own; the figures beside it are invented, as the crime and the survey are."""
    crime = Goal(
        key="brott",
        wording="Brottsligheten ska minska i kommunen.",
        indicator="Anmälda brott",
        unit="brott per år",
        direction="down",
        **_fewer(incidents, None, 0.05, 100),
    )
    safety = Goal(
        key="trygghet",
        wording="Den upplevda tryggheten ska öka i kommunen.",
        indicator=INDICATOR,
        unit="%",
        baseline=BASELINE,
        baseline_period=f"NTU 2019; {_INVENTED}",
        target=72.0,
        direction="up",
    )
    return crime, safety


def _amendment(incidents: Incidents) -> Amend:
    """A goal of its own for what the first review proposed: an invented version of a real agreement."""
    robberies = Goal(
        key="personran",
        wording=example("personrånen ska minska i kommunen."),
        indicator="Personrån",
        unit="brott per år",
        direction="down",
        **_fewer(incidents, "personran", 0.1, 10),
    )
    reason = example("uppföljningen av 2020 föreslog personrånen som prioritering; de får ett eget mål.")
    return Amend(agreement=AGREEMENT, on=_AMENDED, reason=reason, goals=(*_goals(incidents), robberies))


def _fewer(incidents: Incidents, category: str | None, share: float, step: int) -> dict[str, Any]:
    """A baseline from the year before, as known at the signing, and a target that lies so much lower, in round steps."""
    first, last = _YEAR_BEFORE
    baseline = incidents.known(first, last, SIGNED, category)
    return {
        "baseline": baseline,
        "baseline_period": f"{first} till {last}, som känt då; {_INVENTED}",
        "target": int(baseline * (1 - share) // step * step),
    }


def _robberies() -> Iterator[Step]:
    day, told = date(2020, 11, 18), date(2021, 4, 23)
    promise = Publish(
        promise=ROBBERIES,
        on=day,
        agreement=AGREEMENT,
        title="Medborgarlöfte: personrån mot unga",
        words="Västerås stad och polisen arbetar tillsammans mot personrån bland unga till och med 31 mars 2021.",
        first_day=day,
        last_day=date(2021, 3, 31),
        measures=(
            Measure(what="Trygghetsvandringar.", action="vandringar-ran"),
            Measure(what="Polisnärvaro på utvalda platser och tider.", action="narvaro-ran"),
            Measure(what="En kontaktperson på varje grundskola.", action="kontakt-skola"),
            Measure(what="Information.", action="info-ran"),
        ),
        indicator="Antalet anmälda personrån mot unga.",
    )
    report = ReportBack(
        promise=ROBBERIES,
        on=told,
        measures=(
            MeasureReport(done="yes", words=example("sex vandringar på platser som unga pekade ut.")),
            MeasureReport(done="yes", words=example("pass fredag och lördag hela perioden.")),
            MeasureReport(done="yes", words=example("alla grundskolor har en kontaktväg.")),
            MeasureReport(done="partly", words=example("brev till alla, men två föräldramöten ställdes in.")),
        ),
        outcome="better",
        words="Två frågor besvaras: gjordes åtgärderna, och minskade rånen? "
        + example("åtgärderna gjordes i huvudsak, och de anmälda rånen i centrum var färre än under hösten."),
    )
    yield Step(at(day, 11), COORDINATOR, promise)
    yield Step(at(told, 10), COORDINATOR, report)


def _renewed() -> Iterator[Step]:
    """The promise of June 2022 is real; its days within the month and its content are invented."""
    summer, winter = date(2022, 6, 15), date(2022, 12, 14)
    yield Step(at(summer, 11), COORDINATOR, _centre(SUMMER, summer, winter))
    report = ReportBack(
        promise=SUMMER,
        on=winter,
        measures=(
            MeasureReport(done="yes", words=example("värdkvällar varje helg sedan juni.")),
            MeasureReport(done="partly", words=example("ljuset är på plats, men bokningarna har inte kommit i gång.")),
        ),
        outcome="unchanged",
        words=example("åtgärderna är delvis utförda. Antalet ordningsstörningar är ungefär som förra året."),
    )
    yield Step(at(winter, 10), COORDINATOR, report)
    yield Step(at(winter, 11), COORDINATOR, _centre(WINTER, winter, date(2023, 6, 14)))


def _centre(key: str, first: date, last: date) -> Publish:
    again = " Reviderat efter ett halvår." if key == WINTER else ""
    ljus = "Ljus på bollplanen i Bjurhovda till kl. 22." if key == SUMMER else "Fältgruppen vid bollplanen i Bjurhovda."
    return Publish(
        promise=key,
        on=first,
        agreement=AGREEMENT,
        title="Medborgarlöfte: lugnare kvällar" + (" (reviderat)" if again else ""),
        words=example("stad och polis finns på plats i centrum och Bjurhovda på kvällarna.") + again,
        first_day=first,
        last_day=last,
        measures=(
            Measure(what=example("Kvällsvärdar i centrum fredag och lördag."), action="kvallsvardar-centrum"),
            Measure(what=example(ljus)),
        ),
        indicator=example("ordningsstörningar per vecka i centrum och Bjurhovda."),
    )
