"""given(history).when(command).then(events or a refusal), and the history that most tests begin with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TypeVar

from domain.action import AdoptPlan, Commit, Effect, FollowUp, Owner, PlannedFollowUp, ReportDone, Start, Verify
from domain.agreement import Goal, Party, Sign
from domain.catalogue import Category, District, DrawDivision, PublishCategories, PublishDivision, RegisterSource
from domain.computed import (
    Calibration,
    EffectFigures,
    Estimate,
    ModelCard,
    Parts,
    RecordBacktest,
    RecordEffect,
    Rivals,
    SealedSentence,
    Verdicts,
)
from domain.core import Actor, Asked, Command, Event, Recorded, Refused, S, Value
from domain.file_import import CountRows, Coverage, TakeIn, Tally
from domain.forecast import Outlook, RecordForecast, RecordScore, Scores
from domain.meeting import Attend, Attendee, OpenMeeting
from domain.observation import Observe, Report
from domain.picture import DefineJointPicture, Finding, MakeOwnPicture, OwnPictureMade
from domain.problem import Evidence, Place, Prioritise, Propose, ValueProblem
from domain.promise import Measure, Publish
from domain.register import Register
from domain.review import OpenReview
from domain.run import RecordRun, Skipped
from domain.sharing import Share
from domain.signal import RecordAssessment, Results, Sentence
from domain.weights import FreezeWeights, ImportWeights, Weight

C = TypeVar("C", bound=Value)
Fact = tuple[str, Event]
CITY, POLICE = "Västerås stad", "Lokalpolisområde Västerås"
COORDINATOR = Actor(account="anna", role="samordnare", organisation=CITY)
OFFICER = Actor(account="lars", role="kommunpolis", organisation=POLICE)
DAY = date(2023, 12, 31)


@dataclass
class Scene:
    """A register with who acts and which day it is; remembers how the last command was answered."""

    register: Register = field(default_factory=Register)
    history: list[Recorded] = field(default_factory=list)
    by: Actor = COORDINATOR
    today: date = DAY
    answer: list[Fact] | Refused = field(default_factory=list)

    def as_role(self, role: str, organisation: str = CITY) -> Scene:
        """From now on this role acts."""
        self.by = Actor(account="konto", role=role, organisation=organisation)
        return self

    def on(self, day: str) -> Scene:
        """From now on it is this day."""
        self.today = date.fromisoformat(day)
        return self

    def and_given(self, *steps: Command | Fact) -> Scene:
        """Commands that must be accepted, or facts as they stand."""
        for step in steps:
            self._take_in([step] if isinstance(step, tuple) else self._decide(step))
        return self

    def when(self, command: Command) -> Scene:
        """Ask; the answer stands until the next command. A refusal changes nothing."""
        before = self._standing()
        try:
            self.answer = self._decide(command)
        except Refused as refused:
            self.answer = refused
            assert self._standing() == before
        else:
            self._take_in(self.answer)
        return self

    def then(self, *expected: Event | Fact) -> Scene:
        """Exactly these events, with their streams where those are given."""
        assert not isinstance(self.answer, Refused), f"refused: {self.answer}"
        assert len(self.answer) == len(expected)
        for fact, wanted in zip(self.answer, expected, strict=True):
            assert wanted == (fact if isinstance(wanted, tuple) else fact[1])
        return self

    def then_accepted(self) -> Scene:
        """Something happened."""
        assert not isinstance(self.answer, Refused), self.answer
        assert self.answer
        return self

    def then_refused(self, rule: str) -> Scene:
        """By this rule, with a sentence in each language."""
        assert isinstance(self.answer, Refused), f"accepted: {self.answer}"
        assert self.answer.rule == rule, self.answer.en
        for words in (self.answer.sv, self.answer.en):
            assert len(words) > 10
            assert words[0].isupper() or words[0].isdigit()
            assert words.endswith(".")
        assert self.answer.sv != self.answer.en
        return self

    def now(self, kind: type[S], key: str) -> S:
        """A state that must be there."""
        state = self.register.find(kind, key)
        assert state is not None, f"no {kind.KIND} {key}"
        return state

    def _standing(self) -> tuple[int, dict[str, int], dict[str, dict[str, object]]]:
        states = {kind: dict(there) for kind, there in self.register.states.items()}
        return self.register.position, dict(self.register.versions), states

    def _decide(self, command: Command) -> list[Fact]:
        return list(command.facts(self.register, Asked(self.by, self.today)))

    def _take_in(self, facts: Sequence[Fact]) -> None:
        for stream, event in facts:
            recorded = enveloped(self.register, stream, event, self.by)
            self.register.apply(recorded)
            self.history.append(recorded)


def enveloped(register: Register, stream: str, event: Event, by: Actor = COORDINATOR) -> Recorded:
    """The event as the next one of the history."""
    gsn, moment = register.position + 1, datetime(2019, 11, 6, 12, tzinfo=UTC)
    return Recorded(gsn, stream, register.version(stream) + 1, moment, moment, by, f"command-{gsn}", event)


def given(*steps: Command | Fact) -> Scene:
    """A register in which this has happened, on the last day of 2023 unless another day is said later."""
    return Scene().and_given(*steps)


def but(value: C, **changes: object) -> C:
    """The same command or value with other fields, checked anew."""
    return type(value).model_validate({**dict(value), **changes})


def day(text: str) -> date:
    """A day, from 2020-02-29."""
    return date.fromisoformat(text)


# What most tests begin with: one of each, in the order of the work

AGREEMENT, DIVISION, EST, EXTRACT = "vasteras-2019", "omraden", "est-rapporter", "polisens-utdrag"

SIGN = Sign(
    agreement=AGREEMENT,
    title="Samverkansöverenskommelse 2019",
    parties=(
        Party(organisation=CITY, kind="municipality", signed_by_role="KS-ordförande"),
        Party(organisation=POLICE, kind="police", signed_by_role="LPO-chef"),
    ),
    first_day=day("2019-11-06"),
    last_day=day("2023-03-01"),
    signed_on=day("2019-11-06"),
    goals=(Goal(key="brott", wording="Brotten ska minska.", indicator="Anmälda", unit="antal", direction="down"),),
)
PUBLISH_DIVISION = PublishDivision(
    division=DIVISION,
    name="Områden 2019",
    on=day("2019-11-06"),
    districts=(
        District(key="centrum", name="Centrum", aliases=("City",)),
        District(key="raby", name="Råby"),
        District(key="backby", name="Bäckby"),
    ),
)
DRAW_DIVISION = DrawDivision(
    division=DIVISION,
    on=day("2019-11-06"),
    outlines={
        "centrum": (((16.54, 59.61), (16.56, 59.61), (16.55, 59.62)),),
        "raby": (((16.5, 59.6), (16.52, 59.6), (16.51, 59.61)), ((16.505, 59.602), (16.515, 59.602), (16.51, 59.606))),
    },
    source="Kommunens geodata, CC0.",
)
PUBLISH_CATEGORIES = PublishCategories(
    on=day("2019-11-06"),
    reason="Första katalogen.",
    categories=(Category(key="personran", name="Personrån"), Category(key="skadegorelse", name="Skadegörelse")),
)
REGISTER_EST = RegisterSource(source=EST, name="EST-rapporter", owner=CITY, use="evidence", division=DIVISION)
REGISTER_EXTRACT = RegisterSource(
    source=EXTRACT, name="Polisens utdrag", owner=POLICE, use="main series", division=DIVISION
)
FOUNDED = (PUBLISH_DIVISION, PUBLISH_CATEGORIES, REGISTER_EST, REGISTER_EXTRACT, SIGN)

SHARE = Share(what="observation", key="obs-1", on=day("2020-02-03"), reason="Fältgruppen behöver den.")
REPORT = Report(
    kind="incident",
    district="centrum",
    category="personran",
    occurred_on=day("2020-01-10"),
    place="Gångtunneln",
    text="Två unga rånades på sina telefoner.",
    reporter="trygghetsvärd",
)
OBSERVE = Observe(observation="obs-1", source=EST, content=REPORT)
TAKE_IN = TakeIn(
    source=EXTRACT,
    kind="counts",
    file_name="januari.csv",
    sha256="ab" * 32,
    columns={"district": "Område", "count": "Antal"},
    coverage=Coverage(first=day("2020-01-01"), last=day("2020-01-31"), frequency="month", absent="zero"),
    tally=Tally(read=2, new=2, corrected=0, unchanged=0, rejected=0),
    compared_at=0,
    rows=(
        CountRows(
            districts=("centrum", "raby"), categories=("personran",), periods=("2020-01",),
            district=(0, 1), category=(0, 0), period=(0, 0), count=(9, 2),
        ),
    ),
)  # fmt: skip
ASSESS = RecordAssessment(
    source=EXTRACT,
    period="2020-01",
    data_gsn=9,
    method="farrington 1",
    parameters={"alpha": 0.01, "seasonal": True},
    results=Results(
        district=("centrum", "raby"), category=("personran", "personran"), observed=(9.0, 2.0),
        expected=(3.0, None), bound=(7.0, None), p=(0.002, None), exceedance=(1.5, None), dispersion=(1.1, None),
        trend=(0.0, None), flagged=(True, False), reasons=((), ("too few periods",)),
    ),
    sentences=(Sentence(sv="Nio personrån mot tre väntade.", en="Nine robberies, three expected."),),
)  # fmt: skip
SIGNAL = "polisens-utdrag-2020-01-centrum:personran"
RECORD_RUN = RecordRun(
    period="2020-01",
    assessments=("polisens-utdrag-2020-01",),
    skipped=(
        Skipped(
            source="stadens-rapporter",
            rule="nothing-to-assess",
            sentence=Sentence(sv="Ingen hel månad är täckt.", en="No whole month is covered."),
        ),
    ),
)

FINDING = Finding(
    key="ran-centrum",
    words="Personrånen mot unga ökar i centrum.",
    places=(Place(division=DIVISION, district="centrum"),),
    categories=("personran",),
)
CITY_PICTURE = MakeOwnPicture(
    agreement=AGREEMENT, year=2020, on=day("2020-01-14"), party="municipality", findings=(FINDING,)
)
POLICE_PICTURE = but(CITY_PICTURE, party="police")
POLICE_PICTURE_MADE = (POLICE_PICTURE.stream, OwnPictureMade(**POLICE_PICTURE.model_dump()))
JOINT_PICTURE = DefineJointPicture(agreement=AGREEMENT, year=2020, on=day("2020-01-21"), findings=(FINDING,))

PROPOSE = Propose(
    problem="personran-centrum",
    on=day("2020-02-03"),
    agreement=AGREEMENT,
    title="Personrån mot unga i centrum",
    description="Unga rånas på telefoner mellan bussarna och torget.",
    places=(Place(division=DIVISION, district="centrum"),),
    categories=("personran",),
    evidence=(Evidence(kind="observation", ref="obs-1"),),
)
VALUE = ValueProblem(
    problem="personran-centrum", on=day("2020-02-04"), rater="samordnare", scores={"harm": 4, "rising": 3}
)
PRIORITISE = Prioritise(problem="personran-centrum", on=day("2020-02-11"), reason="Störst skada för unga.", rank=1)
PROPOSED = (*FOUNDED, OBSERVE, PROPOSE)
PRIORITISED = (*PROPOSED, VALUE, PRIORITISE)

OWNER = Owner(role="områdesutvecklare", organisation=CITY)
ADOPT_PLAN = AdoptPlan(
    problem="personran-centrum", on=day("2020-02-18"), aim="Hälften så många rån på ett år.", owner=OWNER
)
COMMIT = Commit(
    action="vandringar",
    on=day("2020-02-20"),
    problem="personran-centrum",
    title="Trygghetsvandringar",
    description="En vandring i månaden med elevråden.",
    owner=OWNER,
    due=day("2020-09-30"),
    planned_hours=80,
    expected_effect="Färre rån på de platser som pekas ut.",
    follow_up=PlannedFollowUp(on=day("2020-11-01"), owner_role="controller", measure="Anmälda rån per månad."),
)
COMMITTED = (*PRIORITISED, ADOPT_PLAN, COMMIT)
START = Start(action="vandringar", on=day("2020-03-02"))
REPORT_DONE = ReportDone(action="vandringar", on=day("2020-09-25"))
VERIFY = Verify(action="vandringar", on=day("2020-10-05"), how="Protokollen från sex vandringar lästes.")
FOLLOW_UP = FollowUp(
    action="vandringar",
    on=day("2020-11-02"),
    production="Sex vandringar av sju.",
    process="Elevråden valde platserna.",
    hours=74.5,
    effect=Effect(design="före och efter", estimate=-2.0, low=-5.0, high=1.0, words="Ingen tydlig verkan."),
)

PUBLISH = Publish(
    promise="lofte-2020",
    on=day("2020-11-18"),
    agreement=AGREEMENT,
    title="Medborgarlöfte mot personrån",
    words="Vi ska minska personrånen mot unga.",
    first_day=day("2020-11-18"),
    last_day=day("2021-03-31"),
    measures=(Measure(what="Trygghetsvandringar", action="vandringar"), Measure(what="Information till skolorna")),
    indicator="Anmälda personrån mot unga.",
)
OPEN_MEETING = OpenMeeting(meeting="est-2020-v08", agreement=AGREEMENT, on=day("2020-02-18"))
ATTEND = Attend(meeting="est-2020-v08", attendees=(Attendee(role="samordnare", organisation=CITY),))
OPEN_REVIEW = OpenReview(agreement=AGREEMENT, year=2020, on=day("2021-02-01"), as_known_at=5)

IMPORT_WEIGHTS = ImportWeights(
    weight_set="straff-2019",
    on=day("2019-11-06"),
    name="Utdömda straff",
    unit="dagar i fängelse",
    cited="Påhittad tabell över utdömda straff, till för prov.",
    year=2019,
    weights=(Weight(category="personran", weight=330), Weight(category="skadegorelse", weight=5)),
    synthetic=True,
)
FREEZE_WEIGHTS = FreezeWeights(
    agreement=AGREEMENT, weight_set="straff-2019", on=day("2019-11-20"), reason="Skadan ska styra, inte antalet."
)
FORECAST = RecordForecast(
    source=EXTRACT,
    origin="2020-01",
    horizon=2,
    data_gsn=9,
    method="outlook 1",
    parameters={"discount": 0.9},
    quantile_levels=(0.025, 0.5, 0.975),
    outlook=Outlook(
        district=("centrum", "raby", "Västerås"), category=("personran",) * 3, level=("district", "district", "city"),
        quantiles=(((0, 3, 8), (0, 3, 9)), None, ((2, 7, 14), (2, 7, 15))), mean=((3.2, 3.3), None, (7.1, 7.2)),
        reasons=((), ("too-short",), ()),
    ),
)  # fmt: skip
FORECAST_KEY = "polisens-utdrag-2020-01"
SCORE = RecordScore(
    forecast=FORECAST_KEY,
    period="2020-02",
    data_gsn=30,
    interval=0.95,
    scores=Scores(crps=(1.4, None, 0.9), covered=(False, None, True), observed=(9, 2, 11)),
)
FEWER = Estimate(change=-0.25, lower=-0.46, upper=0.04, p=0.09, error=0.17)
RECORD_EFFECT = RecordEffect(
    action="vandringar",
    source=EXTRACT,
    districts=("centrum",),
    categories=("personran",),
    first="2020-03",
    last="2020-08",
    data_gsn=40,
    method="effect 1",
    parameters={"after": 6},
    figures=EffectFigures(
        observed=18, expected=24, combined=FEWER, difference=FEWER, synthetic=None, interrupted=None, detectable=0.42,
        trend=None, displacement=None, regression=None, neighbours=(), comparisons=("raby", "backby"),
        weights=(("raby", 1.0),), misfit=0.2, before=24, after=6, flagged=False, grade=3, reasons=("after-6",),
    ),
    sentence=SealedSentence(sv="Ingen tydlig effekt.", en="No clear effect."),
)  # fmt: skip
RECORD_BACKTEST = RecordBacktest(
    source=EXTRACT,
    first="2019-01",
    last="2020-01",
    data_gsn=9,
    method="outlook 1",
    parameters={"horizon": 2},
    card=ModelCard(
        series=2, origins=12, pit=(0.1,) * 10, within=Calibration(level=(0.8, 0.95), covered=(0.81, 0.95)), above=0.03,
        rivals=Rivals(
            method=("outlook 1", "seasonal naive"), crps=(0.6, 0.76), better_by=(None, 0.21), low=(None, 0.12),
            high=(None, 0.3), p=(None, 0.001),
        ),
        parts=Parts(by=("district",), label=("centrum",), series=(1,), crps=(0.6,), covered=(0.95,), above=(0.03,)),
        flags=0.5,
        verdicts=Verdicts(district=("centrum",), raised=(4,), true=(2,), false=(1,), explained=(1,)),
    ),
)  # fmt: skip
