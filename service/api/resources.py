"""Every lifecycle of the domain as a resource: read it, create it, act on it. One table, a handler a command."""

# Handlers are made in functions, with annotations that hold the command at hand: they must be real objects, so this
# module does not postpone the evaluation of annotations.
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast, get_origin
from uuid import uuid4

import structlog
from litestar import Response, Router, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody
from pydantic import BaseModel, create_model

from domain import (
    action,
    agreement,
    catalogue,
    computed,
    erasure,
    file_import,
    forecast,
    handover,
    meeting,
    observation,
    picture,
    problem,
    promise,
    review,
    run,
    sharing,
    signal,
    weights,
)
from domain.core import Command, Value, must_exist
from domain.register import STATES
from service.api.answers import OF_THE_RECORD
from service.api.asking import AsOf, By, IdempotencyKey, IfMatch, Limit, Who, expected
from service.api.personal import PersonalData
from service.api.problems import documented
from service.changing import check_change
from service.erasing import check_reason
from service.moments import register_at
from service.personal_check import check as check_personal_data
from service.register import Answer, LiveRegister
from service.settings import Settings

T = TypeVar("T")
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A state with its key and version; the version is also its ETag."""

    key: str
    version: int
    state: T


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of a collection, oldest first. next: pass it as `after` for what follows; None at the end."""

    items: tuple[Found[T], ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Accepted:
    """A command that was accepted: the resource's key and version, and where its events stand in the history."""

    key: str
    version: int
    first_gsn: int
    last_gsn: int
    repeated: bool


@dataclass(frozen=True, slots=True)
class Resource:
    """A collection. create takes its key from the body or draws one; keyed: fields of the path in place of a key."""

    path: str
    state: type[Any]
    field: str
    create: type[Command] | None = None
    acts: Sequence[type[Command]] = ()
    keyed: tuple[str, ...] = ()


RESOURCES = (
    Resource("agreements", agreement.Agreement, "agreement", agreement.Sign,
             (agreement.Amend, agreement.End, agreement.Succeed)),
    Resource("divisions", catalogue.Division, "division", catalogue.PublishDivision,
             (catalogue.ReviseDivision, catalogue.MapDivision, catalogue.DrawDivision)),
    Resource("categories", catalogue.Categories, "", catalogue.PublishCategories),
    Resource("sources", catalogue.Source, "source", catalogue.RegisterSource,
             (catalogue.RememberColumns, catalogue.DeclareBreak)),
    Resource("reports", observation.Observation, "observation", observation.Observe,
             (observation.Correct, observation.Withdraw)),
    Resource("imports", file_import.FileImport, "file_import", None, (file_import.WithdrawFile,)),
    Resource("pictures", picture.Picture, "", None,
             (picture.MakeOwnPicture, picture.DefineJointPicture, picture.AdjustPicture), ("agreement", "year")),
    Resource("problems", problem.Problem, "problem", problem.Propose,
             (problem.AddEvidence, problem.ValueProblem, problem.Prioritise, problem.SetProblemAside,
              problem.AnalyseCauses, problem.Reopen, problem.Close, handover.CarryOver, action.AdoptPlan)),
    Resource("plans", action.Plan, "problem"),
    Resource("actions", action.Action, "action", action.Commit,
             (action.Start, action.LogDose, action.Change, action.DoNotStart, action.Cancel, action.ReportDone,
              action.Verify, action.FollowUp)),
    Resource("promises", promise.Promise, "promise", promise.Publish, (promise.ReportBack,)),
    Resource("meetings", meeting.Meeting, "meeting", meeting.OpenMeeting,
             (meeting.Attend, meeting.DecideAtMeeting, meeting.FollowUpDecision, meeting.CloseMeeting)),
    Resource("assessments", signal.Assessment, ""),
    Resource("runs", run.Run, ""),
    Resource("signals", signal.Signal, "signal", None, (signal.Judge,)),
    Resource("reviews", review.Review, "", None, (review.OpenReview, review.AdoptReview), ("agreement", "year")),
    Resource("weights", weights.Weights, "weight_set", weights.ImportWeights),
    Resource("weightings", weights.Weighting, "agreement", None, (weights.FreezeWeights,)),
    Resource("forecasts", forecast.Forecast, ""),
    Resource("effects", computed.Effects, ""),
    Resource("backtests", computed.ModelCards, ""),
    Resource("erasures", erasure.Erasure, "erasure", erasure.RequestErasure,
             (erasure.ApproveErasure, erasure.DeclineErasure)),
    Resource("sharings", sharing.Sharing, "", sharing.Share),
)  # fmt: skip


NAMES = {
    "agreements": ("agreement", "Överenskommelsen"),
    "divisions": ("division", "Indelningen"),
    "categories": ("list of categories", "Kategorierna"),
    "sources": ("source", "Källan"),
    "reports": ("report", "Rapporten"),
    "imports": ("import", "Inläsningen"),
    "pictures": ("picture", "Lägesbilden"),
    "problems": ("problem", "Problembilden"),
    "plans": ("plan", "Planen"),
    "actions": ("action", "Åtgärden"),
    "promises": ("promise", "Löftet"),
    "meetings": ("meeting", "Mötet"),
    "assessments": ("assessment", "Bedömningen"),
    "runs": ("run", "Körningen"),
    "signals": ("signal", "Signalen"),
    "reviews": ("review", "Uppföljningen"),
    "weights": ("set of weights", "Viktuppsättningen"),
    "weightings": ("weighting", "Viktningen"),
    "forecasts": ("forecast", "Prognosen"),
    "effects": ("effect", "Effekten"),
    "backtests": ("model card", "Modellkortet"),
    "erasures": ("erasure", "Raderingen"),
    "sharings": ("sharing", "Delningen"),
}  # of one of each, in English and Swedish


def routes(live: LiveRegister, settings: Settings) -> list[Router]:
    """A router for each resource."""
    return [
        Router(
            f"/{resource.path}",
            route_handlers=_handlers(resource, live, settings),
            tags=[resource.path],
            opt={OF_THE_RECORD: True},
        )
        for resource in RESOURCES
    ]


def _handlers(resource: Resource, live: LiveRegister, settings: Settings) -> list[HTTPRouteHandler]:
    reads = [_list(resource, live), _read(resource, live)]
    creates = [_create(resource, resource.create, live, settings)] if resource.create else []
    act = _act_on_year if resource.keyed else _act
    return reads + creates + [act(resource, command, live, settings) for command in resource.acts]


def _list(resource: Resource, live: LiveRegister) -> HTTPRouteHandler:
    state: Any = resource.state

    @get(
        "/",
        responses=documented(404, 422),
        sync_to_thread=True,
        operation_id=f"list_{resource.path}",
        summary=f"The {resource.path}, oldest first.",
    )
    def handler(as_of: AsOf = None, after: FromQuery[str | None] = None, limit: Limit = 100) -> Page[state]:
        register = register_at(live, as_of)
        there: dict[str, Any] = register.states[state.KIND]
        keys = list(there)
        start = keys.index(must_exist(after if after in there else None, "key", "Nyckeln", after)) + 1 if after else 0
        shown = keys[start : start + limit]
        items = tuple(Found(k, register.version(f"{state.KIND}-{k}"), there[k]) for k in shown)
        return Page(items, shown[-1] if start + limit < len(keys) else None)

    return handler


def _read(resource: Resource, live: LiveRegister) -> HTTPRouteHandler:
    state: Any = resource.state

    @get(
        "/{key:str}",
        responses=documented(404, 422),
        sync_to_thread=True,
        operation_id=f"read_{resource.path}",
        summary=f"One of the {resource.path}, with its version as ETag.",
    )
    def handler(key: FromPath[str], as_of: AsOf = None) -> Response[Found[state]]:
        register = register_at(live, as_of)
        version = register.version(f"{state.KIND}-{key}")
        found = must_exist(register.states[state.KIND].get(key), *NAMES[resource.path], key)
        return Response(Found(key, version, found), headers={"ETag": f'"{version}"'})

    return handler


def body_of(command: type[Command], without: Sequence[str]) -> type[BaseModel]:
    """The command without what stands in the path. How long a map may be, which the framework would describe as a list,
    the command itself checks."""
    fields: dict[str, Any] = {
        n: (f.annotation, ... if get_origin(f.annotation) is dict and f.is_required() else f)
        for n, f in command.model_fields.items()
        if n not in without
    }
    return create_model(command.__name__, __base__=Value, __doc__=command.__doc__, **fields)


def _create(resource: Resource, command: type[Command], live: LiveRegister, settings: Settings) -> HTTPRouteHandler:
    made: Any = body_of(command, (resource.field,))
    if resource.field:
        drawn = (str | None, None)
        made = create_model(command.__name__, __base__=made, **{resource.field: drawn})  # type: ignore[call-overload]  # the field's name is the resource's

    @post(
        "/",
        responses=documented(404, 409, 413, 415, 422),
        sync_to_thread=True,
        operation_id=command.NAME,
        summary=_summary(command),
    )
    def handler(
        by: By,
        data: JSONBody[made],
        personal_data: PersonalData = None,
        idempotency_key: IdempotencyKey = None,
    ) -> Response[Accepted]:
        given = _given(data)
        if resource.field and not given.get(resource.field):
            given[resource.field] = uuid4().hex
        asked = command(**given)
        check_personal_data(asked, checked=personal_data == "checked")
        check_reason(live, asked)
        accepted = _logged(asked, live.ask(asked, by, command_id=idempotency_key))
        path = f"/api/v1/{resource.path}/{_key(accepted)}"
        return _response(accepted, 201, {"Location": path})

    return handler


def _acting(path: str, command: type[Command]) -> post:
    """The route of a command on something that is there."""
    return post(
        f"{path}/{command.NAME}",
        responses=documented(404, 409, 413, 415, 422),
        sync_to_thread=True,
        status_code=200,
        operation_id=command.NAME,
        summary=_summary(command),
    )


def _act(resource: Resource, command: type[Command], live: LiveRegister, settings: Settings) -> HTTPRouteHandler:
    field = resource.field
    body: Any = body_of(command, (field,))

    @_acting("/{key:str}", command)
    def handler(
        account: Who,
        key: FromPath[str],
        data: JSONBody[body],
        personal_data: PersonalData = None,
        idempotency_key: IdempotencyKey = None,
        if_match: IfMatch = None,
    ) -> Response[Accepted]:
        asked = command(**{field: key}, **_given(data))
        check_change(live, account, asked)
        check_personal_data(asked, checked=personal_data == "checked")
        accepted = live.ask(asked, account.by, command_id=idempotency_key, expected=expected(if_match))
        return _response(_logged(asked, accepted), 200)

    return handler


def _act_on_year(
    resource: Resource, command: type[Command], live: LiveRegister, settings: Settings
) -> HTTPRouteHandler:
    body: Any = body_of(command, resource.keyed)

    @_acting("/{agreement:str}/{year:int}", command)
    def handler(
        by: By,
        agreement: FromPath[str],
        year: FromPath[int],
        data: JSONBody[body],
        personal_data: PersonalData = None,
        idempotency_key: IdempotencyKey = None,
        if_match: IfMatch = None,
    ) -> Response[Accepted]:
        asked = command(**{"agreement": agreement, "year": year}, **_given(data))
        check_personal_data(asked, checked=personal_data == "checked")
        accepted = live.ask(asked, by, command_id=idempotency_key, expected=expected(if_match))
        return _response(_logged(asked, accepted), 200)

    return handler


def _summary(command: type[Command]) -> str:
    return (command.__doc__ or "").partition("\n")[0]


def _given(data: BaseModel) -> dict[str, Any]:
    return {name: getattr(data, name) for name in data.model_fields_set}


def _key(accepted: Answer) -> str:
    return accepted.stream.partition("-")[2]


def _logged(command: Command, accepted: Answer) -> Answer:
    """What was accepted, and where it stands; never what it says."""
    log.info("accepted", command=command.NAME, gsn=accepted.last_gsn, repeated=accepted.repeated)
    return accepted


def _response(accepted: Answer, status: int, headers: dict[str, str] | None = None) -> Response[Accepted]:
    content = Accepted(_key(accepted), accepted.version, accepted.first_gsn, accepted.last_gsn, accepted.repeated)
    return Response(content, status_code=status, headers={"ETag": f'"{accepted.version}"', **(headers or {})})


assert {resource.state for resource in RESOURCES} == set(cast("dict[str, type[Any]]", STATES).values())
