"""A thin client of Samverkan's API: a method for each operation, types for what is sent and answered.

Made from the OpenAPI by `make client`; what is changed here by hand is lost. Needs httpx and Python 3.11, nothing else.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Literal, NotRequired, Self, TypedDict, cast
from urllib.parse import quote

import httpx

TRIES = 3
LONGEST_WAIT = 60.0


class Problem(Exception):  # noqa: N818 - the API's own word
    """What the API refused, and the way out (RFC 9457). type ends with the name of the rule.

    errors: where in the request, each with a pointer and a detail.
    """

    def __init__(self, status: int, told: Mapping[str, Any]) -> None:
        self.type = str(told.get("type", "about:blank"))
        self.title = str(told.get("title", ""))
        self.status = status
        self.detail = str(told.get("detail", ""))
        self.errors: list[dict[str, str]] = list(told.get("errors", ()))
        super().__init__(f"{status} {self.type}: {self.detail}")


class Accepted(TypedDict):
    key: str
    version: int
    first_gsn: int
    last_gsn: int
    repeated: bool


class Action(TypedDict):
    agreement: str
    problem: str
    title: str
    description: str
    owner: Owner
    due: str
    planned_hours: float
    expected_effect: str
    follow_up: PlannedFollowUp
    committed_on: str
    progress: NotRequired[Literal["committed", "started", "not started", "cancelled", "reported done", "verified done"]]
    started_on: NotRequired[str | None]
    ended_on: NotRequired[str | None]
    verified_on: NotRequired[str | None]
    logged_hours: NotRequired[float]
    doses: NotRequired[int]
    reason: NotRequired[str | None]
    followed_up: NotRequired[FollowedUp | None]
    handovers: NotRequired[list[ActionCarriedOver]]


class ActionTold(TypedDict):
    key: str
    what: Literal["late", "due", "unverified", "follow-up"]
    title: str
    problem: Link
    owner_role: str
    owner_organisation: str
    progress: str
    on: str
    days: int
    planned_hours: float
    logged_hours: float


class Actor(TypedDict):
    account: str
    role: str
    organisation: str


class AddEvidence(TypedDict):
    on: str
    evidence: list[DomainProblemEvidence]


class AdjustPicture(TypedDict):
    on: str
    reason: str
    findings: NotRequired[list[Finding]]
    dropped: NotRequired[list[str]]


class AdoptPlan(TypedDict):
    on: str
    aim: str
    owner: Owner


class AdoptReview(TypedDict):
    on: str
    party: Literal["municipality", "police"]
    learnt: str
    proposed_priorities: NotRequired[list[str]]


class Adopted(TypedDict):
    on: str
    party: Literal["municipality", "police"]
    learnt: str
    proposed_priorities: list[str]


class AgendaItem(TypedDict):
    title: str
    lines: NotRequired[list[str]]


class Agreement(TypedDict):
    title: str
    parties: list[Party]
    first_day: str
    last_day: str
    signed_on: str
    goals: list[Goal]
    items: SixItems
    synthetic: bool
    ended_on: NotRequired[str | None]
    successor: NotRequired[str | None]


class Ahead(TypedDict):
    period: str
    median: float
    low80: float
    high80: float
    low95: float
    high95: float


class Alternative(TypedDict):
    what: str
    reason: str


class Amend(TypedDict):
    on: str
    reason: str
    last_day: NotRequired[str | None]
    goals: NotRequired[list[Goal] | None]
    items: NotRequired[SixItems | None]


class AnalyseCauses(TypedDict):
    on: str
    causes: list[Cause]
    method: str


class ApproveErasure(TypedDict):
    on: str


class Asked(TypedDict):
    first: str
    last: str
    source: NotRequired[str | None]
    district: NotRequired[str | None]
    category: NotRequired[str | None]
    kind: NotRequired[
        Literal["figures", "agreement", "review", "picture", "meeting", "problem", "action", "signal", "promise", None]
    ]


class Assessed(TypedDict):
    key: str
    signals: list[str]
    repeated: bool
    revised: NotRequired[Changed | None]


class Assessment(TypedDict):
    source: str
    period: str
    data_gsn: int
    method: str
    parameters: dict[str, float | int | str | bool]
    results: Results
    synthetic: bool
    wider: NotRequired[list[Wider]]
    caution: NotRequired[Caution | None]
    number: NotRequired[int]


class AssessmentAsked(TypedDict):
    source: str
    period: NotRequired[str | None]
    frequency: NotRequired[Literal["week", "month", None]]
    again: NotRequired[bool]


class Attend(TypedDict):
    attendees: list[Attendee]


class Attendee(TypedDict):
    role: str
    organisation: str


class BacktestAsked(TypedDict):
    source: str
    frequency: NotRequired[Literal["week", "month", None]]
    horizon: NotRequired[int]
    origins: NotRequired[int]


class BacktestMade(TypedDict):
    first: str
    last: str
    data_gsn: int
    method: str
    parameters: dict[str, float | int | str | bool]
    card: ModelCard
    synthetic: bool


class Bar(TypedDict):
    x: int
    y: float
    height: float


class Book(TypedDict):
    title: str
    subtitle: str
    organisation: str
    language: Literal["sv", "en"]
    made_on: str
    lead: list[ParagraphBlock | BulletsBlock | FactsBlock | TableBlock | FigureBlock | NoteBlock]
    sections: list[BookSection]


class BookItem(TypedDict):
    kind: Literal["action-unverified", "action-without-follow-up", "promise-not-reported", "review-missing"]
    key: str
    title: str


class BookPart(TypedDict):
    key: str
    title: str
    blocks: list[ParagraphBlock | BulletsBlock | FactsBlock | TableBlock | FigureBlock | NoteBlock]


class BookSection(TypedDict):
    key: str
    title: str
    blocks: list[ParagraphBlock | BulletsBlock | FactsBlock | TableBlock | FigureBlock | NoteBlock]
    parts: list[BookPart]


class BrokenLink(TypedDict):
    kind: Literal[
        "problem-without-causes",
        "problem-without-plan",
        "plan-without-actions",
        "action-without-problem",
        "action-late",
        "action-unverified",
        "action-without-follow-up",
        "signal-without-verdict",
        "promise-not-reported",
        "decision-overdue",
    ]
    key: str
    title: str
    since: str
    problem: NotRequired[str | None]
    week: NotRequired[str | None]


class BrokenLinks(TypedDict):
    counts: dict[str, int]
    items: dict[str, list[BrokenLink]]


class BulletsBlock(TypedDict):
    items: list[str]
    numbered: bool
    kind: NotRequired[Literal["bullets"]]


class Calibration(TypedDict):
    level: NotRequired[list[float]]
    covered: NotRequired[list[float | None]]


class Cancel(TypedDict):
    on: str
    reason: str


class CarryOver(TypedDict):
    successor: str
    on: str
    reason: str
    actions: NotRequired[list[str]]


class Categories(TypedDict):
    edition: int
    categories: dict[str, Category]
    retired: list[str]


class Category(TypedDict):
    key: str
    name: str
    aliases: NotRequired[list[str]]
    group: NotRequired[str | None]


class Cause(TypedDict):
    side: Literal["place/situation", "victim", "offender"]
    cause: str
    finding: Literal["confirmed", "rejected"]
    ground: str


class Caution(TypedDict):
    looked: int
    expected_false: float
    lasting_false: float


class Chain(TypedDict):
    groups: dict[str, list[ChainRow]]
    broken: BrokenLinks


class ChainRow(TypedDict):
    key: str
    title: str
    standing: Literal["proposed", "prioritised", "set aside", "closed"]
    rank: int | None
    proposed_on: str
    decided_on: str | None
    outcome: str | None
    places: list[str]
    kinds: dict[str, int]
    steps: list[Step]
    shared: NotRequired[bool]


class Change(TypedDict):
    on: str
    reason: str
    description: NotRequired[str | None]
    owner: NotRequired[Owner | None]
    due: NotRequired[str | None]
    planned_hours: NotRequired[float | None]


class Changed(TypedDict):
    period: str
    since: int
    cells: int
    of: int
    earlier: int
    sentence: Sentence


class Close(TypedDict):
    on: str
    reason: str
    outcome: Literal["solved", "reduced", "unchanged", "handed over", "worse"]


class CloseMeeting(TypedDict):
    agenda: list[AgendaItem]


class CloudEvent(TypedDict):
    id: str
    source: str
    type: str
    subject: str
    time: str
    sequence: str
    streamversion: int
    account: str
    role: str
    organisation: str
    data: dict[str, Any]
    specversion: NotRequired[str]
    datacontenttype: NotRequired[str]


class Commit(TypedDict):
    on: str
    problem: str
    title: str
    description: str
    owner: Owner
    due: str
    planned_hours: float
    expected_effect: str
    follow_up: PlannedFollowUp
    action: NotRequired[str | None]


class Compared(TypedDict):
    need: float
    hours: float
    events: float
    difference: float
    lower: float
    upper: float
    clear: bool


class Comparison(TypedDict):
    earlier: Seen
    later: Seen
    asked: Asked
    figures: Figures
    differences: list[Difference]
    synthetic: bool


class Consistency(TypedDict):
    old: int
    new: int
    path: list[str]
    old_root: str
    new_root: str
    note: str


class Correct(TypedDict):
    content: Report | Dialogue | SurveyResult
    reason: str


class Count(TypedDict):
    district: str
    category: str
    period: str
    count: int


class Coverage(TypedDict):
    districts: NotRequired[list[str]]
    categories: NotRequired[list[str]]
    first: str
    last: str
    frequency: Literal["day", "week", "month"]
    absent: Literal["missing", "zero"]


class DecideAtMeeting(TypedDict):
    what: str
    reason: str
    owner_role: NotRequired[str | None]
    due: NotRequired[str | None]
    problem: NotRequired[str | None]
    signal: NotRequired[str | None]
    action: NotRequired[str | None]


class DecisionFollowedUp(TypedDict):
    earlier: str
    number: int
    outcome: Literal["done", "ongoing", "not done"]
    comment: str | None


class DecisionTold(TypedDict):
    meeting: str
    number: int
    week: str
    what: str
    reason: str
    owner_role: str | None
    due: str | None
    late: bool
    problem: Link | None
    signal: Link | None
    action: Link | None
    followed_up: Word | None


class DeclareBreak(TypedDict):
    on: str
    reason: NotRequired[str]


class DeclineErasure(TypedDict):
    on: str
    reason: str


class DefineJointPicture(TypedDict):
    on: str
    findings: list[Finding]


class Deliveries(TypedDict):
    waiting: int
    sent: int
    dead: int
    messages: list[DeliveryTold]


class Delivery(TypedDict):
    id: str
    type: str
    gsn: int
    standing: Literal["waiting", "sent", "dead"]
    tries: int
    made_at: str
    next_at: str | None
    done_at: str | None
    fault: str | None


class DeliveryTold(TypedDict):
    id: str
    channel: Literal["mail", "webhook"]
    about: Sentence
    receiver: str | None
    standing: Literal["waiting", "sent", "dead"]
    tries: int
    made_at: str
    next_at: str | None
    done_at: str | None
    fault: Sentence | None


class Dialogue(TypedDict):
    kind: Literal["staff dialogue", "citizen dialogue"]
    held_on: str
    organisation: str
    districts: NotRequired[list[str]]
    participants: NotRequired[int | None]
    text: str


class Difference(TypedDict):
    kind: Literal["agreement", "review", "picture", "meeting", "problem", "action", "signal", "promise"]
    key: str
    title: Sentence
    fact: str
    name: Sentence
    before: Sentence | None
    after: Sentence | None
    gsn: int
    sentence: Sentence
    path: str


class Displacement(TypedDict):
    neighbours: Estimate
    events: float
    lower: float
    upper: float
    quotient: float | None
    quotient_lower: float | None
    quotient_upper: float | None


class District(TypedDict):
    key: str
    name: str
    aliases: NotRequired[list[str]]
    area: NotRequired[str | None]
    population: NotRequired[int | None]
    neighbours: NotRequired[list[str]]


class DistrictNeed(TypedDict):
    events: NotRequired[float | None]
    expected: NotRequired[float | None]
    lower: NotRequired[float | None]
    upper: NotRequired[float | None]
    share: NotRequired[float | None]
    planned_hours: NotRequired[float | None]
    spent_hours: NotRequired[float | None]
    planned: NotRequired[Compared | None]
    spent: NotRequired[Compared | None]
    reasons: NotRequired[list[str]]


class Division(TypedDict):
    name: str
    edition: int
    districts: dict[str, District]
    retired: list[str]
    mappings: dict[str, list[DomainCatalogueShare]]
    synthetic: bool
    outlines: NotRequired[dict[str, list[list[list[float]]]]]
    schematic: NotRequired[bool]
    outline_source: NotRequired[str | None]


class DoNotStart(TypedDict):
    on: str
    reason: str


class DrawDivision(TypedDict):
    on: str
    outlines: dict[str, list[list[list[float]]]]
    schematic: NotRequired[bool]
    source: str


class Effect(TypedDict):
    design: str
    estimate: NotRequired[float | None]
    low: NotRequired[float | None]
    high: NotRequired[float | None]
    words: str


class EffectAsked(TypedDict):
    action: str
    source: NotRequired[str | None]
    categories: NotRequired[list[str]]
    frequency: NotRequired[Literal["week", "month", None]]
    after: NotRequired[int | None]


class EffectEstimated(TypedDict):
    source: str
    districts: list[str]
    categories: list[str]
    first: str
    last: str
    data_gsn: int
    method: str
    parameters: dict[str, float | int | str | bool]
    figures: EffectFigures
    sentence: SealedSentence
    synthetic: bool


class EffectFigures(TypedDict):
    observed: float | None
    expected: float | None
    combined: Estimate | None
    difference: Estimate | None
    synthetic: Estimate | None
    interrupted: Estimate | None
    detectable: float | None
    trend: Trend | None
    displacement: Displacement | None
    regression: Regression | None
    neighbours: list[str]
    comparisons: list[str]
    weights: list[list[str | float]]
    misfit: float | None
    before: int
    after: int
    flagged: bool
    grade: int
    reasons: list[str]
    weeks: NotRequired[int | None]


class Effects(TypedDict):
    estimates: NotRequired[list[EffectEstimated]]


class End(TypedDict):
    on: str
    reason: str


class Erasure(TypedDict):
    requested_on: str
    by: Actor
    legal_basis: str
    reason: str
    texts: list[HeldText]
    standing: NotRequired[Literal["requested", "approved", "declined"]]
    decided_on: NotRequired[str | None]
    answer: NotRequired[str | None]


class Estimate(TypedDict):
    change: float
    lower: float
    upper: float
    p: float
    error: float


class Estimated(TypedDict):
    key: str
    repeated: bool
    estimate: EffectEstimated


class Fact(TypedDict):
    name: str
    value: str


class FactsBlock(TypedDict):
    facts: list[Fact]
    kind: NotRequired[Literal["facts"]]


class FigureBlock(TypedDict):
    svg: str
    alt: str
    caption: str
    kind: NotRequired[Literal["figure"]]


class FigureRow(TypedDict):
    source: str
    district: str
    district_name: str
    category: str
    category_name: str
    before: int
    after: int
    added: int
    late: int
    revised: int
    withdrawn: int


class Figures(TypedDict):
    rows: list[FigureRow]
    sums: list[SumRow]


class FileImport(TypedDict):
    source: str
    kind: str
    file_name: str
    sha256: str
    coverage: Coverage | None
    tally: Tally
    preliminary: bool
    synthetic: bool
    withdrawn: NotRequired[bool]


class Findable(TypedDict):
    action: str
    source: str
    districts: list[str]
    categories: list[str]
    after: int
    fall: float | None
    expected: float | None
    comparisons: int
    reasons: list[str]
    sentence: Sentence


class Finding(TypedDict):
    key: str
    words: str
    places: NotRequired[list[DomainProblemPlace]]
    categories: NotRequired[list[str]]
    evidence: NotRequired[list[DomainProblemEvidence]]


class Flagged(TypedDict):
    key: str
    period: str
    flag: str
    observed: float
    expected: float
    response: str | None
    finding: str | None
    reason: str | None
    sentence: Sentence
    in_short: Sentence


class FollowUp(TypedDict):
    on: str
    production: str
    process: str
    hours: float
    effect: Effect


class FollowUpDecision(TypedDict):
    earlier: str
    number: int
    outcome: Literal["done", "ongoing", "not done"]
    comment: NotRequired[str | None]


class FollowedUp(TypedDict):
    on: str
    production: str
    process: str
    hours: float
    effect: Effect


class Forecast(TypedDict):
    source: str
    origin: str
    horizon: int
    data_gsn: int
    method: str
    parameters: dict[str, float | int | str | bool]
    quantile_levels: list[float]
    series: int
    outlook: Outlook | None
    synthetic: bool
    scored: NotRequired[dict[str, ForecastScored]]
    number: NotRequired[int]


class ForecastAsked(TypedDict):
    source: str
    frequency: NotRequired[Literal["week", "month", None]]
    horizon: NotRequired[int]
    again: NotRequired[bool]


class ForecastScored(TypedDict):
    period: str
    data_gsn: int
    interval: float
    scores: Scores


class Forecasted(TypedDict):
    key: str
    repeated: bool
    scored: list[Scored]
    revised: NotRequired[Changed | None]


class FoundOfAction(TypedDict):
    key: str
    version: int
    state: Action


class FoundOfPlan(TypedDict):
    key: str
    version: int
    state: Plan


class FoundOfAgreement(TypedDict):
    key: str
    version: int
    state: Agreement


class FoundOfCategories(TypedDict):
    key: str
    version: int
    state: Categories


class FoundOfDivision(TypedDict):
    key: str
    version: int
    state: Division


class FoundOfSource(TypedDict):
    key: str
    version: int
    state: Source


class FoundOfEffects(TypedDict):
    key: str
    version: int
    state: Effects


class FoundOfModelCards(TypedDict):
    key: str
    version: int
    state: ModelCards


class FoundOfErasure(TypedDict):
    key: str
    version: int
    state: Erasure


class FoundOfFileImport(TypedDict):
    key: str
    version: int
    state: FileImport


class FoundOfForecast(TypedDict):
    key: str
    version: int
    state: Forecast


class FoundOfMeeting(TypedDict):
    key: str
    version: int
    state: Meeting


class FoundOfObservation(TypedDict):
    key: str
    version: int
    state: Observation


class FoundOfPicture(TypedDict):
    key: str
    version: int
    state: Picture


class FoundOfProblem(TypedDict):
    key: str
    version: int
    state: DomainProblemProblem


class FoundOfPromise(TypedDict):
    key: str
    version: int
    state: Promise


class FoundOfReview(TypedDict):
    key: str
    version: int
    state: Review


class FoundOfRun(TypedDict):
    key: str
    version: int
    state: Run


class FoundOfSharing(TypedDict):
    key: str
    version: int
    state: Sharing


class FoundOfAssessment(TypedDict):
    key: str
    version: int
    state: Assessment


class FoundOfSignal(TypedDict):
    key: str
    version: int
    state: Signal


class FoundOfWeighting(TypedDict):
    key: str
    version: int
    state: Weighting


class FoundOfWeights(TypedDict):
    key: str
    version: int
    state: Weights


class FreezeWeights(TypedDict):
    weight_set: str
    on: str
    reason: str
    dissent: NotRequired[str | None]


class Goal(TypedDict):
    key: str
    wording: str
    indicator: str
    unit: str
    baseline: NotRequired[float | None]
    baseline_period: NotRequired[str | None]
    target: NotRequired[float | None]
    direction: Literal["down", "up"]


class Handover(TypedDict):
    key: str
    state: Agreement
    step: Literal["end", "sign", "succeed", "decide", "done"]
    over: bool
    successor: Named | None
    to: Named | None
    candidates: list[Named]
    undecided: list[Undecided]
    decided: list[ServiceViewsHandoverDecided]
    books: list[BookItem]
    version: int


class Health(TypedDict):
    status: Literal["ok"]
    database: str
    gsn: int
    read_models: int


class HeldText(TypedDict):
    gsn: int
    id: str


class ImportWeights(TypedDict):
    on: str
    name: str
    unit: str
    cited: str
    year: int
    weights: list[Weight]
    synthetic: NotRequired[bool]
    weight_set: NotRequired[str | None]


class Inclusion(TypedDict):
    gsn: int
    stream: str
    version: int
    topic: str
    leaf: str
    size: int
    path: list[str]
    root: str
    note: str


class Judge(TypedDict):
    on: str
    response: Literal["act", "watch", "dismiss"]
    finding: NotRequired[Literal["true", "false", "explained", "open"]]
    explained_by: NotRequired[str | None]
    reason: NotRequired[str]
    meeting: NotRequired[str | None]


class Kept(TypedDict):
    size: int
    root: str
    signers: list[list[str | int]]
    stamped: bool
    note: str


class LawCheck(TypedDict):
    agreement: str
    title: str
    day: str
    law_from: str
    applies: bool
    begun: bool
    why_not: Sentence | None
    sections: list[Section]
    counts: dict[str, int]
    synthetic: bool


class Link(TypedDict):
    key: str
    title: str
    progress: NotRequired[str | None]


class LogDose(TypedDict):
    on: str
    amount: float
    unit: str
    hours: float
    note: NotRequired[str | None]


class Made(TypedDict):
    what: Literal["prioritised", "set-aside", "plan", "action"]
    about: Link
    reason: NotRequired[str | None]
    rank: NotRequired[int | None]
    owner_role: NotRequired[str | None]
    owner_organisation: NotRequired[str | None]
    due: NotRequired[str | None]


class MakeOwnPicture(TypedDict):
    on: str
    party: Literal["municipality", "police"]
    findings: list[Finding]
    resources: NotRequired[str | None]
    yearly_wheel: NotRequired[list[Recurrence]]


class MapDivision(TypedDict):
    on: str
    to: str
    shares: list[DomainCatalogueShare]
    method: str


class Mark(TypedDict):
    kind: Literal["action", "break", "promise"]
    number: int
    key: str
    title: str
    first: str
    last: str | None


class Measure(TypedDict):
    what: str
    action: NotRequired[str | None]


class MeasureReport(TypedDict):
    done: Literal["yes", "partly", "no"]
    words: str


class Meeting(TypedDict):
    agreement: str
    on: str
    week: str
    attendees: NotRequired[list[Attendee]]
    decisions: NotRequired[list[DomainMeetingDecided]]
    followed_up: NotRequired[list[DecisionFollowedUp]]
    agenda: NotRequired[list[AgendaItem] | None]


class ModelCard(TypedDict):
    series: int
    origins: int
    left_out: NotRequired[int]
    pit: NotRequired[list[float]]
    within: NotRequired[Calibration]
    above: NotRequired[float | None]
    rivals: NotRequired[Rivals]
    parts: NotRequired[Parts]
    flags: NotRequired[float | None]
    verdicts: NotRequired[Verdicts]
    reasons: NotRequired[list[str]]


class ModelCards(TypedDict):
    cards: NotRequired[list[BacktestMade]]


class Named(TypedDict):
    key: str
    title: str
    first_day: str
    last_day: str


class NeedOfDistrict(TypedDict):
    district: str
    name: str
    figures: DistrictNeed


class NeedOutcome(TypedDict):
    source: str
    forecast: str
    first: str
    last: str
    weights: str | None
    left_out: list[str]
    districts: list[NeedOfDistrict]
    elsewhere: list[float]
    sentences: list[Sentence]
    synthetic: bool


class Neighbour(TypedDict):
    district: str
    name: str
    observed: float
    expected: float
    ratio: float | None
    signal: str | None


class News(TypedDict):
    subject: Literal["signals", "problems", "actions", "promises", "meetings", "picture", "figures", "agreement"]
    items: list[ViewsWeekSinceTold]


class NoteBlock(TypedDict):
    text: str
    about: Literal["synthetic", "caution", "information"]
    kind: NotRequired[Literal["note"]]


class Observation(TypedDict):
    source: str
    content: Report | Dialogue | SurveyResult
    corrections: NotRequired[int]
    withdrawn: NotRequired[bool]


class ObservationRow(TypedDict):
    source: str
    ref: str
    kind: str
    district: str | None
    category: str | None
    day: str
    body: dict[str, Any]
    file_import: str | None
    recorded: int
    synthetic: bool


class Observations(TypedDict):
    items: list[ObservationRow]
    next: str | None


class Observe(TypedDict):
    source: str
    content: Report | Dialogue | SurveyResult
    observation: NotRequired[str | None]


class OpenAction(TypedDict):
    key: str
    title: str
    progress: Literal["committed", "started", "not started", "cancelled", "reported done", "verified done"]
    owner: Owner
    due: str
    version: int


class OpenMeeting(TypedDict):
    agreement: str
    on: str
    meeting: NotRequired[str | None]


class OpenReview(TypedDict):
    on: str
    as_known_at: int


class Outlook(TypedDict):
    district: list[str]
    category: list[str]
    level: list[Literal["district", "area", "city"]]
    quantiles: list[list[list[float]] | None]
    mean: list[list[float] | None]
    reasons: list[list[str]]


class Owner(TypedDict):
    role: str
    organisation: str


class PageOfAction(TypedDict):
    items: list[FoundOfAction]
    next: str | None


class PageOfPlan(TypedDict):
    items: list[FoundOfPlan]
    next: str | None


class PageOfAgreement(TypedDict):
    items: list[FoundOfAgreement]
    next: str | None


class PageOfCategories(TypedDict):
    items: list[FoundOfCategories]
    next: str | None


class PageOfDivision(TypedDict):
    items: list[FoundOfDivision]
    next: str | None


class PageOfSource(TypedDict):
    items: list[FoundOfSource]
    next: str | None


class PageOfEffects(TypedDict):
    items: list[FoundOfEffects]
    next: str | None


class PageOfModelCards(TypedDict):
    items: list[FoundOfModelCards]
    next: str | None


class PageOfErasure(TypedDict):
    items: list[FoundOfErasure]
    next: str | None


class PageOfFileImport(TypedDict):
    items: list[FoundOfFileImport]
    next: str | None


class PageOfForecast(TypedDict):
    items: list[FoundOfForecast]
    next: str | None


class PageOfMeeting(TypedDict):
    items: list[FoundOfMeeting]
    next: str | None


class PageOfObservation(TypedDict):
    items: list[FoundOfObservation]
    next: str | None


class PageOfPicture(TypedDict):
    items: list[FoundOfPicture]
    next: str | None


class PageOfProblem(TypedDict):
    items: list[FoundOfProblem]
    next: str | None


class PageOfPromise(TypedDict):
    items: list[FoundOfPromise]
    next: str | None


class PageOfReview(TypedDict):
    items: list[FoundOfReview]
    next: str | None


class PageOfRun(TypedDict):
    items: list[FoundOfRun]
    next: str | None


class PageOfSharing(TypedDict):
    items: list[FoundOfSharing]
    next: str | None


class PageOfAssessment(TypedDict):
    items: list[FoundOfAssessment]
    next: str | None


class PageOfSignal(TypedDict):
    items: list[FoundOfSignal]
    next: str | None


class PageOfWeighting(TypedDict):
    items: list[FoundOfWeighting]
    next: str | None


class PageOfWeights(TypedDict):
    items: list[FoundOfWeights]
    next: str | None


class ParagraphBlock(TypedDict):
    text: str
    strong: bool
    kind: NotRequired[Literal["paragraph"]]


class Parts(TypedDict):
    by: NotRequired[list[Literal["horizon", "district", "category"]]]
    label: NotRequired[list[str]]
    series: NotRequired[list[int]]
    crps: NotRequired[list[float | None]]
    covered: NotRequired[list[float | None]]
    above: NotRequired[list[float | None]]


class Party(TypedDict):
    organisation: str
    kind: Literal["municipality", "police"]
    signed_by_role: str


class PeriodRow(TypedDict):
    period: str
    count: int | None
    assessed: float | None
    expected: float | None
    lower: float | None
    upper: float | None
    flag: str | None


class Picture(TypedDict):
    agreement: str
    year: int
    own: NotRequired[dict[str, list[Finding]]]
    joint: NotRequired[dict[str, Finding] | None]
    adjustments: NotRequired[int]
    joint_on: NotRequired[str | None]
    updated_on: NotRequired[str | None]


class Plan(TypedDict):
    agreement: str
    on: str
    aim: str
    owner: Owner
    handovers: NotRequired[list[PlanCarriedOver]]


class PlanCarriedOver(TypedDict):
    on: str
    former: str
    agreement: str


class PlannedFollowUp(TypedDict):
    on: str
    owner_role: str
    measure: str
    comparison: NotRequired[str | None]


class Point(TypedDict):
    period: str
    observed: float | None
    expected: float | None
    lower: float | None
    upper: float | None
    judged: NotRequired[float | None]


class Position(TypedDict):
    gsn: int


class Prioritise(TypedDict):
    on: str
    reason: NotRequired[str]
    alternatives: NotRequired[list[Alternative]]
    dissent: NotRequired[str | None]
    meeting: NotRequired[str | None]
    rank: NotRequired[int | None]


class Promise(TypedDict):
    agreement: str
    published_on: str
    title: str
    words: str
    first_day: str
    last_day: str
    measures: list[Measure]
    indicator: str
    reported: NotRequired[ReportedBack | None]


class PromiseTold(TypedDict):
    key: str
    title: str
    last_day: str
    late: bool


class Propose(TypedDict):
    on: str
    agreement: str
    title: str
    description: str
    places: NotRequired[list[DomainProblemPlace]]
    categories: NotRequired[list[str]]
    evidence: NotRequired[list[DomainProblemEvidence]]
    problem: NotRequired[str | None]


class Publish(TypedDict):
    on: str
    agreement: str
    title: str
    words: str
    first_day: str
    last_day: str
    measures: list[Measure]
    indicator: str
    promise: NotRequired[str | None]


class PublishCategories(TypedDict):
    on: str
    reason: str
    categories: NotRequired[list[Category]]
    retired: NotRequired[list[str]]


class PublishDivision(TypedDict):
    name: str
    on: str
    districts: list[District]
    synthetic: NotRequired[bool]
    division: NotRequired[str | None]


class Ranked(TypedDict):
    key: str
    title: str
    rank: int | None
    places: list[str]
    reports: int
    signals: int
    running: int
    late: int
    has_causes: bool
    shared: NotRequired[bool]


class Record(TypedDict):
    raised: int
    judged: int
    true: int
    false: int
    explained: int
    open: int
    share: float | None
    low: float | None
    high: float | None


class Recurrence(TypedDict):
    month: int
    what: str


class RegisterSource(TypedDict):
    name: str
    owner: str
    use: Literal["main series", "context", "evidence", "survey"]
    division: str
    note: NotRequired[str | None]
    synthetic: NotRequired[bool]
    source: NotRequired[str | None]


class Regression(TypedDict):
    recent: float
    fell: float
    by_itself: float
    explained: float | None


class RememberColumns(TypedDict):
    kind: str
    columns: dict[str, str]


class Reopen(TypedDict):
    on: str
    reason: str


class Report(TypedDict):
    kind: Literal["incident", "order disturbance", "unsafe place", "planned event"]
    district: str
    category: str
    occurred_on: str
    occurred_at: NotRequired[str | None]
    place: NotRequired[str | None]
    text: NotRequired[str | None]
    reporter: str


class ReportBack(TypedDict):
    on: str
    measures: list[MeasureReport]
    outcome: Literal["better", "unchanged", "worse", "not known"]
    words: str


class ReportDone(TypedDict):
    on: str
    note: NotRequired[str | None]


class ReportGroup(TypedDict):
    district_name: str
    category_name: str
    items: list[ReportLine]


class ReportLine(TypedDict):
    source: str
    ref: str
    district: str | None
    district_name: str | None
    category: str | None
    category_name: str | None
    day: str
    kind: str
    place: str | None
    text: str | None
    reporter: str | None
    recorded: int
    single: bool


class ReportedBack(TypedDict):
    on: str
    measures: list[MeasureReport]
    outcome: Literal["better", "unchanged", "worse", "not known"]
    words: str


class Reports(TypedDict):
    number: int
    more: bool
    groups: list[ReportGroup]
    places: list[list[str | int]]
    synthetic: bool


class RequestErasure(TypedDict):
    on: str
    legal_basis: str
    reason: str
    texts: list[HeldText]
    erasure: NotRequired[str | None]


class Results(TypedDict):
    district: list[str]
    category: list[str]
    observed: list[float | None]
    expected: list[float | None]
    bound: list[float | None]
    p: list[float | None]
    exceedance: list[float | None]
    dispersion: list[float | None]
    trend: list[float | None]
    flagged: list[bool]
    reasons: list[list[str]]
    lower: NotRequired[list[float | None]]
    p_fall: NotRequired[list[float | None]]
    common: NotRequired[list[float | None]]
    periods: NotRequired[list[int]]
    flag: NotRequired[list[Literal["rise", "fall", "lasting-rise", "lasting-fall", None]]]


class Review(TypedDict):
    agreement: str
    year: int
    opened_on: str
    as_known_at: int
    adopted: NotRequired[list[Adopted]]


class ReviseDivision(TypedDict):
    on: str
    reason: str
    districts: NotRequired[list[District]]
    retired: NotRequired[list[str]]


class Rivals(TypedDict):
    method: NotRequired[list[str]]
    crps: NotRequired[list[float | None]]
    better_by: NotRequired[list[float | None]]
    low: NotRequired[list[float | None]]
    high: NotRequired[list[float | None]]
    p: NotRequired[list[float | None]]


class Run(TypedDict):
    on: str
    frequency: Literal["week", "month"]
    period: str
    number: int
    assessments: list[str]
    skipped: list[Skipped]


class RunTold(TypedDict):
    key: str
    source: str
    source_name: str
    period: str
    method: str
    raised: int
    wider: list[Wider]
    caution: Caution | None
    synthetic: bool


class Scope(TypedDict):
    place: str | None
    kind: str | None
    level: Literal["district", "area", "city"]
    width: Literal["category", "group", "all"]
    districts: list[str]
    categories: list[str]
    place_name: Sentence
    kind_name: Sentence


class Scored(TypedDict):
    forecast: str
    period: str


class Scores(TypedDict):
    crps: list[float | None]
    covered: list[bool | None]
    observed: list[float | None]


class SealedSentence(TypedDict):
    sv: str
    en: str


class Section(TypedDict):
    number: int
    part: Literal["mapping", "other information", "analysis", None]
    duty: Sentence
    verdict: Literal["met", "not met", "not due", "not shown"]
    evidence: list[ServiceViewsLawFactsEvidence]
    of: int
    lacking: NotRequired[Sentence | None]


class Seen(TypedDict):
    gsn: int
    day: str
    week: str | None
    text: str


class Sentence(TypedDict):
    sv: str
    en: str


class Series(TypedDict):
    source: str
    source_name: str
    scope: Scope
    frequency: Literal["week", "month"]
    synthetic: bool
    points: list[Point]
    flags: list[Flagged]
    marks: list[Mark]
    ahead: list[Ahead]
    forecast: str | None
    finding: Sentence


class SetProblemAside(TypedDict):
    on: str
    reason: NotRequired[str]
    alternatives: NotRequired[list[Alternative]]
    dissent: NotRequired[str | None]
    meeting: NotRequired[str | None]


class Sharing(TypedDict):
    what: Literal["observation", "import", "picture"]
    key: str
    on: str


class Sign(TypedDict):
    title: str
    parties: list[Party]
    first_day: str
    last_day: str
    signed_on: str
    goals: list[Goal]
    items: NotRequired[SixItems]
    synthetic: NotRequired[bool]
    agreement: NotRequired[str | None]


class Signal(TypedDict):
    assessment: str
    source: str
    period: str
    district: str
    category: str
    observed: float
    expected: float
    bound: float
    p: float
    exceedance: float
    sentence: Sentence
    synthetic: bool
    flag: NotRequired[str]
    lower: NotRequired[float | None]
    response: NotRequired[str | None]
    finding: NotRequired[str | None]
    explained_by: NotRequired[str | None]
    reason: NotRequired[str | None]
    judged_on: NotRequired[str | None]


class SignalCard(TypedDict):
    key: str
    source: str
    source_name: str
    period: str
    district: str
    district_name: str
    category: str
    category_name: str
    observed: float
    expected: float
    lower: float | None
    upper: float
    flag: str
    sentence: Sentence
    in_short: Sentence
    synthetic: bool
    in_a_row: int
    counts: list[int | None]
    spark: Spark
    verdict: Verdict | None
    later: Verdict | None
    version: int


class SignalView(TypedDict):
    card: SignalCard
    assessment: str
    method: str
    parameters: dict[str, float | int | str | bool]
    data_gsn: int
    baseline: int | None
    p: float
    rows: list[PeriodRow]
    record: TrackRecord
    neighbours: list[Neighbour]
    history: list[ViewsWeekSinceTold]
    problems: list[Link]
    decisions: int
    meeting: str | None
    week: str
    frequency: Literal["week", "month"]
    one_in: int | None
    known_at: int


class Signals(TypedDict):
    latest: list[SignalCard]
    older: list[SignalCard]
    runs: list[RunTold]
    unjudged: int
    more: int


class SilentReporter(TypedDict):
    reporter: str
    usual_per_week: float
    last_week: str
    weeks_silent: int


class Since(TypedDict):
    meeting: str | None
    after: int
    until: int
    news: list[News]
    observations: int
    more: bool


class SixItems(TypedDict):
    problems: NotRequired[str | None]
    causes: NotRequired[str | None]
    goals: NotRequired[str | None]
    documentation: NotRequired[str | None]
    follow_up: NotRequired[str | None]
    period: NotRequired[str | None]


class Skipped(TypedDict):
    source: str
    rule: str
    sentence: Sentence


class Source(TypedDict):
    name: str
    owner: str
    use: str
    division: str
    synthetic: bool
    columns: NotRequired[dict[str, dict[str, str]]]
    files: NotRequired[dict[str, str]]
    changes: NotRequired[int]
    breaks: NotRequired[dict[str, str]]


class SourceState(TypedDict):
    key: str
    name: str
    owner: str
    use: str
    synthetic: bool
    latest: str | None
    due: str | None
    taken_in: str | None
    file_name: str | None
    preliminary: bool
    condition: Literal["fresh", "late", "silent", "irregular", "empty"]


class Spark(TypedDict):
    width: int
    height: int
    bars: list[Bar]
    last: Bar
    expected_y: float


class Start(TypedDict):
    on: str


class Step(TypedDict):
    name: Literal["evidence", "valuation", "decision", "causes", "plan", "actions", "follow-up"]
    count: int
    state: Literal["done", "waiting", "broken", "never", "not needed"]
    of: NotRequired[int | None]
    broken: NotRequired[list[BrokenLink]]


class Story(TypedDict):
    items: list[ApiReadingTold]
    next: int | None


class Subscription(TypedDict):
    id: str
    account: str
    email: str
    language: NotRequired[Literal["sv", "en"]]
    channel: NotRequired[Literal["mail", "feed"]]
    districts: NotRequired[list[str]]
    categories: NotRequired[list[str]]
    direction: NotRequired[Literal["both", "rise", "fall"]]
    least_surprise: NotRequired[int]
    weekly: NotRequired[bool]
    monthly: NotRequired[bool]
    reminders: NotRequired[bool]
    since: NotRequired[int]
    confirmed: NotRequired[bool]


class SubscriptionAsked(TypedDict):
    email: NotRequired[str]
    language: NotRequired[Literal["sv", "en"]]
    channel: NotRequired[Literal["mail", "feed"]]
    districts: NotRequired[list[str]]
    categories: NotRequired[list[str]]
    direction: NotRequired[Literal["both", "rise", "fall"]]
    least_surprise: NotRequired[int]
    weekly: NotRequired[bool]
    monthly: NotRequired[bool]
    reminders: NotRequired[bool]


class Succeed(TypedDict):
    on: str
    successor: str


class SumRow(TypedDict):
    source: str
    name: str
    synthetic: bool
    before: int
    after: int
    added: int
    late: int
    revised: int
    withdrawn: int


class SurveyResult(TypedDict):
    kind: NotRequired[Literal["survey result"]]
    indicator: str
    wave: str
    fielded_on: str
    district: NotRequired[str | None]
    value: float
    unit: NotRequired[str]
    n: int
    low: NotRequired[float | None]
    high: NotRequired[float | None]
    method: str


class Table(TypedDict):
    key: str
    agreement: str
    on: str
    closed: bool
    attendees: list[Attendee]
    decisions: list[DecisionTold]
    made: list[Made]
    version: int


class TableBlock(TypedDict):
    caption: str
    columns: list[str]
    rows: list[list[str]]
    kind: NotRequired[Literal["table"]]


class Taken(TypedDict):
    file_import: str
    tally: Tally
    repeated: bool
    faults: list[ServiceApiProblemsPlace]
    fault_count: NotRequired[int]


class Tally(TypedDict):
    read: int
    new: int
    corrected: int
    unchanged: int
    rejected: int


class TrackRecord(TypedDict):
    here: Record
    district: Record
    category: Record
    whole: Record


class Trend(TypedDict):
    a_year: float
    p: float


class TrialSent(TypedDict):
    id: str


class Tried(TypedDict):
    key: str
    repeated: bool
    made: BacktestMade


class Undecided(TypedDict):
    key: str
    title: str
    standing: Literal["proposed", "prioritised", "set aside", "closed"]
    rank: int | None
    actions: list[OpenAction]
    left: bool
    needed: bool
    version: int


class ValueProblem(TypedDict):
    on: str
    rater: str
    scores: dict[str, int]
    comment: NotRequired[str | None]


class Verdict(TypedDict):
    response: str
    finding: str
    explained_by: str | None
    reason: str
    on: str


class Verdicts(TypedDict):
    district: NotRequired[list[str]]
    raised: NotRequired[list[int]]
    true: NotRequired[list[int]]
    false: NotRequired[list[int]]
    explained: NotRequired[list[int]]


class Verify(TypedDict):
    on: str
    how: str


class ViewAssessmentDataRow(TypedDict):
    assessment: str | None
    source: str | None
    period: str | None
    number: int | None
    district: str | None
    district_name: str | None
    category: str | None
    category_name: str | None
    observed: float | None
    expected: float | None
    lower: float | None
    upper: float | None
    p: float | None
    p_fall: float | None
    exceedance: float | None
    dispersion: float | None
    trend: float | None
    common: float | None
    periods: int | None
    flag: str | None
    reasons: str | None
    method: str | None
    data_gsn: int | None
    known_at: int | None
    synthetic: bool | None


class ViewSeriesDataRow(TypedDict):
    source: str | None
    district: str | None
    district_name: str | None
    category: str | None
    category_name: str | None
    period: str | None
    first_day: str | None
    last_day: str | None
    count: int | None
    preliminary: bool | None
    judged: float | None
    expected: float | None
    lower: float | None
    upper: float | None
    flag: str | None
    known_at: int | None
    synthetic: bool | None


class WebhookAsked(TypedDict):
    url: str
    topics: NotRequired[list[str]]
    districts: NotRequired[list[str]]
    problems: NotRequired[list[str]]


class WebhookSecret(TypedDict):
    webhook: WebhookShown
    secret: str


class WebhookShown(TypedDict):
    id: str
    url: str
    topics: list[str]
    districts: list[str]
    problems: list[str]
    account: str
    standing: Literal["on", "paused", "gone"]
    made_at: str
    rotated_at: str


class Week(TypedDict):
    week: str
    day: str
    at: int | None
    agreement: str | None
    meeting: Table | None
    previous: list[str] | None
    next_day: str
    can_open: bool
    sources: list[SourceState]
    since: Since
    follow_up: list[DecisionTold]
    broken: BrokenLinks
    reports: Reports
    silent: list[SilentReporter]
    signals: Signals
    actions: list[ActionTold]
    promises: list[PromiseTold]
    ranking: list[Ranked]
    suggested: list[Attendee]
    counts: ViewsWeekCounts
    synthetic: bool


class Weight(TypedDict):
    category: str
    weight: float


class Weighting(TypedDict):
    weight_set: str
    decided_on: str
    reason: str
    dissent: str | None


class Weights(TypedDict):
    imported_on: str
    name: str
    unit: str
    cited: str
    year: int
    weights: dict[str, float]
    synthetic: bool


class Wider(TypedDict):
    level: Literal["area", "city", "group", "neighbours"]
    place: str
    kind: str
    observed: float
    expected: float
    lower: float | None
    upper: float | None
    p: float
    flag: Literal["rise", "fall", "lasting-rise", "lasting-fall"]
    sentence: Sentence


class Withdraw(TypedDict):
    reason: str


class WithdrawFile(TypedDict):
    reason: str


class Word(TypedDict):
    outcome: Literal["done", "ongoing", "not done"]
    comment: str | None
    meeting: str
    week: str


class ActionCarriedOver(TypedDict):
    on: str
    former: str
    agreement: str


class ApiReadingCounts(TypedDict):
    source: str
    known_at: int
    synthetic: bool
    items: list[Count]


class ApiReadingTold(TypedDict):
    gsn: int
    recorded_at: str
    account: str
    role: str
    organisation: str
    topic: str
    stream: str
    version: int
    sentence: str
    about: dict[str, list[str]]


class DomainCatalogueShare(TypedDict):
    origin: str
    destination: str
    share: float


class DomainMeetingDecided(TypedDict):
    what: str
    reason: str
    owner_role: str | None
    due: str | None
    problem: str | None
    signal: str | None
    action: str | None


class DomainProblemEvidence(TypedDict):
    kind: Literal["observation", "signal", "import", "document"]
    ref: str
    note: NotRequired[str | None]


class DomainProblemPlace(TypedDict):
    division: str
    district: str


class DomainProblemProblem(TypedDict):
    agreement: str
    title: str
    description: str
    places: list[DomainProblemPlace]
    categories: list[str]
    evidence: list[DomainProblemEvidence]
    standing: Literal["proposed", "prioritised", "set aside", "closed"]
    valuations: dict[str, dict[str, int]]
    proposed_on: str
    causes: NotRequired[list[Cause]]
    rank: NotRequired[int | None]
    decided_on: NotRequired[str | None]
    reason: NotRequired[str | None]
    outcome: NotRequired[str | None]
    handovers: NotRequired[list[ProblemCarriedOver]]
    causes_on: NotRequired[str | None]


class ProblemCarriedOver(TypedDict):
    on: str
    former: str
    agreement: str
    reason: str
    actions: list[str]


class ServiceApiProblemsPlace(TypedDict):
    pointer: str
    detail: str


class ServiceApiProblemsProblem(TypedDict):
    type: str
    title: str
    status: int
    detail: str
    errors: NotRequired[list[ServiceApiProblemsPlace]]


class ServiceApiResourcesShare(TypedDict):
    what: Literal["observation", "import", "picture"]
    key: str
    on: str
    reason: str


class ServiceViewsHandoverDecided(TypedDict):
    key: str
    title: str
    on: str
    reason: str
    to: NotRequired[Named | None]
    actions: NotRequired[list[str]]
    outcome: NotRequired[str | None]


class ServiceViewsLawFactsEvidence(TypedDict):
    kind: Literal["agreement", "picture", "source", "reports", "problem", "action", "promise", "meeting", "review"]
    key: str
    on: str
    what: Sentence


class ViewsWeekCounts(TypedDict):
    signals: int
    late: int
    due: int
    follow_up: int
    reports: int
    silent: int
    promises: int
    broken: int
    sources: int


class ViewsWeekSinceTold(TypedDict):
    gsn: int
    recorded_at: str
    sentence: Sentence


class Samverkan:
    """A register's API. timeout: seconds without a byte; computations (assess, forecast …) can take some minutes.

    An answer 429 or 503 is waited for as long as Retry-After says, and asked for again, where that is safe: a reading,
    or a command with an idempotency key. language: of the problems' texts.
    """

    def __init__(
        self, base_url: str, token: str | None = None, *, timeout: float = 60.0, language: Literal["sv", "en"] = "sv"
    ) -> None:
        headers = {"Accept-Language": language} | ({"Authorization": f"Bearer {token}"} if token else {})
        self._http = httpx.Client(base_url=base_url, headers=headers, timeout=timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.disconnect()

    def disconnect(self) -> None:
        """Close the connections; a `with` block does so at its end."""
        self._http.close()

    def every(self, read: Callable[..., Any], **asked: Any) -> Iterator[Any]:
        """Every item of a list, page after page: `every(samverkan.list_problems, as_of="2020-11-18")`."""
        after = None
        while True:
            page = read(after=after, **asked)
            yield from page["items"]
            after = page["next"]
            if after is None:
                return

    def health(self) -> Health:
        """Whether the register answers."""
        return cast("Health", self._send("GET", "/health").json())

    def list_agreements(
        self, *, as_of: str | None = None, after: str | None = None, limit: int | None = None
    ) -> PageOfAgreement:
        """The agreements, oldest first."""
        return cast(
            "PageOfAgreement",
            self._send("GET", "/api/v1/agreements", query={"as_of": as_of, "after": after, "limit": limit}).json(),
        )

    def sign(
        self, body: Sign, *, personal_data: Literal["checked", None] = None, idempotency_key: str | None = None
    ) -> Accepted:
        """Record the signing by both parties."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                "/api/v1/agreements",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ).json(),
        )

    def read_agreements(self, key: str, *, as_of: str | None = None) -> FoundOfAgreement:
        """One of the agreements, with its version as ETag."""
        return cast(
            "FoundOfAgreement", self._send("GET", f"/api/v1/agreements/{_written(key)}", query={"as_of": as_of}).json()
        )

    def amend(
        self,
        key: str,
        body: Amend,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Change the end of the period, the goals or the described items, with a reason."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/agreements/{_written(key)}/amend",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def end(
        self,
        key: str,
        body: End,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """End the agreement."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/agreements/{_written(key)}/end",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def succeed(
        self,
        key: str,
        body: Succeed,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Name the agreement that takes over from one that has ended."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/agreements/{_written(key)}/succeed",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def list_divisions(
        self, *, as_of: str | None = None, after: str | None = None, limit: int | None = None
    ) -> PageOfDivision:
        """The divisions, oldest first."""
        return cast(
            "PageOfDivision",
            self._send("GET", "/api/v1/divisions", query={"as_of": as_of, "after": after, "limit": limit}).json(),
        )

    def publish_division(
        self,
        body: PublishDivision,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
    ) -> Accepted:
        """Take a division into use."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                "/api/v1/divisions",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ).json(),
        )

    def read_divisions(self, key: str, *, as_of: str | None = None) -> FoundOfDivision:
        """One of the divisions, with its version as ETag."""
        return cast(
            "FoundOfDivision", self._send("GET", f"/api/v1/divisions/{_written(key)}", query={"as_of": as_of}).json()
        )

    def revise_division(
        self,
        key: str,
        body: ReviseDivision,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Add, change or retire districts."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/divisions/{_written(key)}/revise-division",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def map_division(
        self,
        key: str,
        body: MapDivision,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Say how this division's districts share out over another's."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/divisions/{_written(key)}/map-division",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def draw_division(
        self,
        key: str,
        body: DrawDivision,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Draw the outlines of districts, in place of all that were drawn before."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/divisions/{_written(key)}/draw-division",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def list_categories(
        self, *, as_of: str | None = None, after: str | None = None, limit: int | None = None
    ) -> PageOfCategories:
        """The categories, oldest first."""
        return cast(
            "PageOfCategories",
            self._send("GET", "/api/v1/categories", query={"as_of": as_of, "after": after, "limit": limit}).json(),
        )

    def publish_categories(
        self,
        body: PublishCategories,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
    ) -> Accepted:
        """Add, change or retire categories."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                "/api/v1/categories",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ).json(),
        )

    def read_categories(self, key: str, *, as_of: str | None = None) -> FoundOfCategories:
        """One of the categories, with its version as ETag."""
        return cast(
            "FoundOfCategories", self._send("GET", f"/api/v1/categories/{_written(key)}", query={"as_of": as_of}).json()
        )

    def list_sources(
        self, *, as_of: str | None = None, after: str | None = None, limit: int | None = None
    ) -> PageOfSource:
        """The sources, oldest first."""
        return cast(
            "PageOfSource",
            self._send("GET", "/api/v1/sources", query={"as_of": as_of, "after": after, "limit": limit}).json(),
        )

    def register_source(
        self,
        body: RegisterSource,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
    ) -> Accepted:
        """Register a source of observations. Its key is short, for it begins the keys of its imports and signals."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                "/api/v1/sources",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ).json(),
        )

    def read_sources(self, key: str, *, as_of: str | None = None) -> FoundOfSource:
        """One of the sources, with its version as ETag."""
        return cast(
            "FoundOfSource", self._send("GET", f"/api/v1/sources/{_written(key)}", query={"as_of": as_of}).json()
        )

    def remember_columns(
        self,
        key: str,
        body: RememberColumns,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Remember which column of this source's files holds what."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/sources/{_written(key)}/remember-columns",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def declare_break(
        self,
        key: str,
        body: DeclareBreak,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Declare that what the source counts changed on a day, and why; from then on it is compared with itself only."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/sources/{_written(key)}/declare-break",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def list_reports(
        self, *, as_of: str | None = None, after: str | None = None, limit: int | None = None
    ) -> PageOfObservation:
        """The reports, oldest first."""
        return cast(
            "PageOfObservation",
            self._send("GET", "/api/v1/reports", query={"as_of": as_of, "after": after, "limit": limit}).json(),
        )

    def observe(
        self, body: Observe, *, personal_data: Literal["checked", None] = None, idempotency_key: str | None = None
    ) -> Accepted:
        """Record a report, a dialogue or a survey result."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                "/api/v1/reports",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ).json(),
        )

    def read_reports(self, key: str, *, as_of: str | None = None) -> FoundOfObservation:
        """One of the reports, with its version as ETag."""
        return cast(
            "FoundOfObservation", self._send("GET", f"/api/v1/reports/{_written(key)}", query={"as_of": as_of}).json()
        )

    def correct(
        self,
        key: str,
        body: Correct,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Correct an observation, with a reason."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/reports/{_written(key)}/correct",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def withdraw(
        self,
        key: str,
        body: Withdraw,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Withdraw an observation, with a reason."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/reports/{_written(key)}/withdraw",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def list_imports(
        self, *, as_of: str | None = None, after: str | None = None, limit: int | None = None
    ) -> PageOfFileImport:
        """The imports, oldest first."""
        return cast(
            "PageOfFileImport",
            self._send("GET", "/api/v1/imports", query={"as_of": as_of, "after": after, "limit": limit}).json(),
        )

    def take_in(
        self,
        content: bytes,
        media_type: str = "text/csv",
        *,
        source: str,
        file_name: str | None = None,
        kind: Literal["counts", "incidents", "reports", "survey", "notices", None] = None,
        column: list[str] | None = None,
        first: str | None = None,
        last: str | None = None,
        accept_valid: bool | None = None,
        preliminary: bool | None = None,
        new_names: bool | None = None,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
    ) -> Taken:
        """Take in a file; nothing is half taken in."""
        return cast(
            "Taken",
            self._send(
                "POST",
                "/api/v1/imports",
                query={
                    "source": source,
                    "file_name": file_name,
                    "kind": kind,
                    "column": column,
                    "first": first,
                    "last": last,
                    "accept_valid": accept_valid,
                    "preliminary": preliminary,
                    "new_names": new_names,
                    "personal_data": personal_data,
                },
                headers={"Idempotency-Key": idempotency_key},
                content=content,
                media_type=media_type,
            ).json(),
        )

    def read_imports(self, key: str, *, as_of: str | None = None) -> FoundOfFileImport:
        """One of the imports, with its version as ETag."""
        return cast(
            "FoundOfFileImport", self._send("GET", f"/api/v1/imports/{_written(key)}", query={"as_of": as_of}).json()
        )

    def withdraw_file(
        self,
        key: str,
        body: WithdrawFile,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Withdraw a whole import, with a reason."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/imports/{_written(key)}/withdraw-file",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def list_pictures(
        self, *, as_of: str | None = None, after: str | None = None, limit: int | None = None
    ) -> PageOfPicture:
        """The pictures, oldest first."""
        return cast(
            "PageOfPicture",
            self._send("GET", "/api/v1/pictures", query={"as_of": as_of, "after": after, "limit": limit}).json(),
        )

    def read_pictures(self, key: str, *, as_of: str | None = None) -> FoundOfPicture:
        """One of the pictures, with its version as ETag."""
        return cast(
            "FoundOfPicture", self._send("GET", f"/api/v1/pictures/{_written(key)}", query={"as_of": as_of}).json()
        )

    def make_own_picture(
        self,
        agreement: str,
        year: int,
        body: MakeOwnPicture,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Record a party's own picture."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/pictures/{_written(agreement)}/{_written(year)}/make-own-picture",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def define_joint_picture(
        self,
        agreement: str,
        year: int,
        body: DefineJointPicture,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Join the two parties' pictures into the year's shared one."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/pictures/{_written(agreement)}/{_written(year)}/define-joint-picture",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def adjust_picture(
        self,
        agreement: str,
        year: int,
        body: AdjustPicture,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Adjust the joint picture in the weekly meeting, with a reason."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/pictures/{_written(agreement)}/{_written(year)}/adjust-picture",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def list_problems(
        self, *, as_of: str | None = None, after: str | None = None, limit: int | None = None
    ) -> PageOfProblem:
        """The problems, oldest first."""
        return cast(
            "PageOfProblem",
            self._send("GET", "/api/v1/problems", query={"as_of": as_of, "after": after, "limit": limit}).json(),
        )

    def propose(
        self, body: Propose, *, personal_data: Literal["checked", None] = None, idempotency_key: str | None = None
    ) -> Accepted:
        """Propose a problem with the evidence for it."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                "/api/v1/problems",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ).json(),
        )

    def read_problems(self, key: str, *, as_of: str | None = None) -> FoundOfProblem:
        """One of the problems, with its version as ETag."""
        return cast(
            "FoundOfProblem", self._send("GET", f"/api/v1/problems/{_written(key)}", query={"as_of": as_of}).json()
        )

    def add_evidence(
        self,
        key: str,
        body: AddEvidence,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Put more evidence to a problem."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/problems/{_written(key)}/add-evidence",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def value(
        self,
        key: str,
        body: ValueProblem,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Score a problem as one rater; a later score replaces the same rater's earlier one."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/problems/{_written(key)}/value",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def prioritise(
        self,
        key: str,
        body: Prioritise,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Choose the problem. It must have been valued first."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/problems/{_written(key)}/prioritise",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def set_aside(
        self,
        key: str,
        body: SetProblemAside,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Do not choose the problem, or not any more, and say why."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/problems/{_written(key)}/set-aside",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def analyse_causes(
        self,
        key: str,
        body: AnalyseCauses,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Record the cause analysis of a prioritised problem."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/problems/{_written(key)}/analyse-causes",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def reopen(
        self,
        key: str,
        body: Reopen,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Take up a problem that was closed or set aside."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/problems/{_written(key)}/reopen",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def close(
        self,
        key: str,
        body: Close,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """End work on a problem and say how it came out; also after its agreement has ended."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/problems/{_written(key)}/close",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def carry_over(
        self,
        key: str,
        body: CarryOver,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Take an open problem over to the agreement that succeeds its own, with the open actions that go on."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/problems/{_written(key)}/carry-over",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def adopt_plan(
        self,
        key: str,
        body: AdoptPlan,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Give a prioritised problem its one action plan."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/problems/{_written(key)}/adopt-plan",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def list_plans(self, *, as_of: str | None = None, after: str | None = None, limit: int | None = None) -> PageOfPlan:
        """The plans, oldest first."""
        return cast(
            "PageOfPlan",
            self._send("GET", "/api/v1/plans", query={"as_of": as_of, "after": after, "limit": limit}).json(),
        )

    def read_plans(self, key: str, *, as_of: str | None = None) -> FoundOfPlan:
        """One of the plans, with its version as ETag."""
        return cast("FoundOfPlan", self._send("GET", f"/api/v1/plans/{_written(key)}", query={"as_of": as_of}).json())

    def list_actions(
        self, *, as_of: str | None = None, after: str | None = None, limit: int | None = None
    ) -> PageOfAction:
        """The actions, oldest first."""
        return cast(
            "PageOfAction",
            self._send("GET", "/api/v1/actions", query={"as_of": as_of, "after": after, "limit": limit}).json(),
        )

    def commit(
        self, body: Commit, *, personal_data: Literal["checked", None] = None, idempotency_key: str | None = None
    ) -> Accepted:
        """Commit to an action of a problem's plan; the follow-up is planned now."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                "/api/v1/actions",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ).json(),
        )

    def read_actions(self, key: str, *, as_of: str | None = None) -> FoundOfAction:
        """One of the actions, with its version as ETag."""
        return cast(
            "FoundOfAction", self._send("GET", f"/api/v1/actions/{_written(key)}", query={"as_of": as_of}).json()
        )

    def start(
        self,
        key: str,
        body: Start,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Say that work has begun."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/actions/{_written(key)}/start",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def log_dose(
        self,
        key: str,
        body: LogDose,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Log what was carried out."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/actions/{_written(key)}/log-dose",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def change(
        self,
        key: str,
        body: Change,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Change the commitment, and say why."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/actions/{_written(key)}/change",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def do_not_start(
        self,
        key: str,
        body: DoNotStart,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Say that the action will not be started, and why; also after its agreement has ended."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/actions/{_written(key)}/do-not-start",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def cancel(
        self,
        key: str,
        body: Cancel,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Break off an action that has begun, and say why; also after its agreement has ended."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/actions/{_written(key)}/cancel",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def report_done(
        self,
        key: str,
        body: ReportDone,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Report the action as done, on a day up to the end of its agreement."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/actions/{_written(key)}/report-done",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def verify(
        self,
        key: str,
        body: Verify,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Verify that the action is done; the owner's own role cannot. Also after its agreement has ended."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/actions/{_written(key)}/verify",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def follow_up(
        self,
        key: str,
        body: FollowUp,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Follow up what was done, how it went, its hours, and whether it helped; also after its agreement has ended."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/actions/{_written(key)}/follow-up",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def list_promises(
        self, *, as_of: str | None = None, after: str | None = None, limit: int | None = None
    ) -> PageOfPromise:
        """The promises, oldest first."""
        return cast(
            "PageOfPromise",
            self._send("GET", "/api/v1/promises", query={"as_of": as_of, "after": after, "limit": limit}).json(),
        )

    def publish(
        self, body: Publish, *, personal_data: Literal["checked", None] = None, idempotency_key: str | None = None
    ) -> Accepted:
        """Publish a promise with its measures and the indicator it will be judged by."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                "/api/v1/promises",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ).json(),
        )

    def read_promises(self, key: str, *, as_of: str | None = None) -> FoundOfPromise:
        """One of the promises, with its version as ETag."""
        return cast(
            "FoundOfPromise", self._send("GET", f"/api/v1/promises/{_written(key)}", query={"as_of": as_of}).json()
        )

    def report_back(
        self,
        key: str,
        body: ReportBack,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Report back on every promised measure and on the outcome; also after its agreement has ended."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/promises/{_written(key)}/report-back",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def list_meetings(
        self, *, as_of: str | None = None, after: str | None = None, limit: int | None = None
    ) -> PageOfMeeting:
        """The meetings, oldest first."""
        return cast(
            "PageOfMeeting",
            self._send("GET", "/api/v1/meetings", query={"as_of": as_of, "after": after, "limit": limit}).json(),
        )

    def open_meeting(
        self, body: OpenMeeting, *, personal_data: Literal["checked", None] = None, idempotency_key: str | None = None
    ) -> Accepted:
        """Open the weekly meeting."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                "/api/v1/meetings",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ).json(),
        )

    def read_meetings(self, key: str, *, as_of: str | None = None) -> FoundOfMeeting:
        """One of the meetings, with its version as ETag."""
        return cast(
            "FoundOfMeeting", self._send("GET", f"/api/v1/meetings/{_written(key)}", query={"as_of": as_of}).json()
        )

    def attend(
        self,
        key: str,
        body: Attend,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Record the roles that take part."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/meetings/{_written(key)}/attend",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def decide(
        self,
        key: str,
        body: DecideAtMeeting,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Record a decision with its reason."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/meetings/{_written(key)}/decide",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def follow_up_decision(
        self,
        key: str,
        body: FollowUpDecision,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Note how it went with a decision of an earlier meeting; said again, the latest word holds."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/meetings/{_written(key)}/follow-up-decision",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def close_meeting(
        self,
        key: str,
        body: CloseMeeting,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Close the meeting and freeze its agenda."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/meetings/{_written(key)}/close-meeting",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def list_assessments(
        self, *, as_of: str | None = None, after: str | None = None, limit: int | None = None
    ) -> PageOfAssessment:
        """The assessments, oldest first."""
        return cast(
            "PageOfAssessment",
            self._send("GET", "/api/v1/assessments", query={"as_of": as_of, "after": after, "limit": limit}).json(),
        )

    def assess(self, body: AssessmentAsked) -> Assessed:
        """Assess a source, in a process of its own."""
        return cast("Assessed", self._send("POST", "/api/v1/assessments", body=body).json())

    def read_assessments(self, key: str, *, as_of: str | None = None) -> FoundOfAssessment:
        """One of the assessments, with its version as ETag."""
        return cast(
            "FoundOfAssessment",
            self._send("GET", f"/api/v1/assessments/{_written(key)}", query={"as_of": as_of}).json(),
        )

    def list_runs(self, *, as_of: str | None = None, after: str | None = None, limit: int | None = None) -> PageOfRun:
        """The runs, oldest first."""
        return cast(
            "PageOfRun",
            self._send("GET", "/api/v1/runs", query={"as_of": as_of, "after": after, "limit": limit}).json(),
        )

    def read_runs(self, key: str, *, as_of: str | None = None) -> FoundOfRun:
        """One of the runs, with its version as ETag."""
        return cast("FoundOfRun", self._send("GET", f"/api/v1/runs/{_written(key)}", query={"as_of": as_of}).json())

    def list_signals(
        self, *, as_of: str | None = None, after: str | None = None, limit: int | None = None
    ) -> PageOfSignal:
        """The signals, oldest first."""
        return cast(
            "PageOfSignal",
            self._send("GET", "/api/v1/signals", query={"as_of": as_of, "after": after, "limit": limit}).json(),
        )

    def read_signals(self, key: str, *, as_of: str | None = None) -> FoundOfSignal:
        """One of the signals, with its version as ETag."""
        return cast(
            "FoundOfSignal", self._send("GET", f"/api/v1/signals/{_written(key)}", query={"as_of": as_of}).json()
        )

    def judge(
        self,
        key: str,
        body: Judge,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Judge an alert: act, watch or dismiss, whether it was true, and why."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/signals/{_written(key)}/judge",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def list_reviews(
        self, *, as_of: str | None = None, after: str | None = None, limit: int | None = None
    ) -> PageOfReview:
        """The reviews, oldest first."""
        return cast(
            "PageOfReview",
            self._send("GET", "/api/v1/reviews", query={"as_of": as_of, "after": after, "limit": limit}).json(),
        )

    def read_reviews(self, key: str, *, as_of: str | None = None) -> FoundOfReview:
        """One of the reviews, with its version as ETag."""
        return cast(
            "FoundOfReview", self._send("GET", f"/api/v1/reviews/{_written(key)}", query={"as_of": as_of}).json()
        )

    def open_review(
        self,
        agreement: str,
        year: int,
        body: OpenReview,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Open the review of a year. It may be done after the agreement has ended: it looks back."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/reviews/{_written(agreement)}/{_written(year)}/open-review",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def adopt_review(
        self,
        agreement: str,
        year: int,
        body: AdoptReview,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Adopt the review for one party."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/reviews/{_written(agreement)}/{_written(year)}/adopt-review",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def list_weights(
        self, *, as_of: str | None = None, after: str | None = None, limit: int | None = None
    ) -> PageOfWeights:
        """The weights, oldest first."""
        return cast(
            "PageOfWeights",
            self._send("GET", "/api/v1/weights", query={"as_of": as_of, "after": after, "limit": limit}).json(),
        )

    def import_weights(
        self, body: ImportWeights, *, personal_data: Literal["checked", None] = None, idempotency_key: str | None = None
    ) -> Accepted:
        """Take in a set of weights, with what it is cited from."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                "/api/v1/weights",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ).json(),
        )

    def read_weights(self, key: str, *, as_of: str | None = None) -> FoundOfWeights:
        """One of the weights, with its version as ETag."""
        return cast(
            "FoundOfWeights", self._send("GET", f"/api/v1/weights/{_written(key)}", query={"as_of": as_of}).json()
        )

    def list_weightings(
        self, *, as_of: str | None = None, after: str | None = None, limit: int | None = None
    ) -> PageOfWeighting:
        """The weightings, oldest first."""
        return cast(
            "PageOfWeighting",
            self._send("GET", "/api/v1/weightings", query={"as_of": as_of, "after": after, "limit": limit}).json(),
        )

    def read_weightings(self, key: str, *, as_of: str | None = None) -> FoundOfWeighting:
        """One of the weightings, with its version as ETag."""
        return cast(
            "FoundOfWeighting", self._send("GET", f"/api/v1/weightings/{_written(key)}", query={"as_of": as_of}).json()
        )

    def freeze_weights(
        self,
        key: str,
        body: FreezeWeights,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Decide which weights an agreement goes by. It is decided once: figures before and after must compare."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/weightings/{_written(key)}/freeze-weights",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def list_forecasts(
        self, *, as_of: str | None = None, after: str | None = None, limit: int | None = None
    ) -> PageOfForecast:
        """The forecasts, oldest first."""
        return cast(
            "PageOfForecast",
            self._send("GET", "/api/v1/forecasts", query={"as_of": as_of, "after": after, "limit": limit}).json(),
        )

    def forecast(self, body: ForecastAsked) -> Forecasted:
        """Forecast a source, and score earlier forecasts, in a process of its own."""
        return cast("Forecasted", self._send("POST", "/api/v1/forecasts", body=body).json())

    def read_forecasts(self, key: str, *, as_of: str | None = None) -> FoundOfForecast:
        """One of the forecasts, with its version as ETag."""
        return cast(
            "FoundOfForecast", self._send("GET", f"/api/v1/forecasts/{_written(key)}", query={"as_of": as_of}).json()
        )

    def list_effects(
        self, *, as_of: str | None = None, after: str | None = None, limit: int | None = None
    ) -> PageOfEffects:
        """The effects, oldest first."""
        return cast(
            "PageOfEffects",
            self._send("GET", "/api/v1/effects", query={"as_of": as_of, "after": after, "limit": limit}).json(),
        )

    def effect(self, body: EffectAsked) -> Estimated:
        """Estimate whether an action helped, in a process of its own."""
        return cast("Estimated", self._send("POST", "/api/v1/effects", body=body).json())

    def read_effects(self, key: str, *, as_of: str | None = None) -> FoundOfEffects:
        """One of the effects, with its version as ETag."""
        return cast(
            "FoundOfEffects", self._send("GET", f"/api/v1/effects/{_written(key)}", query={"as_of": as_of}).json()
        )

    def list_backtests(
        self, *, as_of: str | None = None, after: str | None = None, limit: int | None = None
    ) -> PageOfModelCards:
        """The backtests, oldest first."""
        return cast(
            "PageOfModelCards",
            self._send("GET", "/api/v1/backtests", query={"as_of": as_of, "after": after, "limit": limit}).json(),
        )

    def backtest(self, body: BacktestAsked) -> Tried:
        """Try a source's forecasts on its own past, in a process of its own."""
        return cast("Tried", self._send("POST", "/api/v1/backtests", body=body).json())

    def read_backtests(self, key: str, *, as_of: str | None = None) -> FoundOfModelCards:
        """One of the backtests, with its version as ETag."""
        return cast(
            "FoundOfModelCards", self._send("GET", f"/api/v1/backtests/{_written(key)}", query={"as_of": as_of}).json()
        )

    def list_erasures(
        self, *, as_of: str | None = None, after: str | None = None, limit: int | None = None
    ) -> PageOfErasure:
        """The erasures, oldest first."""
        return cast(
            "PageOfErasure",
            self._send("GET", "/api/v1/erasures", query={"as_of": as_of, "after": after, "limit": limit}).json(),
        )

    def request_erasure(
        self,
        body: RequestErasure,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
    ) -> Accepted:
        """Ask for texts to be erased, on a legal basis. A second role decides."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                "/api/v1/erasures",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ).json(),
        )

    def read_erasures(self, key: str, *, as_of: str | None = None) -> FoundOfErasure:
        """One of the erasures, with its version as ETag."""
        return cast(
            "FoundOfErasure", self._send("GET", f"/api/v1/erasures/{_written(key)}", query={"as_of": as_of}).json()
        )

    def approve_erasure(
        self,
        key: str,
        body: ApproveErasure,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Approve an erasure that another role asked for. The texts are destroyed at once and cannot be brought back."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/erasures/{_written(key)}/approve-erasure",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def decline_erasure(
        self,
        key: str,
        body: DeclineErasure,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Accepted:
        """Decline an erasure, or withdraw one's own request, with a reason. The texts stay."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                f"/api/v1/erasures/{_written(key)}/decline-erasure",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
                body=body,
            ).json(),
        )

    def list_sharings(
        self, *, as_of: str | None = None, after: str | None = None, limit: int | None = None
    ) -> PageOfSharing:
        """The sharings, oldest first."""
        return cast(
            "PageOfSharing",
            self._send("GET", "/api/v1/sharings", query={"as_of": as_of, "after": after, "limit": limit}).json(),
        )

    def share(
        self,
        body: ServiceApiResourcesShare,
        *,
        personal_data: Literal["checked", None] = None,
        idempotency_key: str | None = None,
    ) -> Accepted:
        """Share what the police wrote with the municipality's readers, and say why."""
        return cast(
            "Accepted",
            self._send(
                "POST",
                "/api/v1/sharings",
                query={"personal_data": personal_data},
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ).json(),
        )

    def read_sharings(self, key: str, *, as_of: str | None = None) -> FoundOfSharing:
        """One of the sharings, with its version as ETag."""
        return cast(
            "FoundOfSharing", self._send("GET", f"/api/v1/sharings/{_written(key)}", query={"as_of": as_of}).json()
        )

    def view_rejected_rows(
        self,
        content: bytes,
        media_type: str = "text/csv",
        *,
        source: str,
        file_name: str | None = None,
        kind: Literal["counts", "incidents", "reports", "survey", "notices", None] = None,
        column: list[str] | None = None,
        new_names: bool | None = None,
    ) -> bytes:
        """The rows of a file that would not be taken in, to be mended; nothing is stored."""
        return self._send(
            "POST",
            "/api/v1/imports/rejected",
            query={"source": source, "file_name": file_name, "kind": kind, "column": column, "new_names": new_names},
            content=content,
            media_type=media_type,
        ).content

    def plan_effect(
        self, key: str, *, source: str | None = None, frequency: Literal["week", "month", None] = None
    ) -> Findable:
        """The smallest effect of an action that could be found, from the figures before its start."""
        return cast(
            "Findable",
            self._send(
                "GET", f"/api/v1/effects/{_written(key)}/plan", query={"source": source, "frequency": frequency}
            ).json(),
        )

    def need(
        self, *, source: str, frequency: Literal["week", "month", None] = None, as_of: str | None = None
    ) -> NeedOutcome:
        """The need that the latest forecast leads to expect beside the actions' hours, by district."""
        return cast(
            "NeedOutcome",
            self._send("GET", "/api/v1/need", query={"source": source, "frequency": frequency, "as_of": as_of}).json(),
        )

    def list_observations(
        self,
        *,
        source: str | None = None,
        kind: str | None = None,
        district: str | None = None,
        category: str | None = None,
        first: str | None = None,
        last: str | None = None,
        after: str | None = None,
        as_of: str | None = None,
        limit: int | None = None,
    ) -> Observations:
        """Observations, single or from files, latest day first."""
        return cast(
            "Observations",
            self._send(
                "GET",
                "/api/v1/observations",
                query={
                    "source": source,
                    "kind": kind,
                    "district": district,
                    "category": category,
                    "first": first,
                    "last": last,
                    "after": after,
                    "as_of": as_of,
                    "limit": limit,
                },
            ).json(),
        )

    def list_counts(
        self, *, source: str, frequency: Literal["week", "month"] | None = None, as_of: str | None = None
    ) -> ApiReadingCounts:
        """A source's counts per district, category and period."""
        return cast(
            "ApiReadingCounts",
            self._send(
                "GET", "/api/v1/counts", query={"source": source, "frequency": frequency, "as_of": as_of}
            ).json(),
        )

    def history(
        self,
        *,
        problem: str | None = None,
        action: str | None = None,
        district: str | None = None,
        agreement: str | None = None,
        actor: str | None = None,
        first: str | None = None,
        last: str | None = None,
        after: int | None = None,
        language: Literal["sv", "en"] | None = None,
        as_of: str | None = None,
        limit: int | None = None,
    ) -> Story:
        """The story, one sentence an event."""
        return cast(
            "Story",
            self._send(
                "GET",
                "/api/v1/history",
                query={
                    "problem": problem,
                    "action": action,
                    "district": district,
                    "agreement": agreement,
                    "actor": actor,
                    "first": first,
                    "last": last,
                    "after": after,
                    "language": language,
                    "as_of": as_of,
                    "limit": limit,
                },
            ).json(),
        )

    def position(self, *, day: str | None = None) -> Position:
        """The last event number, or the last one of a day."""
        return cast("Position", self._send("GET", "/api/v1/position", query={"day": day}).json())

    def export(self, *, after: int | None = None, as_of: str | None = None) -> Iterator[dict[str, Any]]:
        """Every event in its envelope, a JSON object a line."""
        return self._lines("GET", "/api/v1/export", query={"after": after, "as_of": as_of})

    def view_week(self, key: str, *, as_of: str | None = None) -> Week:
        """A week's meeting, and what is on its table."""
        return cast("Week", self._send("GET", f"/api/v1/views/weeks/{_written(key)}", query={"as_of": as_of}).json())

    def view_signal(self, key: str, *, as_of: str | None = None) -> SignalView:
        """A signal with its rule, its series, its likes, and how often such signals have been right."""
        return cast(
            "SignalView", self._send("GET", f"/api/v1/views/signals/{_written(key)}", query={"as_of": as_of}).json()
        )

    def view_track_record(self, *, source: str, district: str, category: str, as_of: str | None = None) -> TrackRecord:
        """How often signals have been right, by the verdicts on them."""
        return cast(
            "TrackRecord",
            self._send(
                "GET",
                "/api/v1/views/track-record",
                query={"source": source, "district": district, "category": category, "as_of": as_of},
            ).json(),
        )

    def view_series(
        self,
        *,
        source: str,
        district: str | None = None,
        category: str | None = None,
        frequency: Literal["week", "month", None] = None,
        as_of: str | None = None,
    ) -> Series:
        """A series with what was expected, its signals, actions, breaks and forecast, on one time axis."""
        return cast(
            "Series",
            self._send(
                "GET",
                "/api/v1/views/series",
                query={
                    "source": source,
                    "district": district,
                    "category": category,
                    "frequency": frequency,
                    "as_of": as_of,
                },
            ).json(),
        )

    def view_chain(self, *, as_of: str | None = None) -> Chain:
        """Every problem from its evidence to its follow-up, and where the chain is broken."""
        return cast("Chain", self._send("GET", "/api/v1/views/chain", query={"as_of": as_of}).json())

    def view_broken_links(self, *, as_of: str | None = None) -> BrokenLinks:
        """Where the chain from observation to follow-up is broken, and since when."""
        return cast("BrokenLinks", self._send("GET", "/api/v1/views/broken-links", query={"as_of": as_of}).json())

    def view_silent_reporters(self, *, week: str, as_of: str | None = None) -> list[SilentReporter]:
        """Who used to report and has fallen silent."""
        return cast(
            "list[SilentReporter]",
            self._send("GET", "/api/v1/views/silent-reporters", query={"week": week, "as_of": as_of}).json(),
        )

    def view_review(
        self,
        year: int,
        *,
        agreement: str | None = None,
        language: Literal["sv", "en"] | None = None,
        as_of: str | None = None,
    ) -> Book:
        """The book of a year: what was agreed, what was done, and whether it helped."""
        return cast(
            "Book",
            self._send(
                "GET",
                f"/api/v1/views/reviews/{_written(year)}",
                query={"agreement": agreement, "language": language, "as_of": as_of},
            ).json(),
        )

    def view_review_pdf(
        self,
        year: int,
        *,
        agreement: str | None = None,
        language: Literal["sv", "en"] | None = None,
        as_of: str | None = None,
    ) -> bytes:
        """The book of a year as PDF/UA-1."""
        return self._send(
            "GET",
            f"/api/v1/views/reviews/{_written(year)}/pdf",
            query={"agreement": agreement, "language": language, "as_of": as_of},
        ).content

    def view_review_docx(
        self,
        year: int,
        *,
        agreement: str | None = None,
        language: Literal["sv", "en"] | None = None,
        as_of: str | None = None,
    ) -> bytes:
        """The book of a year as a Word file."""
        return self._send(
            "GET",
            f"/api/v1/views/reviews/{_written(year)}/docx",
            query={"agreement": agreement, "language": language, "as_of": as_of},
        ).content

    def view_comparison(
        self,
        *,
        a: str | None = None,
        b: str | None = None,
        first: str | None = None,
        last: str | None = None,
        source: str | None = None,
        district: str | None = None,
        category: str | None = None,
        kind: Literal[
            "figures", "agreement", "review", "picture", "meeting", "problem", "action", "signal", "promise", None
        ] = None,
        as_of: str | None = None,
    ) -> Comparison:
        """Counts, decisions and states that differ between two moments, with the event that changed each."""
        return cast(
            "Comparison",
            self._send(
                "GET",
                "/api/v1/views/comparison",
                query={
                    "a": a,
                    "b": b,
                    "first": first,
                    "last": last,
                    "source": source,
                    "district": district,
                    "category": category,
                    "kind": kind,
                    "as_of": as_of,
                },
            ).json(),
        )

    def view_law_check(self, *, agreement: str | None = None, as_of: str | None = None) -> LawCheck:
        """Lag (2023:196) section by section: what the register shows of it, and what is lacking."""
        return cast(
            "LawCheck",
            self._send("GET", "/api/v1/views/law-check", query={"agreement": agreement, "as_of": as_of}).json(),
        )

    def view_handover(self, *, agreement: str | None = None, as_of: str | None = None) -> Handover:
        """The hand-over of an agreement to the next: the step that remains, what is decided, what is left."""
        return cast(
            "Handover",
            self._send("GET", "/api/v1/views/handover", query={"agreement": agreement, "as_of": as_of}).json(),
        )

    def proof_keys(self) -> str:
        """Public keys, a line each: the register's, then its witnesses'."""
        return self._send("GET", "/api/v1/proof/keys").text

    def proof_checkpoint(self, *, as_of: str | None = None) -> str:
        """The signed checkpoint of the history (C2SP), with the witnesses' signatures that are kept."""
        return self._send("GET", "/api/v1/proof/checkpoint", query={"as_of": as_of}).text

    def proof_checkpoints(self) -> list[Kept]:
        """The checkpoints that were kept, the latest hundred first, and who signed each."""
        return cast("list[Kept]", self._send("GET", "/api/v1/proof/checkpoints").json())

    def proof_request(self, *, since: int | None = None) -> str:
        """What a witness that has cosigned the first `since` events is asked to cosign now (C2SP tlog-witness)."""
        return self._send("GET", "/api/v1/proof/request", query={"since": since}).text

    def add_cosignature(self, content: bytes, media_type: str = "text/plain") -> None:
        """Keep a witness's signature under a checkpoint."""
        self._send("POST", "/api/v1/proof/cosignatures", content=content, media_type=media_type)

    def prove_event(self, gsn: int, *, size: int | None = None) -> Inclusion:
        """What shows that an event stands in the history."""
        return cast(
            "Inclusion", self._send("GET", f"/api/v1/proof/events/{_written(gsn)}", query={"size": size}).json()
        )

    def prove_chain(self, key: str, *, as_of: str | None = None) -> list[Inclusion]:
        """What shows that every event of a problem's chain stands in the history."""
        return cast(
            "list[Inclusion]",
            self._send("GET", f"/api/v1/proof/problems/{_written(key)}", query={"as_of": as_of}).json(),
        )

    def prove_consistency(self, *, old: int, new: int | None = None) -> Consistency:
        """What shows that the history still begins with the first events as they were."""
        return cast(
            "Consistency", self._send("GET", "/api/v1/proof/consistency", query={"old": old, "new": new}).json()
        )

    def list_events(
        self,
        *,
        after: int | None = None,
        topic: str | None = None,
        problem: str | None = None,
        district: str | None = None,
        limit: int | None = None,
    ) -> list[CloudEvent]:
        """The events after a cursor, as CloudEvents."""
        return cast(
            "list[CloudEvent]",
            self._send(
                "GET",
                "/api/v1/events",
                query={"after": after, "topic": topic, "problem": problem, "district": district, "limit": limit},
            ).json(),
        )

    def view_event_stream(
        self,
        *,
        after: int | None = None,
        topic: str | None = None,
        problem: str | None = None,
        district: str | None = None,
        last_event_id: str | None = None,
    ) -> Iterator[CloudEvent]:
        """The events after a cursor as server-sent events, and the new ones as they come."""
        return self._stream(
            "GET",
            "/api/v1/events/stream",
            query={"after": after, "topic": topic, "problem": problem, "district": district},
            headers={"Last-Event-ID": last_event_id},
        )

    def view_series_data(
        self,
        *,
        source: str,
        district: str | None = None,
        category: str | None = None,
        frequency: Literal["week", "month", None] = None,
        first: str | None = None,
        last: str | None = None,
        as_of: str | None = None,
    ) -> list[ViewSeriesDataRow]:
        """A source's figures with what was expected: a row for each district, category and period."""
        return cast(
            "list[ViewSeriesDataRow]",
            self._send(
                "GET",
                "/api/v1/data/series",
                query={
                    "source": source,
                    "district": district,
                    "category": category,
                    "frequency": frequency,
                    "first": first,
                    "last": last,
                    "as_of": as_of,
                },
            ).json(),
        )

    def view_series_data_file(
        self,
        *,
        source: str,
        format: Literal["csv", "parquet"],
        district: str | None = None,
        category: str | None = None,
        frequency: Literal["week", "month", None] = None,
        first: str | None = None,
        last: str | None = None,
        as_of: str | None = None,
    ) -> bytes:
        """A source's figures with what was expected: a row for each district, category and period. As a file."""
        return self._send(
            "GET",
            "/api/v1/data/series",
            query={
                "source": source,
                "district": district,
                "category": category,
                "frequency": frequency,
                "first": first,
                "last": last,
                "as_of": as_of,
                "format": format,
            },
        ).content

    def view_assessment_data(
        self,
        *,
        source: str,
        first: str | None = None,
        last: str | None = None,
        assessment: str | None = None,
        as_of: str | None = None,
    ) -> list[ViewAssessmentDataRow]:
        """What assessments found: a row for each district and category of each period's latest run."""
        return cast(
            "list[ViewAssessmentDataRow]",
            self._send(
                "GET",
                "/api/v1/data/assessments",
                query={"source": source, "first": first, "last": last, "assessment": assessment, "as_of": as_of},
            ).json(),
        )

    def view_assessment_data_file(
        self,
        *,
        source: str,
        format: Literal["csv", "parquet"],
        first: str | None = None,
        last: str | None = None,
        assessment: str | None = None,
        as_of: str | None = None,
    ) -> bytes:
        """What assessments found: a row for each district and category of each period's latest run. As a file."""
        return self._send(
            "GET",
            "/api/v1/data/assessments",
            query={
                "source": source,
                "first": first,
                "last": last,
                "assessment": assessment,
                "as_of": as_of,
                "format": format,
            },
        ).content

    def view_district_data(
        self,
        *,
        division: str | None = None,
        source: str | None = None,
        schematic: bool | None = None,
        as_of: str | None = None,
    ) -> dict[str, Any]:
        """A division's districts with their outlines and what the latest assessment of a source found."""
        return cast(
            "dict[str, Any]",
            self._send(
                "GET",
                "/api/v1/data/districts.geojson",
                query={"division": division, "source": source, "schematic": schematic, "as_of": as_of},
            ).json(),
        )

    def view_statistics_data(
        self, *, source: str, frequency: Literal["week", "month", None] = None, as_of: str | None = None
    ) -> dict[str, Any]:
        """A source's counts and expectations as JSON-stat 2.0, which tools for PxWeb read."""
        return cast(
            "dict[str, Any]",
            self._send(
                "GET", "/api/v1/data/statistics.json", query={"source": source, "frequency": frequency, "as_of": as_of}
            ).json(),
        )

    def list_webhooks(self) -> list[WebhookShown]:
        """The webhooks, the oldest first."""
        return cast("list[WebhookShown]", self._send("GET", "/api/v1/webhooks").json())

    def keep_webhook(self, body: WebhookAsked) -> WebhookSecret:
        """Keep a webhook; the answer tells its secret, this once."""
        return cast("WebhookSecret", self._send("POST", "/api/v1/webhooks", body=body).json())

    def read_webhook(self, key: str) -> WebhookShown:
        """One webhook."""
        return cast("WebhookShown", self._send("GET", f"/api/v1/webhooks/{_written(key)}").json())

    def change_webhook(self, key: str, body: WebhookAsked) -> WebhookShown:
        """Another address or other events: all that it is to be from now on; its secret stays."""
        return cast("WebhookShown", self._send("POST", f"/api/v1/webhooks/{_written(key)}/change", body=body).json())

    def pause_webhook(self, key: str) -> WebhookShown:
        """Send nothing more until it is resumed; what waits is given up."""
        return cast("WebhookShown", self._send("POST", f"/api/v1/webhooks/{_written(key)}/pause").json())

    def resume_webhook(self, key: str) -> WebhookShown:
        """Send again, what happens from now on."""
        return cast("WebhookShown", self._send("POST", f"/api/v1/webhooks/{_written(key)}/resume").json())

    def rotate_webhook(self, key: str) -> WebhookSecret:
        """A new secret, told this once; the old one signs too for 24 hours."""
        return cast("WebhookSecret", self._send("POST", f"/api/v1/webhooks/{_written(key)}/rotate").json())

    def test_webhook(self, key: str) -> TrialSent:
        """Send a trial of type `test`, by the same way as everything else."""
        return cast("TrialSent", self._send("POST", f"/api/v1/webhooks/{_written(key)}/test").json())

    def end_webhook(self, key: str) -> None:
        """Forget a webhook; what waits for it is not sent."""
        self._send("POST", f"/api/v1/webhooks/{_written(key)}/end")

    def list_webhook_deliveries(self, key: str, *, limit: int | None = None) -> list[Delivery]:
        """What was sent to a webhook and what waits, the latest first."""
        return cast(
            "list[Delivery]",
            self._send("GET", f"/api/v1/webhooks/{_written(key)}/deliveries", query={"limit": limit}).json(),
        )

    def read_subscription(self) -> Subscription:
        """What the own account subscribes to."""
        return cast("Subscription", self._send("GET", "/api/v1/subscription").json())

    def keep_subscription(self, body: SubscriptionAsked) -> Subscription:
        """Begin the own account's subscription, or change it; what happened before it began is not told."""
        return cast("Subscription", self._send("PUT", "/api/v1/subscription", body=body).json())

    def end_subscription(self) -> None:
        """End the own account's subscription, and forget its address."""
        self._send("DELETE", "/api/v1/subscription")

    def list_deliveries(
        self, *, standing: Literal["waiting", "sent", "dead", None] = None, limit: int | None = None
    ) -> Deliveries:
        """Mails and webhooks: to whom, about what and how it went, never what they say; the latest first."""
        return cast(
            "Deliveries", self._send("GET", "/api/v1/deliveries", query={"standing": standing, "limit": limit}).json()
        )

    def retry_delivery(self, key: str) -> None:
        """Try a dead letter anew, under the same id."""
        self._send("POST", f"/api/v1/deliveries/{_written(key)}/again")

    def _send(self, method: str, path: str, **asked: Any) -> httpx.Response:
        request = self._request(method, path, **asked)
        for _ in range(TRIES - 1):
            response = self._http.send(request)
            wait = _wait(response)
            if wait is None:
                return _checked(response)
            time.sleep(wait)
        return _checked(self._http.send(request))

    def _request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str | None] | None = None,
        body: Any = None,
        content: bytes | None = None,
        media_type: str = "",
    ) -> httpx.Request:
        given = {name: value for name, value in (headers or {}).items() if value is not None}
        given |= {"Content-Type": media_type} if content is not None else {}
        params = {name: value for name, value in (query or {}).items() if value is not None}
        return self._http.build_request(method, path, params=params, headers=given, json=body, content=content)

    def _open(self, method: str, path: str, **asked: Any) -> AbstractContextManager[httpx.Response]:
        request = self._request(method, path, **asked)
        return self._http.stream(method, request.url, headers=request.headers)

    def _lines(self, method: str, path: str, **asked: Any) -> Iterator[dict[str, Any]]:
        """A JSON object a line, as they come."""
        with self._open(method, path, **asked) as response:
            _read_if_refused(response)
            yield from (json.loads(line) for line in response.iter_lines() if line)

    def _stream(self, method: str, path: str, **asked: Any) -> Iterator[CloudEvent]:
        """The events as they come, until the server ends the stream: then go on after the last one's id."""
        with self._open(method, path, **asked) as response:
            _read_if_refused(response)
            for line in response.iter_lines():
                if line.startswith("data: "):
                    yield cast("CloudEvent", json.loads(line.removeprefix("data: ")))


def _written(value: object) -> str:
    """As a part of a path."""
    return quote(str(value), safe="")


def _wait(response: httpx.Response) -> float | None:
    """Seconds until the request may be sent again; None if it may not, or need not."""
    safe = response.request.method == "GET" or "Idempotency-Key" in response.request.headers
    after = response.headers.get("Retry-After", "")
    if response.status_code not in (429, 503) or not safe or not after.isdigit() or int(after) > LONGEST_WAIT:
        return None
    return float(after)


def _read_if_refused(response: httpx.Response) -> None:
    if response.is_error:
        response.read()
        _checked(response)


def _checked(response: httpx.Response) -> httpx.Response:
    """The response, or the problem that it tells of."""
    if response.is_success:
        return response
    try:
        told = response.json()
    except ValueError:
        told = {}
    raise Problem(response.status_code, told if isinstance(told, dict) else {})
