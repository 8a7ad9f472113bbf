"""The whole life of an agreement, from the signing to the successor, told once as given, when, then."""

from __future__ import annotations

from collections import Counter

from domain.action import Action, Cancel, Change, DoNotStart, LogDose, Plan
from domain.agreement import Agreement, Amend, End, Goal, Succeed
from domain.catalogue import (
    Category,
    DeclareBreak,
    District,
    Division,
    MapDivision,
    PublishCategories,
    RegisterSource,
    RememberColumns,
    ReviseDivision,
    Share,
    Source,
)
from domain.computed import Effects, ModelCards
from domain.core import Actor
from domain.erasure import ApproveErasure, DeclineErasure, Erasure, HeldText, RequestErasure
from domain.file_import import FileImport, WithdrawFile
from domain.forecast import Forecast
from domain.handover import CarryOver
from domain.meeting import AgendaItem, Attendee, CloseMeeting, DecideAtMeeting, FollowUpDecision, Meeting
from domain.observation import Correct, Dialogue, Observation, SurveyResult, Withdraw
from domain.picture import AdjustPicture, Picture
from domain.problem import (
    AddEvidence,
    Alternative,
    AnalyseCauses,
    Cause,
    Close,
    Evidence,
    Place,
    Problem,
    Reopen,
    SetProblemAside,
)
from domain.promise import MeasureReport, Promise, ReportBack
from domain.register import EVENTS, Register
from domain.review import AdoptReview, Review
from domain.signal import Judge, Signal
from domain.weights import weights_of
from tests.given import (
    ADOPT_PLAN,
    AGREEMENT,
    ASSESS,
    ATTEND,
    CITY,
    CITY_PICTURE,
    COMMIT,
    DIVISION,
    DRAW_DIVISION,
    EXTRACT,
    FINDING,
    FOLLOW_UP,
    FORECAST,
    FORECAST_KEY,
    FREEZE_WEIGHTS,
    IMPORT_WEIGHTS,
    JOINT_PICTURE,
    OBSERVE,
    OPEN_MEETING,
    OPEN_REVIEW,
    OWNER,
    POLICE,
    POLICE_PICTURE,
    PRIORITISE,
    PROPOSE,
    PUBLISH,
    PUBLISH_CATEGORIES,
    PUBLISH_DIVISION,
    RECORD_BACKTEST,
    RECORD_EFFECT,
    RECORD_RUN,
    REGISTER_EST,
    REGISTER_EXTRACT,
    REPORT,
    REPORT_DONE,
    SCORE,
    SHARE,
    SIGN,
    SIGNAL,
    START,
    TAKE_IN,
    VALUE,
    VERIFY,
    Scene,
    but,
    day,
)

ROBBERIES, LITTER, NEXT = "personran-centrum", "nedskrapning-raby", "vasteras-2023"
IMPORT = "polisens-utdrag-abababababababab-1"


def the_agreement_is_signed_and_the_catalogues_are_laid_out(scene: Scene) -> Scene:
    scene.on("2019-11-06").and_given(SIGN, PUBLISH_DIVISION, PUBLISH_CATEGORIES)
    scene.and_given(
        REGISTER_EST,
        REGISTER_EXTRACT,
        RememberColumns(source=EXTRACT, kind="counts", columns={"n": "Antal"}),
        DeclareBreak(source=EXTRACT, on=day("2019-01-01"), reason="Nya brottskoder."),
    )
    scene.on("2019-12-02").and_given(
        but(PUBLISH_DIVISION, division="mimer", name="Mimer", districts=(District(key="vaster", name="Väster"),)),
        MapDivision(
            division="mimer",
            on=day("2019-12-02"),
            to=DIVISION,
            shares=(Share(origin="vaster", destination="backby", share=1),),
            method="Lägenheter per område.",
        ),
        ReviseDivision(
            division=DIVISION,
            on=day("2019-12-02"),
            reason="Saknades.",
            districts=(District(key="viksang", name="Viksäng"),),
        ),
        but(DRAW_DIVISION, on=day("2019-12-02")),
        PublishCategories(
            on=day("2019-12-02"),
            reason="Vanligt i rapporterna.",
            categories=(Category(key="nedskrapning", name="Nedskräpning"),),
        ),
        RegisterSource(source="dialoger", name="Dialoger", owner=CITY, use="evidence", division=DIVISION),
    )
    return scene


def observations_come_in(scene: Scene) -> None:
    staff = Dialogue(
        kind="staff dialogue", held_on=day("2020-01-16"), organisation=POLICE, text="Passen räcker inte på fredagar."
    )
    survey = SurveyResult(
        indicator="otrygg utomhus", wave="2019", fielded_on=day("2019-12-15"), value=34.0, n=801, low=31, high=37,
        method="Enkät.",
    )  # fmt: skip
    littered = REPORT.model_copy(update={"district": "raby", "category": "nedskrapning", "text": "Skräp."})
    scene.on("2020-01-20").and_given(
        OBSERVE,
        but(OBSERVE, observation="obs-2", content=littered),
        but(OBSERVE, observation="obs-3", content=littered),
        but(OBSERVE, observation="dialog-1", source="dialoger", content=staff),
        but(OBSERVE, observation="enkat-1", content=survey),
        Correct(observation="obs-1", content=REPORT.model_copy(update={"place": "Tunneln"}), reason="Namnet."),
        Withdraw(observation="obs-3", reason="Samma skräp."),
    )
    scene.on("2020-02-01").and_given(TAKE_IN)
    source = scene.now(Source, EXTRACT)
    scene.and_given(TAKE_IN.model_copy(update={"sha256": "cd" * 32, "compared_at": source.changes}))
    scene.and_given(WithdrawFile(file_import="polisens-utdrag-cdcdcdcdcdcdcdcd-2", reason="Dubbel leverans."))


def the_pictures_are_made_joined_and_adjusted(scene: Scene) -> None:
    scene.on("2020-01-21").and_given(CITY_PICTURE)
    scene.as_role("kommunpolis", POLICE).and_given(POLICE_PICTURE).as_role("samordnare").and_given(JOINT_PICTURE)
    adjusted = FINDING.model_copy(update={"words": "Rånen sker mellan bussarna och torget."})
    scene.on("2020-01-28").and_given(
        AdjustPicture(
            agreement=AGREEMENT, year=2020, on=day("2020-01-28"), reason="Veckans rapporter.", findings=(adjusted,)
        )
    )


def a_trend_is_seen_and_judged(scene: Scene) -> None:
    scene.on("2020-02-03").and_given(ASSESS, RECORD_RUN)
    scene.and_given(
        Judge(signal=SIGNAL, on=day("2020-02-03"), response="act", finding="true", reason="Rapporterna säger detsamma.")
    )


def what_is_to_come_is_forecast(scene: Scene) -> None:
    scene.and_given(IMPORT_WEIGHTS, FREEZE_WEIGHTS, FORECAST, RECORD_BACKTEST)


def one_problem_is_prioritised_and_another_set_aside(scene: Scene) -> None:
    evidence = tuple(
        Evidence.model_validate({"kind": kind, "ref": ref})
        for kind, ref in (("observation", "obs-1"), ("observation", "dialog-1"), ("signal", SIGNAL), ("import", IMPORT))
    )
    litter = but(
        PROPOSE,
        problem=LITTER,
        title="Nedskräpning i Råby",
        places=(Place(division=DIVISION, district="raby"),),
        categories=("nedskrapning",),
        evidence=(Evidence(kind="observation", ref="obs-2"),),
    )
    scene.and_given(but(PROPOSE, evidence=evidence), litter).on("2020-02-11").and_given(
        AddEvidence(problem=ROBBERIES, on=day("2020-02-04"), evidence=(Evidence(kind="document", ref="skrivelse"),)),
        VALUE,
        but(VALUE, rater="kommunpolis", scores={"harm": 3, "can be influenced": 3}),
        but(VALUE, problem=LITTER, scores={"visible": 3, "harm": 0}),
    )
    chosen_instead = Alternative(what="Nedskräpning i Råby", reason="Stör många, skadar få.")
    scene.as_role("styrgrupp").and_given(
        but(PRIORITISE, alternatives=(chosen_instead,)),
        SetProblemAside(
            problem=LITTER, on=day("2020-02-11"), reason="Sköts i ordinarie drift.", dissent="Polisen: stökigt."
        ),
    )


def the_causes_are_analysed_and_actions_are_chosen(scene: Scene) -> None:
    dark = Cause(side="place/situation", cause="Mörk tunnel", finding="confirmed", ground="Platsbesök.")
    pupils = Cause(side="offender", cause="Elever på håltimme", finding="rejected", ground="Rånen sker på kvällen.")
    scene.as_role("samordnare").on("2020-02-20").and_given(
        AnalyseCauses(problem=ROBBERIES, on=day("2020-02-14"), causes=(dark, pupils), method="Brottstriangeln."),
        ADOPT_PLAN,
        COMMIT,
        but(COMMIT, action="ljus", title="Ljus i tunneln"),
        but(COMMIT, action="vardar", title="Fler värdar"),
    )


def the_actions_go_their_ways(scene: Scene) -> None:
    scene.on("2020-05-04").and_given(
        START,
        but(START, action="ljus"),
        DoNotStart(action="vardar", on=day("2020-03-02"), reason="Tjänsterna är vakanta."),
        LogDose(action="vandringar", on=day("2020-03-19"), amount=1, unit="vandring", hours=6.5),
        Change(action="vandringar", on=day("2020-04-02"), reason="Smittläget.", due=day("2020-12-31")),
        LogDose(action="vandringar", on=day("2020-04-16"), amount=1, unit="vandring", hours=5),
        Cancel(action="ljus", on=day("2020-05-04"), reason="Tunneln ska byggas om."),
    )
    scene.on("2020-11-02").as_role(OWNER.role).and_given(REPORT_DONE)
    scene.when(VERIFY).then_refused("verified-by-owner")
    scene.as_role("controller").and_given(VERIFY, FOLLOW_UP)


def figures_say_how_it_went(scene: Scene) -> None:
    scene.and_given(SCORE, RECORD_EFFECT)


def the_residents_get_a_promise_and_an_answer(scene: Scene) -> None:
    answers = (MeasureReport(done="yes", words="Sex vandringar."), MeasureReport(done="partly", words="Fyra skolor."))
    scene.as_role("samordnare").on("2020-11-18").and_given(PUBLISH)
    scene.on("2021-04-23").and_given(
        ReportBack(
            promise="lofte-2020", on=day("2021-04-23"), measures=answers, outcome="better", words="Rånen minskade."
        )
    )


def they_meet_week_after_week(scene: Scene) -> None:
    for monday, key in (("2021-05-04", "est-2021-v18"), ("2021-05-11", "est-2021-v19")):
        scene.on(monday).and_given(
            but(OPEN_MEETING, meeting=key, on=day(monday)),
            but(ATTEND, meeting=key, attendees=(*ATTEND.attendees, Attendee(role="kommunpolis", organisation=POLICE))),
            DecideAtMeeting(
                meeting=key, what="Följ tunneln.", reason="Nya rapporter.", problem=ROBBERIES, signal=SIGNAL
            ),
        )
        if key == "est-2021-v19":
            scene.and_given(
                FollowUpDecision(
                    meeting=key, earlier="est-2021-v18", number=1, outcome="done", comment="Lamporna lyser."
                )
            )
        scene.and_given(CloseMeeting(meeting=key, agenda=(AgendaItem(title="Nya rapporter", lines=("Tunneln",)),)))


def the_year_is_reviewed_by_both(scene: Scene) -> None:
    scene.on("2021-06-01").and_given(but(OPEN_REVIEW, on=day("2021-06-01"), as_known_at=scene.register.position))
    adopt = AdoptReview(
        agreement=AGREEMENT, year=2020, on=day("2021-06-10"), party="municipality", learnt="Vandra tidigare på året."
    )
    scene.on("2021-06-10").and_given(adopt)
    scene.by = Actor(account="lars", role="LPO-chef", organisation=POLICE)
    scene.and_given(but(adopt, party="police", proposed_priorities=("Behåll tunneln.",)))


def the_problem_is_closed_and_comes_back(scene: Scene) -> None:
    scene.as_role("styrgrupp").on("2021-11-02").and_given(
        Close(problem=ROBBERIES, on=day("2021-09-01"), reason="Lägre nivå i ett år.", outcome="reduced"),
        Reopen(problem=ROBBERIES, on=day("2021-11-02"), reason="Tre rån på en vecka."),
    )


def the_problem_comes_first_again_and_new_work_begins(scene: Scene) -> None:
    planned = COMMIT.follow_up.model_copy(update={"on": day("2023-09-01")})
    scene.on("2021-11-23").and_given(
        but(PRIORITISE, on=day("2021-11-09"), reason="Rånen är tillbaka."),
        but(
            COMMIT, action="kvallsvardar", title="Kvällsvärdar", on=day("2021-11-16"), due=day("2023-06-30"),
            follow_up=planned,
        ),
        but(COMMIT, action="skyltar", title="Skyltar", on=day("2021-11-16"), due=day("2022-12-31"), follow_up=planned),
        but(START, action="kvallsvardar", on=day("2021-11-23")),
    )  # fmt: skip


def the_agreement_is_amended_ends_and_is_succeeded(scene: Scene) -> None:
    goal = Goal(key="trygghet", wording="Tryggare.", indicator="NTU", unit="%", direction="up")
    scene.on("2022-06-15").and_given(
        Amend(agreement=AGREEMENT, on=day("2022-06-15"), reason="Nytt mål.", goals=(goal,))
    )
    successor = but(
        SIGN, agreement=NEXT, first_day=day("2023-03-02"), last_day=day("2027-03-01"), signed_on=day("2023-03-02")
    )
    scene.on("2023-03-02").and_given(End(agreement=AGREEMENT, on=day("2023-03-01"), reason="Tiden gick ut."), successor)
    scene.and_given(Succeed(agreement=AGREEMENT, on=day("2023-03-02"), successor=NEXT))


def the_problem_goes_over_with_what_goes_on(scene: Scene) -> None:
    scene.as_role("samordnare").on("2023-03-15").and_given(
        DoNotStart(action="skyltar", on=day("2023-03-15"), reason="De hann inte beställas."),
        CarryOver(
            problem=ROBBERIES, successor=NEXT, on=day("2023-03-15"), reason="Rånen är färre men inte borta.",
            actions=("kvallsvardar",),
        ),
    )  # fmt: skip


def a_text_about_a_person_is_erased(scene: Scene) -> None:
    asked = RequestErasure(
        erasure="e-1", on=day("2023-03-20"), legal_basis="Dataskyddsförordningen, artikel 17",
        reason="En granne pekas ut.", texts=(HeldText(gsn=1, id="A" * 43),),
    )  # fmt: skip
    scene.on("2023-03-22").and_given(asked, but(asked, erasure="e-2", reason="En till pekas ut."))
    scene.by = Actor(account="lars", role="kommunpolis", organisation=POLICE)
    scene.and_given(
        but(SHARE, on=day("2023-03-22")),
        ApproveErasure(erasure="e-1", on=day("2023-03-22")),
        DeclineErasure(erasure="e-2", on=day("2023-03-22"), reason="Texten nämner ingen."),
    )


def test_the_whole_life_of_an_agreement() -> None:
    scene = the_agreement_is_signed_and_the_catalogues_are_laid_out(Scene())
    assert scene.now(Agreement, AGREEMENT).covers(day("2020-01-01"))
    assert list(scene.now(Division, DIVISION).districts) == ["centrum", "raby", "backby", "viksang"]

    the_pictures_are_made_joined_and_adjusted(scene)
    year = scene.now(Picture, f"{AGREEMENT}-2020")
    assert set(year.own) == {"municipality", "police"}
    assert year.joint is not None
    assert year.joint["ran-centrum"].words == "Rånen sker mellan bussarna och torget."

    observations_come_in(scene)
    assert [o.withdrawn for o in scene.register.every(Observation)] == [False, False, True, False, False]
    assert [i.withdrawn for i in scene.register.every(FileImport)] == [False, True]

    a_trend_is_seen_and_judged(scene)
    assert (scene.now(Signal, SIGNAL).response, scene.now(Signal, SIGNAL).finding) == ("act", "true")

    what_is_to_come_is_forecast(scene)
    assert weights_of(scene.register, AGREEMENT) is not None
    assert scene.now(Forecast, FORECAST_KEY).periods == ("2020-02", "2020-03")
    assert len(scene.now(ModelCards, EXTRACT).cards) == 1

    one_problem_is_prioritised_and_another_set_aside(scene)
    assert [(p.title, p.standing) for p in scene.register.every(Problem)] == [
        ("Personrån mot unga i centrum", "prioritised"),
        ("Nedskräpning i Råby", "set aside"),
    ]
    assert scene.now(Problem, ROBBERIES).valuations.keys() == {"samordnare", "kommunpolis"}

    the_causes_are_analysed_and_actions_are_chosen(scene)
    assert [c.finding for c in scene.now(Problem, ROBBERIES).causes] == ["confirmed", "rejected"]
    assert scene.now(Plan, ROBBERIES).aim == "Hälften så många rån på ett år."
    assert {a.progress for a in scene.register.every(Action)} == {"committed"}

    the_actions_go_their_ways(scene)
    assert {a.title: a.progress for a in scene.register.every(Action)} == {
        "Trygghetsvandringar": "verified done",
        "Ljus i tunneln": "cancelled",
        "Fler värdar": "not started",
    }
    walks = scene.now(Action, "vandringar")
    assert (walks.doses, walks.logged_hours, walks.due) == (2, 11.5, day("2020-12-31"))
    assert walks.followed_up is not None
    assert walks.followed_up.effect.words == "Ingen tydlig verkan."

    figures_say_how_it_went(scene)
    assert list(scene.now(Forecast, FORECAST_KEY).scored) == ["2020-02"]
    assert scene.now(Effects, "vandringar").estimates[-1].sentence.en == "No clear effect."

    the_residents_get_a_promise_and_an_answer(scene)
    told = scene.now(Promise, "lofte-2020").reported
    assert told is not None
    assert [m.done for m in told.measures] == ["yes", "partly"]

    they_meet_week_after_week(scene)
    assert [(m.week, m.closed) for m in scene.register.every(Meeting)] == [("2021-W18", True), ("2021-W19", True)]

    the_year_is_reviewed_by_both(scene)
    assert scene.now(Review, f"{AGREEMENT}-2020").complete

    the_problem_is_closed_and_comes_back(scene)
    assert scene.now(Problem, ROBBERIES).standing == "proposed"

    the_problem_comes_first_again_and_new_work_begins(scene)
    the_agreement_is_amended_ends_and_is_succeeded(scene)
    before = scene.now(Agreement, AGREEMENT)
    assert (before.ended_on, before.successor) == (day("2023-03-01"), NEXT)
    assert [g.key for g in before.goals] == ["trygghet"]
    scene.when(but(OPEN_MEETING, on=day("2023-02-28"))).then_refused("agreement-ended")
    scene.when(but(OPEN_MEETING, agreement=NEXT, on=day("2023-03-02"))).then_accepted()

    the_problem_goes_over_with_what_goes_on(scene)
    robberies, hosts = scene.now(Problem, ROBBERIES), scene.now(Action, "kvallsvardar")
    assert (robberies.agreement, scene.now(Plan, ROBBERIES).agreement, hosts.agreement) == (NEXT, NEXT, NEXT)
    assert robberies.was_under(AGREEMENT)
    assert (robberies.standing, hosts.progress) == ("prioritised", "started")

    a_text_about_a_person_is_erased(scene)
    erased = scene.now(Erasure, "e-1")
    assert (erased.standing, erased.decided_on) == ("approved", day("2023-03-22"))
    assert scene.now(Erasure, "e-2").answer == "Texten nämner ingen."

    assert replayed_from(scene) == scene.register
    untold = EVENTS.keys() - Counter(r.event.TOPIC for r in scene.history).keys()
    assert untold == {"import.incidents", "import.reports", "import.survey", "import.notices"}


def replayed_from(scene: Scene) -> Register:
    """The same history folded again."""
    register = Register()
    for recorded in scene.history:
        register.apply(recorded)
    return register


def whole_life() -> Scene:
    """The register at the end of the story, for those who want a history with everything in it."""
    scene = the_agreement_is_signed_and_the_catalogues_are_laid_out(Scene())
    for chapter in (
        the_pictures_are_made_joined_and_adjusted,
        observations_come_in,
        a_trend_is_seen_and_judged,
        what_is_to_come_is_forecast,
        one_problem_is_prioritised_and_another_set_aside,
        the_causes_are_analysed_and_actions_are_chosen,
        the_actions_go_their_ways,
        figures_say_how_it_went,
        the_residents_get_a_promise_and_an_answer,
        they_meet_week_after_week,
        the_year_is_reviewed_by_both,
        the_problem_is_closed_and_comes_back,
        the_problem_comes_first_again_and_new_work_begins,
        the_agreement_is_amended_ends_and_is_succeeded,
        the_problem_goes_over_with_what_goes_on,
        a_text_about_a_person_is_erased,
    ):
        chapter(scene)
    return scene
