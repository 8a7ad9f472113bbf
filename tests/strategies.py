"""Histories that could have been: plausible commands on few keys, day after day, of which many are accepted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol, TypeVar

from hypothesis import strategies as st

from domain.action import Action, Plan, Progress
from domain.agreement import Agreement
from domain.catalogue import Division, Source
from domain.core import Actor, Asked, Command, Event, Refused
from domain.erasure import Erasure
from domain.file_import import FileImport
from domain.forecast import Forecast
from domain.meeting import Meeting
from domain.observation import Observation
from domain.period import containing, last_day
from domain.picture import Picture, picture_key
from domain.problem import CRITERIA, Problem, Standing
from domain.promise import Promise
from domain.register import COMMANDS
from domain.review import Review
from domain.signal import Assessment, Signal
from domain.weights import Weights
from tests.given import (
    AGREEMENT,
    ASSESS,
    CITY,
    COMMIT,
    COMMITTED,
    DIVISION,
    EST,
    EXTRACT,
    FINDING,
    FOLLOW_UP,
    FORECAST,
    IMPORT_WEIGHTS,
    OWNER,
    POLICE,
    RECORD_BACKTEST,
    RECORD_EFFECT,
    REPORT,
    SCORE,
    SIGN,
    TAKE_IN,
    Scene,
    given,
)

T = TypeVar("T")
Fields = dict[str, Any]
ROLES = ("samordnare", "kommunpolis", "områdesutvecklare", "controller")
PLACES = ("centrum", "raby", "backby", "bjurhovda")
CATEGORIES = ("personran", "skadegorelse", "klotter")
BEGUN = date(2020, 2, 24)


class Pick(Protocol):
    """Chooses one of several."""

    def __call__(self, options: Sequence[T], /) -> T: ...


@dataclass(frozen=True)
class Told:
    """A command with its circumstances, and what it came to."""

    command: Command
    asked: Asked
    answer: Sequence[tuple[str, Event]] | Refused

    @property
    def accepted(self) -> bool:
        """Whether the rules allowed it."""
        return not isinstance(self.answer, Refused)


class Imagination:
    """Thinks of one command after another; day by day, and mostly of what could follow."""

    def __init__(self, pick: Pick) -> None:
        self.pick = pick
        self.told: list[Told] = []
        self.apt = True
        self.scene: Scene = given(*COMMITTED)
        self.scene.today = BEGUN

    def next(self) -> Told:
        """Ask for something, on the same day or some days later."""
        self.scene.today += timedelta(days=self.pick((0, 0, 1, 3, 7)))
        role = self.pick(ROLES)
        account = f"konto-{ROLES.index(role)}"
        self.scene.by = Actor(account=account, role=role, organisation=self.pick((CITY, POLICE)))
        command = self._think()
        answer = self.scene.when(command).answer
        self.told.append(Told(command, Asked(self.scene.by, self.scene.today), answer))
        return self.told[-1]

    def _think(self) -> Command:
        """Something apt; after a few thoughts that are not, whatever comes."""
        for _ in range(8):
            self.apt, name = True, self.pick(NAMES)
            fields = THOUGHTS[name](self)
            if self.apt:
                break
        return COMMANDS[name].model_validate(fields)

    @property
    def number(self) -> int:
        """How many commands were asked before this one."""
        return len(self.told)

    @property
    def day(self) -> date:
        """Today or shortly before; seldom tomorrow."""
        return self.scene.today + timedelta(days=self.pick((0, 0, 0, 0, 0, 0, 0, 0, -2, 1)))

    @property
    def words(self) -> str:
        """Some text, also with what is awkward to store."""
        return self.pick(("Fler rapporter.", "Det är mörkt.", "”Citat” & {klammer} \\ 🙂\nny rad"))

    @property
    def district(self) -> str:
        """Mostly one in use."""
        return self.pick(PLACES)

    def some(self, prefix: str) -> str:
        """One of a few keys."""
        return f"{prefix}{self.pick(range(1, 5))}"

    def new(self, prefix: str) -> str:
        """Mostly a key that is not taken."""
        return self.pick((f"{prefix}{self.number}", f"{prefix}{self.number}", self.some(prefix)))

    def there(self, kind: type[Any], prefix: str, fits: Callable[[Any], bool] = lambda _: True) -> str:
        """The key of a state that fits where there is one, seldom another."""
        states: Mapping[str, Any] = self.scene.register.states[kind.KIND]
        fitting = tuple(key for key, state in states.items() if fits(state))
        self.apt = self.apt and bool(fitting)
        return self.pick((*fitting * 3, self.some(prefix))) if fitting else self.some(prefix)

    def problem(self, *standing: Standing) -> str:
        """A problem that stands there."""
        return self.there(Problem, "p", lambda state: state.standing in standing)

    def valued(self) -> str:
        """A problem that could be prioritised."""
        return self.there(Problem, "p", lambda s: s.standing in ("proposed", "set aside") and bool(s.valuations))

    def planned(self) -> str:
        """A prioritised problem with its plan."""
        plans = self.scene.register.states[Plan.KIND]
        states = self.scene.register.states[Problem.KIND]
        ready = tuple(key for key in plans if states[key].standing == "prioritised")
        self.apt = self.apt and bool(ready)
        return self.pick(ready or ("p1",))

    def action(self, *progress: Progress) -> str:
        """An action that has come so far."""
        return self.there(Action, "a", lambda state: state.progress in progress)

    def observation(self) -> str:
        """An observation that counts."""
        return self.there(Observation, "o", lambda state: not state.withdrawn)

    def meeting(self) -> str:
        """A meeting that goes on."""
        return self.there(Meeting, "m", lambda state: not state.closed)

    def content(self) -> Fields:
        """What somebody saw or said."""
        report = {
            **REPORT.model_dump(),
            "district": self.district,
            "occurred_on": self.day,
            "text": self.words,
        }
        dialogue = {
            "kind": "staff dialogue",
            "held_on": self.day,
            "organisation": CITY,
            "districts": (self.district,),
            "text": self.words,
        }
        survey = {
            "kind": "survey result",
            "indicator": "otrygg",
            "wave": "2020",
            "fielded_on": self.day,
            "value": self.pick((30.5, 12.0, 1e-7)),
            "n": 200,
            "method": "enkät",
        }
        return self.pick((report, report, dialogue, survey))  # fmt: skip

    def evidence(self) -> tuple[Fields, ...]:
        """What a problem may rest on."""
        seen = {"kind": "observation", "ref": self.observation()}
        return (self.pick((seen, {"kind": "document", "ref": "skrivelse", "note": self.words})),)

    def finding(self) -> Fields:
        """A statement of a picture."""
        return {**FINDING.model_dump(), "key": self.some("f"), "words": self.words}

    def pictured(self, fits: Callable[[Picture], object]) -> str:
        """The agreement, aptly where its picture of the year has come so far."""
        picture = self.scene.register.find(Picture, picture_key(AGREEMENT, 2020))
        self.apt = self.apt and picture is not None and bool(fits(picture))
        return AGREEMENT

    def reviewed(self) -> str:
        """The agreement, aptly where a review is open."""
        self.apt = self.apt and bool(self.scene.register.states[Review.KIND])
        return AGREEMENT

    def ending(self) -> str:
        """The agreement, aptly when much has happened."""
        self.apt = self.apt and self.number > 25
        return AGREEMENT

    def past(self) -> str:
        """The month of some day not long ago."""
        return containing(self.scene.today - timedelta(days=self.pick((31, 45, 60, 90, 120))), "month")

    def unfrozen(self) -> str:
        """The agreement, aptly when a set of weights is there to be decided on."""
        self.apt = self.apt and bool(self.scene.register.states[Weights.KIND])
        return AGREEMENT

    def promised(self) -> tuple[str, int]:
        """A promise to report back, and how many measures it has."""
        key = self.there(Promise, "l", lambda state: state.reported is None)
        state = self.scene.register.find(Promise, key)
        return key, len(state.measures) if state else 1


def _sign(i: Imagination) -> Fields:
    first = i.scene.today.replace(day=1) + timedelta(days=i.pick((31, 1200)))
    ended = i.scene.now(Agreement, AGREEMENT).ended_on
    if ended is not None:  # then the next one begins at once
        first = ended + timedelta(days=1)
    i.apt = i.apt and (ended is not None or i.pick((True, False, False, False)))
    return {
        **dict(SIGN), "agreement": i.new("avtal-"), "first_day": first, "last_day": first + timedelta(days=900),
        "signed_on": i.day,
    }  # fmt: skip


def _taken_in(i: Imagination) -> Fields:
    changes = i.scene.now(Source, EXTRACT).changes
    sha = f"{i.pick((i.number, i.number, 1)):064x}"
    return {**dict(TAKE_IN), "sha256": sha, "compared_at": i.pick((changes, changes, changes, 0))}


def _assessed(i: Imagination) -> Fields:
    day = i.scene.today - timedelta(days=i.pick((7, 14, 21, 28)))
    year, week, _ = day.isocalendar()
    return {**dict(ASSESS), "period": f"{year}-W{week:02d}"}


def _run(i: Imagination) -> Fields:
    return {"period": i.past(), "assessments": (i.there(Assessment, "a"),), "number": i.pick((1, 1, 1, 2))}


def _forecast(i: Imagination) -> Fields:
    return {**dict(FORECAST), "origin": i.past()}


def _score(i: Imagination) -> Fields:
    today = i.scene.today
    key = i.there(Forecast, "f", lambda s: any(p < containing(today, "month") for p in s.periods if p not in s.scored))
    state = i.scene.register.find(Forecast, key)
    return {**dict(SCORE), "forecast": key, "period": i.pick(state.periods) if state else "2020-02"}


def _effect(i: Imagination) -> Fields:
    month = i.past()
    action = i.there(Action, "a", lambda state: state.started_on is not None and state.started_on <= last_day(month))
    return {**dict(RECORD_EFFECT), "action": action, "first": month, "last": month}


def _promise(i: Imagination) -> Fields:
    return {
        "promise": i.new("l"), "on": i.day, "agreement": AGREEMENT, "title": "Löfte", "words": i.words,
        "first_day": i.scene.today, "last_day": i.scene.today + timedelta(days=180), "indicator": "Anmälda rån.",
        "measures": ({"what": "Vandra", "action": i.there(Action, "a")}, {"what": i.words})[: i.pick((1, 2))],
    }  # fmt: skip


def _reported_back(i: Imagination) -> Fields:
    key, number = i.promised()
    answers = tuple({"done": i.pick(("yes", "partly", "no")), "words": i.words} for _ in range(number))
    return {"promise": key, "on": i.day, "measures": answers, "outcome": "not known", "words": i.words}


def _succeeded(i: Imagination) -> Fields:
    ended = i.there(Agreement, "avtal-", lambda state: state.ended_on is not None and state.successor is None)
    successor = i.there(Agreement, "avtal-", lambda state: state.ended_on is None)
    return {"agreement": ended, "on": i.day, "successor": successor}


def _carried(i: Imagination) -> Fields:
    """An open problem of an agreement that has been succeeded, with the actions that are open in it."""
    agreements: Mapping[str, Agreement] = i.scene.register.states[Agreement.KIND]
    following = {key: state.successor for key, state in agreements.items() if state.successor}
    actions: Mapping[str, Action] = i.scene.register.states[Action.KIND]
    worked_on = {one.problem for one in actions.values() if one.open}
    ready = {key: p for key, p in i.scene.register.states[Problem.KIND].items() if p.agreement in following}
    ready = {key: p for key, p in ready.items() if p.standing != "closed"}
    i.apt = i.apt and bool(ready)
    problem = i.pick((*(key for key in ready if key in worked_on), *ready, "p1"))
    found = ready.get(problem)
    return {
        "problem": problem, "on": i.day, "reason": i.words,
        "successor": following.get(found.agreement, AGREEMENT) if found else AGREEMENT,
        "actions": tuple(key for key, one in actions.items() if one.problem == problem and one.open),
    }  # fmt: skip


def _rank(i: Imagination) -> Fields:
    return {"problem": i.valued(), "on": i.day, "reason": i.words, "rank": i.pick((None, 1, 2))}


THOUGHTS: Mapping[str, Callable[[Imagination], Fields]] = {
    "sign": _sign,
    "amend": lambda i: {
        "agreement": AGREEMENT, "on": i.day, "reason": i.words, "items": {"goals": i.words},
        "last_day": i.pick((None, date(2023, 6, 30), date(2024, 6, 30))),
    },
    "end": lambda i: {
        "agreement": i.ending(), "on": i.day, "reason": i.words,
    },
    "succeed": _succeeded,
    "publish-division": lambda i: {
        "division": i.new("d"), "name": "Delar", "on": i.day, "districts": ({"key": "norr", "name": "Norr"},),
    },
    "revise-division": lambda i: {
        "division": DIVISION, "on": i.day, "reason": i.words, "retired": i.pick(((), (), (i.district,))),
        "districts": ({"key": i.district, "name": f"Namn {i.number}"},),
    },
    "map-division": lambda i: {
        "division": i.there(Division, "d", lambda state: "norr" in state.districts), "on": i.day, "to": DIVISION,
        "method": i.words,
        "shares": ({"origin": "norr", "destination": i.district, "share": i.pick((1, 1, 0.5))},),
    },
    "draw-division": lambda i: {
        "division": i.pick((DIVISION, DIVISION, "ingen")), "on": i.day, "source": i.words,
        "schematic": i.pick((True, False)),
        "outlines": {i.district: (((0, 0), (i.pick((1, 200)), 0), (i.pick((0, 1)), i.pick((0, 1)))),)},
    },
    "publish-categories": lambda i: {
        "on": i.day, "reason": i.words, "categories": ({"key": i.pick(CATEGORIES), "name": f"Namn {i.number}"},),
    },
    "register-source": lambda i: {
        "source": i.new("s"), "name": "Källa", "owner": CITY, "use": "context", "division": DIVISION,
    },
    "request-erasure": lambda i: {
        "erasure": i.new("e"), "on": i.day, "legal_basis": "artikel 17", "reason": f"Skälet är {i.words}",
        "texts": ({"gsn": 1, "id": i.pick("abc") * 43},),
    },
    "approve-erasure": lambda i: {
        "erasure": i.there(Erasure, "e", lambda state: state.standing == "requested"), "on": i.day,
    },
    "decline-erasure": lambda i: {
        "erasure": i.there(Erasure, "e", lambda state: state.standing == "requested"), "on": i.day, "reason": i.words,
    },
    "share": lambda i: {"what": "observation", "key": i.observation(), "on": i.day, "reason": i.words},
    "remember-columns": lambda i: {"source": EST, "kind": "reports", "columns": {"day": i.some("kolumn ")}},
    "declare-break": lambda i: {"source": EST, "on": i.day, "reason": i.words},
    "observe": lambda i: {"observation": i.new("o"), "source": EST, "content": i.content()},
    "correct": lambda i: {"observation": i.observation(), "content": i.content(), "reason": i.words},
    "withdraw": lambda i: {"observation": i.observation(), "reason": i.words},
    "take-in": _taken_in,
    "withdraw-file": lambda i: {
        "file_import": i.there(FileImport, "f", lambda state: not state.withdrawn), "reason": i.words,
    },
    "make-own-picture": lambda i: {
        "agreement": AGREEMENT, "year": 2020, "on": i.day, "findings": (i.finding(),),
        "party": "police" if i.scene.by.organisation == POLICE else "municipality",
    },
    "define-joint-picture": lambda i: {
        "agreement": i.pictured(lambda state: len(state.own) == 2 and not state.joint), "year": 2020, "on": i.day,
        "findings": (i.finding(),),
    },
    "adjust-picture": lambda i: {
        "agreement": i.pictured(lambda state: state.joint), "year": 2020, "on": i.day, "reason": i.words,
        "findings": (i.finding(),), "dropped": i.pick(((), ("f1",))),
    },
    "propose": lambda i: {
        "problem": i.new("p"), "on": i.day, "agreement": AGREEMENT, "title": "Rån", "description": i.words,
        "places": ({"division": DIVISION, "district": i.district},), "categories": ("personran",),
        "evidence": i.evidence(),
    },
    "add-evidence": lambda i: {
        "problem": i.problem("proposed", "prioritised"), "on": i.day, "evidence": i.evidence(),
    },
    "value": lambda i: {
        "problem": i.problem("proposed"), "on": i.day, "rater": i.pick(ROLES),
        "scores": {i.pick(CRITERIA): i.pick((0, 2, 4))},
    },
    "prioritise": _rank,
    "set-aside": lambda i: {
        "problem": i.problem("proposed", "prioritised"), "on": i.day, "reason": i.pick((i.words, i.words, "")),
    },
    "analyse-causes": lambda i: {
        "problem": i.problem("prioritised"), "on": i.day, "method": i.words,
        "causes": ({"side": "victim", "cause": i.words, "finding": "rejected", "ground": i.words},),
    },
    "close": lambda i: {"problem": i.problem("prioritised"), "on": i.day, "reason": i.words, "outcome": "reduced"},
    "carry-over": _carried,
    "reopen": lambda i: {"problem": i.problem("closed", "set aside"), "on": i.day, "reason": i.words},
    "adopt-plan": lambda i: {"problem": i.problem("prioritised"), "on": i.day, "aim": i.words, "owner": OWNER},
    "commit": lambda i: {
        **dict(COMMIT), "action": i.new("a"), "problem": i.planned(), "on": i.day,
        "due": date(2022, 1, 1), "follow_up": {**dict(COMMIT.follow_up), "on": date(2022, 6, 1)},
    },
    "start": lambda i: {"action": i.action("committed"), "on": i.day},
    "log-dose": lambda i: {
        "action": i.action("started"), "on": i.day, "amount": i.pick((1, 0.1)), "unit": "pass",
        "hours": i.pick((0, 2.7)),
    },
    "change": lambda i: {
        "action": i.action("committed", "started"), "on": i.day, "reason": i.words,
        "owner": {"role": i.pick(ROLES), "organisation": CITY},
    },
    "do-not-start": lambda i: {"action": i.action("committed"), "on": i.day, "reason": i.words},
    "cancel": lambda i: {"action": i.action("started"), "on": i.day, "reason": i.words},
    "report-done": lambda i: {"action": i.action("started"), "on": i.day, "note": i.pick((None, i.words))},
    "verify": lambda i: {"action": i.action("reported done"), "on": i.day, "how": i.words},
    "follow-up": lambda i: {
        **dict(FOLLOW_UP), "action": i.action("reported done", "verified done", "cancelled"), "on": i.day,
    },
    "publish": _promise,
    "report-back": _reported_back,
    "open-meeting": lambda i: {"meeting": i.new("m"), "agreement": AGREEMENT, "on": i.day},
    "attend": lambda i: {"meeting": i.meeting(), "attendees": ({"role": i.pick(ROLES), "organisation": CITY},)},
    "decide": lambda i: {
        "meeting": i.meeting(), "what": i.words, "reason": i.words, "due": i.pick((None, i.day)),
        "problem": i.pick((None, i.there(Problem, "p"))),
    },
    "follow-up-decision": lambda i: {
        "meeting": i.meeting(), "earlier": i.there(Meeting, "m", lambda state: bool(state.decisions)), "number": 1,
        "outcome": i.pick(("done", "ongoing", "not done")), "comment": i.pick((None, i.words)),
    },
    "close-meeting": lambda i: {"meeting": i.meeting(), "agenda": ({"title": "Läget", "lines": (i.words,)},)},
    "record-assessment": _assessed,
    "judge": lambda i: {
        "signal": i.there(Signal, "sig"), "on": i.day, "response": "watch", "finding": i.pick(("open", "false")),
        "reason": i.words,
    },
    "import-weights": lambda i: {**dict(IMPORT_WEIGHTS), "weight_set": i.new("v"), "on": i.day},
    "freeze-weights": lambda i: {
        "agreement": i.unfrozen(), "weight_set": i.there(Weights, "v"), "on": i.day, "reason": i.words,
        "dissent": i.pick((None, i.words)),
    },
    "record-forecast": _forecast,
    "record-score": _score,
    "record-effect": _effect,
    "record-backtest": lambda i: {**dict(RECORD_BACKTEST), "data_gsn": i.scene.register.position, "last": i.past()},
    "open-review": lambda i: {
        "agreement": AGREEMENT, "year": i.pick((2019, 2020, 2021)), "on": i.day,
        "as_known_at": i.scene.register.position,
    },
    "adopt-review": lambda i: {
        "agreement": i.reviewed(), "year": i.pick((2019, 2020)), "on": i.day, "learnt": i.words,
        "party": i.pick(("municipality", "police")),
    },
    "record-run": _run,
}  # fmt: skip


SELDOM = (
    "amend", "publish-division", "draw-division", "register-source", "remember-columns",
    "declare-break", "revise-division", "publish-categories", "take-in", "record-assessment", "open-review",
    "record-run", "import-weights", "record-forecast", "record-score", "record-effect", "record-backtest",
)  # fmt: skip
OFTEN = ("sign", "succeed", "carry-over", "follow-up-decision", "decide", "adjust-picture")  # apt late only
NAMES = tuple(name for name in THOUGHTS for _ in range(1 if name in SELDOM else 8 if name in OFTEN else 4))


def history(pick: Pick, length: int) -> Imagination:
    """So many commands, asked one after another."""
    imagined = Imagination(pick)
    for _ in range(length):
        imagined.next()
    return imagined


@st.composite
def histories(draw: st.DrawFn, most: int = 40) -> Scene:
    """A founded register after some imagined commands."""
    return history(lambda options: draw(st.sampled_from(options)), draw(st.integers(1, most))).scene


@st.composite
def interleavings(draw: st.DrawFn, scene: Scene) -> list[int]:
    """Another order of a history's events, in which each stream keeps its own."""
    waiting: dict[str, list[int]] = {}
    for place, recorded in enumerate(scene.history):
        waiting.setdefault(recorded.stream, []).append(place)
    order = []
    while waiting:
        stream = draw(st.sampled_from(sorted(waiting)))
        order.append(waiting[stream].pop(0))
        if not waiting[stream]:
            del waiting[stream]
    return order
