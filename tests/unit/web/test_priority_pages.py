"""The pages on priorities over a real database: who may do what, what arrives, and what nobody is told."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from body_examples import ask
from heritage.adapters.clock import SystemClock
from heritage.governance.agenda import Agenda, agenda_of
from heritage.governance.appeals import hearing_id
from heritage.model.governance import DecisionType, Gate, LicenceAnswer, RequestState, RoundKind, RoundState
from heritage.model.said import Said
from heritage.priority.country import CountryFacts, answers
from heritage.steps.govern_rounds import close_round
from heritage.steps.govern_votes import cast_vote
from heritage.wiring.stores import action_log, decision_store
from heritage.wiring.terms import governance_settings
from heritage.wiring.weights import body_settings
from priority_examples import MEMBERS, House, Person, gated, house, proposal, put_ranking, ranking
from report_examples import HOSTILE

PAGES = (
    *("priorities", "priorities/ranking", "priorities/trial", "priorities/waiting", "priorities/rounds"),
    *("priorities/agenda", "priorities/questions", "priorities/log", "priorities/appeals"),
    *("priorities/helpdesk", "priorities/people", "priorities/reading"),
)
ALICE = "https://evil.example"


class Visitor:
    """Somebody with a browser: reads pages, and sends forms with the token that stands on them."""

    def __init__(self, at: House, client: TestClient) -> None:
        self.at, self.client = at, client

    def as_(self, name: str, *roles: str) -> "Visitor":
        self.at.person = Person(name, roles or ("user",))
        return self

    def see(self, path: str, **headers: str) -> str:
        answer = self.client.get(f"/{path}", headers=headers)
        assert answer.status_code == 200, f"{path}: {answer.text[:500]}"
        return unescape(answer.text)

    def token(self) -> str:
        return self.see("priorities/reading").split('name="token" value="')[1].split('"')[0]

    def send(self, path: str, headers: dict[str, str] | None = None, **fields: str) -> Any:
        given = {"token": self.token(), **fields}
        return self.client.post(f"/{path}", data=given, headers=headers or {})


@pytest.fixture
def visitor(tmp_path: Path) -> Iterator[Visitor]:
    at = house(tmp_path)
    with TestClient(at.app(), base_url="http://pages.example/") as client:
        yield Visitor(at, client)


@pytest.fixture
def opened(visitor: Visitor) -> tuple[Visitor, str]:
    """The same with an open round, opened by the secretary on the page."""
    assert visitor.as_("Sami").send("priorities/rounds").url.params["done"] == "opened"
    visitor.as_("Amina")
    return visitor, visitor.at.body.rounds()[0].round_id


def agenda(visitor: Visitor, round_id: str) -> Agenda:
    found = visitor.at.body.round(round_id)
    assert found is not None
    return agenda_of(found)


def votes(visitor: Visitor, round_id: str) -> dict[tuple[str, str], str]:
    return {(one.member, one.proposal_id): one.answer for one in visitor.at.body.votes(round_id)}


def post_routes(app: FastAPI) -> list[str]:
    return [r.path for r in app.routes if isinstance(r, APIRoute) and "POST" in r.methods]


def test_everybody_who_is_logged_in_reads_every_page_and_a_stranger_none(visitor: Visitor) -> None:
    for path in PAGES:
        assert "<h1>" in visitor.as_("Nobody", "viewer").see(path), path
    visitor.at.person = None
    for path in PAGES:
        assert visitor.client.get(f"/{path}").status_code == 401


@pytest.mark.parametrize(
    ("name", "roles"),
    [("Amina", ("user",)), ("Olu", ("admin",)), ("Sami", ("viewer",)), ("Sami", ("public",))],
    ids=["a member", "an observer who is administrator", "a secretary who may only read", "public"],
)
def test_only_secretary_and_chair_with_the_role_in_airflow_open_a_round(
    visitor: Visitor, name: str, roles: tuple[str, ...]
) -> None:
    page = visitor.as_(name, *roles).see("priorities/agenda")
    assert "Open the round" not in page
    assert visitor.send("priorities/rounds").status_code == 403
    assert visitor.at.body.rounds() == []


def test_any_of_several_roles_counts_whatever_its_case(visitor: Visitor) -> None:
    assert visitor.as_("Chen", "Public", "Op").send("priorities/rounds").status_code == 200
    assert len(visitor.at.body.rounds()) == 1


def test_a_round_opens_on_the_agenda_that_was_shown(visitor: Visitor) -> None:
    page = visitor.as_("Sami").see("priorities/agenda")
    assert "12 proposals would come before the body." in page
    assert "Consent agenda" in page
    visitor.send("priorities/rounds")
    told = visitor.as_("Amina").see("priorities")
    assert "Regular round: 4 answers of yours are missing" in told
    assert "There is nothing new to decide" in visitor.as_("Sami").see("priorities/agenda")


def test_a_member_answers_agrees_and_pulls(opened: tuple[Visitor, str]) -> None:
    visitor, round_id = opened
    parts = agenda(visitor, round_id)
    first, second = (one.proposal.proposal_id for one in parts.ballot[:2])
    answer = visitor.send(
        f"priorities/rounds/{round_id}/votes",
        proposal_1=first,
        answer_1="5",
        reason_1="It is being lost.",
        proposal_2=second,
        answer_2="",
        proposal_5=parts.ballot[2].proposal.proposal_id,
        answer_5="recused",
    )
    assert answer.url.params["done"] == "voted"
    assert "You have answered 2 of 4 items." in unescape(answer.text)
    assert votes(visitor, round_id)["Amina", first] == "5"
    assert ("Amina", second) not in votes(visitor, round_id)
    again = visitor.send(
        f"priorities/rounds/{round_id}/votes", proposal_1=first, answer_1="5", reason_1="It is being lost."
    )
    assert again.url.params["done"] == "unchanged"
    assert visitor.send(f"priorities/rounds/{round_id}/agree").url.params["done"] == "agreed"
    agreed = {one.proposal.proposal_id for one in parts.consent}
    assert {which for (_, which), said in votes(visitor, round_id).items() if said == "for"} == agreed
    assert "You agree with the consent agenda." in visitor.see(f"priorities/rounds/{round_id}")
    which = parts.consent[0].proposal.proposal_id
    visitor.as_("Chen").send(f"priorities/rounds/{round_id}/pulls", proposal_id=which, reason="Talk first")
    assert "Chen wants a vote on it: “Talk first”" in visitor.see(f"priorities/rounds/{round_id}")
    assert which in {one.proposal.proposal_id for one in agenda(visitor, round_id).ballot}
    said = [one.action for one in visitor.at.body.actions(round_id)]
    assert {"open", "vote", "recuse", "pull"} <= {one.split()[0] for one in said}


def test_nobody_sees_how_others_answer(opened: tuple[Visitor, str]) -> None:
    visitor, round_id = opened
    which = agenda(visitor, round_id).ballot[0].proposal.proposal_id
    form = {"proposal_1": which, "answer_1": "0", "reason_1": "A secret reason"}
    visitor.as_("Davit").send(f"priorities/rounds/{round_id}/votes", **form)
    for who in ("Amina", "Sami", "Olu"):
        page = visitor.as_(who).see(f"priorities/rounds/{round_id}")
        assert "A secret reason" not in page
        assert "Davit" not in page
        assert "1 of 7 members answered" in page


def test_a_declared_interest_is_shown_and_forced(opened: tuple[Visitor, str]) -> None:
    visitor, round_id = opened
    page = visitor.as_("Birgit").see(f"priorities/rounds/{round_id}")
    assert "You are recused. You have declared an interest: works for the publisher." in re.sub(
        r"</?strong>", "", page
    )
    mine = next(one for one in agenda(visitor, round_id).ballot if one.proposal.dataset == "pl_nid")
    which = mine.proposal.proposal_id
    answer = visitor.send(f"priorities/rounds/{round_id}/votes", proposal_1=which, answer_1="5")
    assert answer.status_code == 409
    assert "recused" in answer.text
    assert ("Birgit", which) not in votes(visitor, round_id)


REFUSED = {
    "an answer that there is not": {"answer_1": "6"},
    "an item that there is not": {"proposal_1": "another", "answer_1": "5"},
    "an item of the consent agenda": {"proposal_1": "-consent", "answer_1": "5"},
    "an item that waits": {"proposal_1": "-later", "answer_1": "5"},
}


@pytest.mark.parametrize("changes", REFUSED.values(), ids=REFUSED)
def test_an_answer_that_breaks_a_rule_is_refused_with_the_rule(
    opened: tuple[Visitor, str], changes: dict[str, str]
) -> None:
    visitor, round_id = opened
    parts = agenda(visitor, round_id)
    fields = {"proposal_1": parts.ballot[0].proposal.proposal_id, "answer_1": "5"} | changes
    if fields["proposal_1"].startswith("-"):
        fields["proposal_1"] = getattr(parts, fields["proposal_1"][1:])[0].proposal.proposal_id
    answer = visitor.send(f"priorities/rounds/{round_id}/votes", **fields)
    assert answer.status_code == 409
    assert "This was not recorded." in answer.text
    assert votes(visitor, round_id) == {}


@pytest.mark.parametrize("name", ["Eve", "Sami", "Pia", "Olu"])
def test_who_has_no_seat_does_not_vote(opened: tuple[Visitor, str], name: str) -> None:
    visitor, round_id = opened
    which = agenda(visitor, round_id).ballot[0].proposal.proposal_id
    page = visitor.as_(name).see(f"priorities/rounds/{round_id}")
    assert 'name="answer_1"' not in page
    assert "You can read along" in page
    for path, fields in (
        ("votes", {"proposal_1": which, "answer_1": "5"}),
        ("agree", {}),
        ("pulls", {"proposal_id": which, "reason": "x"}),
    ):
        assert visitor.send(f"priorities/rounds/{round_id}/{path}", **fields).status_code in (403, 409)
    assert votes(visitor, round_id) == {}


@pytest.mark.parametrize(
    "path", ["priorities/rounds/r9", "priorities/proposals/none", "priorities/helpdesk/h9"]
)
def test_what_is_not_there_is_said_to_be_so(visitor: Visitor, path: str) -> None:
    assert visitor.client.get(f"/{path}").status_code == 404
    assert visitor.send("priorities/rounds/r9/votes", proposal_1="x", answer_1="5").status_code in (404, 409)


FORGED = {
    "from another site": {"sec-fetch-site": "cross-site"},
    "from a neighbour": {"sec-fetch-site": "same-site"},
    "typed by no form": {"sec-fetch-site": "none"},
    "with the origin of another site": {"origin": ALICE},
    "without an origin": {"origin": "null"},
}


@pytest.mark.parametrize("headers", FORGED.values(), ids=FORGED)
def test_a_form_of_another_site_does_nothing_even_with_a_token(
    opened: tuple[Visitor, str], headers: dict[str, str]
) -> None:
    visitor, round_id = opened
    which = agenda(visitor, round_id).ballot[0].proposal.proposal_id
    token = visitor.token()
    for path in post_routes(visitor.at.app()):
        if path.startswith("/reconcile"):
            continue
        there = re.sub(r"\{\w+\}", round_id, path)
        form = {"token": token, "proposal_1": which, "answer_1": "5", "proposal_id": which, "reason": "x"}
        assert visitor.client.post(there, data=form, headers=headers).status_code == 403, path
    assert votes(visitor, round_id) == {}


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "same-origin"}, {"origin": "http://pages.example"}])
def test_a_form_of_our_own_is_taken(opened: tuple[Visitor, str], headers: dict[str, str]) -> None:
    visitor, round_id = opened
    assert visitor.send(f"priorities/rounds/{round_id}/agree", headers).status_code == 200
    assert votes(visitor, round_id)


def test_every_form_needs_the_token_of_its_person(opened: tuple[Visitor, str]) -> None:
    visitor, round_id = opened
    of_chen = visitor.as_("Chen").token()
    visitor.as_("Sami")
    before = len(visitor.at.body.actions(round_id))
    for path in post_routes(visitor.at.app()):
        if not path.startswith("/priorities"):
            continue
        there = re.sub(r"\{\w+\}", round_id, path)
        for token in ("", "forged", of_chen):
            assert visitor.client.post(there, data={"token": token}).status_code == 403, path
    assert len(visitor.at.body.actions(round_id)) == before


def close(visitor: Visitor, round_id: str) -> None:
    """Everybody answers everything, and the round is settled."""
    parts = agenda(visitor, round_id)
    for name in MEMBERS:
        visitor.as_(name).send(f"priorities/rounds/{round_id}/agree")
        fields = {}
        for number, one in enumerate(parts.ballot, start=1):
            mine = name != "Birgit" or one.proposal.dataset != "pl_nid"
            fields |= {
                f"proposal_{number}": one.proposal.proposal_id,
                f"answer_{number}": str(number % 6) if mine else "",
                f"reason_{number}": f"{name} said so",
            }
        assert visitor.send(f"priorities/rounds/{round_id}/votes", **fields).status_code == 200
    settle(visitor, round_id)


def settle(visitor: Visitor, round_id: str) -> None:
    """The secretary ends the voting and confirms."""
    assert visitor.as_("Sami").send(f"priorities/rounds/{round_id}/end").url.params["done"] == "ended"
    ended = visitor.at.body.actions(round_id)[-1]
    assert (ended.user, ended.action) == ("Sami", "end voting")
    close_round(round_id, stale={}, confirmed_by="Sami", **bound_to(visitor))


def bound_to(visitor: Visitor) -> dict[str, Any]:
    """What closes a round; `stale` is empty then, for made-up proposals have no edits behind them."""
    settings = visitor.at.settings
    return {
        "decisions": decision_store(settings),
        "actions": action_log(settings),
        "clock": SystemClock(),
        "settings": governance_settings(settings),
    }


@pytest.mark.parametrize("names", [True, False])
def test_minutes_tell_results_and_names_only_as_the_terms_let_them(tmp_path: Path, names: bool) -> None:
    at = house(tmp_path, names_public=names)
    with TestClient(at.app()) as client:
        visitor = Visitor(at, client).as_("Sami")
        visitor.send("priorities/rounds")
        round_id = at.body.rounds()[0].round_id
        early = visitor.send(f"priorities/rounds/{round_id}/end")
        assert early.status_code == 409
        close(visitor, round_id)
        page = visitor.as_("Olu").see(f"priorities/rounds/{round_id}")
        log = visitor.see("priorities/log")
    body = page.partition("Who did what, and when")[0]
    assert "7 of 7 members took part." in page
    assert "approved" in page
    assert ("Davit" in body) is names
    assert ("Birgit" in body) is names, "neither in words nor in the sentence on who was recused"
    assert "12 decisions, and each is as it was written" in log
    assert re.search(r"\d: 7", log)


@pytest.mark.parametrize("kind", ["json", "html"])
def test_the_log_is_given_to_everybody_as_a_file(opened: tuple[Visitor, str], kind: str) -> None:
    visitor, round_id = opened
    close(visitor, round_id)
    answer = visitor.as_("Olu").client.get(f"/priorities/decisions.{kind}")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    assert "script-src" not in answer.headers["content-security-policy"]
    assert visitor.at.body.log.lines()[-1].hash in answer.text
    assert visitor.client.get("/priorities/decisions.exe").status_code == 422


def test_what_was_changed_in_the_log_or_behind_it_is_named(opened: tuple[Visitor, str]) -> None:
    import sqlite3

    visitor, round_id = opened
    close(visitor, round_id)
    assert "each is as it was written" in visitor.see("priorities/log")
    with sqlite3.connect(visitor.at.settings.database.removeprefix("sqlite:///")) as database:
        guards = database.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall()
        for (name,) in guards:
            database.execute(f"DROP TRIGGER {name}")
        database.execute("UPDATE votes SET answer = '1' WHERE member = 'Grace' AND answer = '2'")
        database.commit()
        page = visitor.see("priorities/log")
        assert "The log is not as it was written." in page
        assert f"Round {round_id}: vote 1 of member Grace on proposal" in page
        database.execute("UPDATE decisions SET reasons = 'because' WHERE number = 3")
    database.close()
    assert "decision 3" in visitor.see("priorities/log")
    assert visitor.client.get("/priorities/decisions.json").status_code != 200


def test_an_appeal_is_entered_by_the_secretary_and_shown(opened: tuple[Visitor, str]) -> None:
    visitor, round_id = opened
    close(visitor, round_id)
    form = {
        "decision": "1",
        "by": "Parish of <b>St</b> Ann",
        "standing": "community",
        "grounds": "Nobody asked.",
    }
    assert visitor.as_("Amina").send("priorities/appeals", **form).status_code == 403
    wrong = visitor.as_("Sami").send("priorities/appeals", **form | {"decision": "99"})
    assert wrong.status_code == 409
    assert "Nobody asked." in wrong.text, "what was typed stays"
    filed = visitor.send("priorities/appeals", **form)
    assert filed.url.params.get("done") == "appealed", filed.text
    page = visitor.client.get("/priorities/appeals").text
    assert "Parish of &lt;b&gt;St&lt;/b&gt; Ann" in page
    assert "waits for its hearing" in page
    hearing = visitor.at.body.rounds()[0]
    assert set(hearing.seats) == {"Pia", "Quentin", "Rosa"}
    assert "one answer of yours is missing" in visitor.as_("Pia").see("priorities")


SECRETS = ("Rock art of Xyz", "beside the mill", "Parish of Xyz", "the bats", "sensitivity-xyz")


def test_what_protects_a_place_is_told_to_those_who_act_in_it_alone(tmp_path: Path) -> None:
    question = ask("sensitivity-xyz", LicenceAnswer.BODY_DECISION, DecisionType.SENSITIVITY)
    told = replace(question.proposal, title=Said("Rock art of Xyz"), reasons=(Said("beside the mill"),))
    at = house(tmp_path, [replace(question, proposal=told)])
    with TestClient(at.app()) as client:
        visitor = Visitor(at, client).as_("Sami")
        visitor.send("priorities/rounds")
        first = at.body.rounds()[0].round_id
        see_open = {name: visitor.as_(name).see(f"priorities/rounds/{first}") for name in ("Olu", "Amina")}
        for name in MEMBERS:
            given = (
                {"answer_1": "against", "reason_1": "for the bats"}
                if name == "Grace"
                else {"answer_1": "for"}
            )
            sent = visitor.as_(name).send(
                f"priorities/rounds/{first}/votes", proposal_1="sensitivity-xyz", **given
            )
            assert sent.url.params["done"] == "voted"
        settle(visitor, first)
        visitor.as_("Sami").send(
            "priorities/appeals",
            decision="1",
            by="Parish of Xyz",
            standing="community",
            grounds="beside the mill",
        )
        hearing = at.body.rounds()[0]
        which = hearing_id(at.body.appeals()[0])
        see_open["Olu"] += visitor.as_("Olu").see(f"priorities/rounds/{hearing.round_id}")
        for name, answer in (("Pia", "for"), ("Quentin", "for"), ("Rosa", "against")):
            visitor.as_(name).send(
                f"priorities/rounds/{hearing.round_id}/votes",
                proposal_1=which,
                answer_1=answer,
                reason_1="for the bats",
            )
        assert at.body.rounds()[0].state is RoundState.CLOSED
        paths = [f"priorities/rounds/{one}" for one in (first, hearing.round_id)]
        paths += ["priorities/appeals", "priorities/log", "priorities/rounds", "priorities"]
        for name, roles in (("Olu", ("user",)), ("Nobody", ("admin",)), ("Amina", ("viewer",))):
            pages = "".join(visitor.as_(name, *roles).see(path) for path in paths)
            pages += "".join(client.get(f"/priorities/decisions.{kind}").text for kind in ("json", "html"))
            if name != "Amina":
                pages += see_open.get(name, "")
            for secret in SECRETS:
                assert secret not in pages, (name, secret)
            assert "About a place that is protected" in pages
            assert "upheld: the decision is void" in pages, "how it stands is told"
            for item in ("sensitivity-xyz", which):
                assert client.get(f"/priorities/proposals/{item}").status_code == 403
        assert "Rock art of Xyz" in see_open["Amina"]
        for name in ("Sami", "Pia", "Amina", "Chen"):
            pages = "".join(visitor.as_(name).see(path) for path in paths)
            assert all(secret in pages for secret in SECRETS), name


REQUEST = {
    "title": "Scan the card index",
    "text": "It is damp.",
    "asked_by": "Archive",
    "urgency": "4",
    "relevance": "3",
    "hours": "12,5",
    "due": "2027-01-31",
    "url": "https://archive.example",
}


def test_a_request_goes_the_whole_way(visitor: Visitor) -> None:
    assert visitor.as_("Amina").send("priorities/helpdesk", **REQUEST).url.params["done"] == "asked"
    [file] = visitor.at.body.helpdesk.requests()
    there = f"priorities/helpdesk/{file.request.request_id}"
    checklist = {f"lens_{lens}": "yes" for lens in visitor.at.body.helpdesk.checklist()}
    assert visitor.send(f"{there}/assessments", **checklist).status_code == 403
    assert visitor.send(f"{there}/states", state="accepted").status_code == 403
    assert "2 requests" not in visitor.as_("Pia").see("priorities")
    assert "One request waits for your assessment." in visitor.see("priorities")
    for name in ("Pia", "Rosa"):
        answer = visitor.as_(name).send(f"{there}/assessments", **checklist, note="fine")
        assert answer.url.params["done"] == "assessed"
    assert "Rank 1, score 0.96" in visitor.see(there)
    assert visitor.send(f"{there}/states", state="declined").status_code == 409, "a reason is asked for"
    assert visitor.send(f"{there}/states", state="accepted").url.params["done"] == "stated"
    assert visitor.at.body.helpdesk.requests()[0].state is RequestState.ACCEPTED
    assert visitor.send(f"{there}/states", state="burnt").status_code == 422


@pytest.mark.parametrize(
    "wrong", [{"urgency": "9"}, {"hours": "many"}, {"due": "soon"}, {"url": "javascript:x"}]
)
def test_a_request_that_cannot_be_is_refused_and_stays_typed(visitor: Visitor, wrong: dict[str, str]) -> None:
    answer = visitor.send("priorities/helpdesk", **REQUEST | wrong)
    assert answer.status_code == 409
    assert "Scan the card index" in answer.text
    assert visitor.at.body.helpdesk.requests() == []


def test_weights_are_tried_beside_those_of_the_body(visitor: Visitor) -> None:
    page = visitor.see("priorities/trial?urgency=0&relevance=0&equity=1&readiness=0")
    assert "Equity and coverage 100%" in page
    assert re.search(r"[▲▼] (up|down) ", page)
    for wrong in ("-1", "nan", "1e400", "<b>", "0"):
        answer = visitor.client.get(f"/priorities/trial?urgency={wrong}&relevance=0&equity=0&readiness=0")
        assert answer.status_code == 422, wrong
        assert "<b>" not in answer.text


def test_a_proposal_shows_its_score_lenses_gates_and_what_would_have_to_change(visitor: Visitor) -> None:
    page = visitor.see(f"priorities/proposals/{proposal(4).proposal_id}")
    for told in (
        "Rank 5, score 0.67",
        "What would have to change?",
        "Legal",
        "Engagement",
        "Technology",
        "may be used",
        "Core fields are filled to 93%; 3 of 120 matches are in doubt.",
    ):
        assert told in page
    waiting = visitor.see(f"priorities/proposals/{gated().proposal_id}")
    assert "It waits for a missing step and is not ranked." in waiting
    assert "Ask the publisher for a waiver" in waiting
    assert "Ask the publisher for a waiver" in visitor.see("priorities/waiting")


def test_hostile_text_is_only_text_everywhere(tmp_path: Path) -> None:
    spoiled = {
        "title": HOSTILE,
        "reasons": (HOSTILE, Said("{reason}", {"reason": HOSTILE})),
        "gates": (Gate("licence", True, Said(HOSTILE)),),
    }
    ranked = [replace(one, proposal=replace(one.proposal, **spoiled)) for one in ranking(12)]
    at = house(tmp_path, ranked, appeals={"days": 14, "panel": 3, "hearing_days": 14})
    terms = json.loads((tmp_path / "governance.yaml").read_text())
    terms |= {"body": "<script>" + "B" * 40, "version": "<img src=x>"}
    terms["members"][0] |= {
        "name": "<script>" + "A" * 60,
        "interests": [{"why": "<img src=x>", "datasets": ["x_y"]}],
    }
    (tmp_path / "governance.yaml").write_text(json.dumps(terms))
    put_ranking(at.settings, ranked, [replace(gated(), **spoiled, proposal_id="g")])
    with TestClient(at.app()) as client:
        visitor = Visitor(at, client).as_("Sami")
        visitor.send("priorities/rounds")
        round_id = at.body.rounds()[0].round_id
        which = agenda(visitor, round_id).consent[0].proposal.proposal_id
        hostile = HOSTILE.replace("\x00", "")  # which no form may hold
        pull = {"proposal_id": which, "reason": hostile[:1999]}
        assert visitor.as_("Amina").send(f"priorities/rounds/{round_id}/pulls", **pull).status_code == 200
        request = REQUEST | {"title": hostile[:150], "text": hostile[:1500], "asked_by": hostile[:150]}
        visitor.send("priorities/helpdesk", **request)
        paths = [
            *PAGES,
            f"priorities/rounds/{round_id}",
            f"priorities/proposals/{which}",
            "priorities/proposals/g",
        ]
        paths.append(f"priorities/helpdesk/{at.body.helpdesk.requests()[0].request.request_id}")
        seen = [client.get(f"/{path}").text for path in paths]
        close(visitor, round_id)
        visitor.send(
            "priorities/appeals", decision="1", by=hostile[:150], standing="community", grounds=hostile[:900]
        )
        seen += [
            client.get(f"/{path}").text for path in (f"priorities/rounds/{round_id}", "priorities/appeals")
        ]
        seen += [
            client.get(f"/priorities?lang={code}&done=<script>").text for code in ("<script>", "sv", "ka")
        ]
        hurt = client.get("/priorities/proposals/%3Cscript%3E?lang=<img>")
    for page in [*seen, hurt.text]:
        assert "<script" not in page
        assert "<img" not in page
        assert "javascript:" not in page
        assert "\u202e" not in page
        assert "\x00" not in page
    assert hurt.status_code == 404


def test_language_comes_from_the_address_the_cookie_and_the_browser_in_this_order(visitor: Visitor) -> None:
    assert '<html lang="en" dir="ltr">' in visitor.see("priorities")
    assert '<html lang="pl" dir="ltr">' in visitor.see("priorities", **{"accept-language": "xx, pl-PL;q=0.9"})
    assert '<html lang="ka" dir="ltr">' in visitor.see("priorities?lang=ka")
    assert '<html lang="ka" dir="ltr">' in visitor.see("priorities", **{"accept-language": "pl"})
    assert '<html lang="en" dir="ltr">' in visitor.see("datasets", **{"accept-language": "pl"})


def test_dates_are_in_the_zone_that_was_chosen_and_say_so(opened: tuple[Visitor, str]) -> None:
    visitor, round_id = opened
    assert "Dates are in the time zone UTC." in visitor.see("priorities")
    assert visitor.send("priorities/reading", zone="Mars/Olympus").status_code == 422
    assert visitor.send("priorities/reading", zone="Asia/Tbilisi").url.params["done"] == "reading"
    page = visitor.see(f"priorities/rounds/{round_id}")
    assert "Dates are in the time zone Asia/Tbilisi." in page
    assert re.search(r"Voting ends on <strong>\d+ \w+ \d{4}, \d\d:\d\d UTC\+4</strong>", page)


def test_the_pages_work_under_a_prefix(tmp_path: Path) -> None:
    at = house(tmp_path)
    outer = FastAPI()
    outer.mount("/heritage", at.app())
    at.person = Person("Sami")
    client = TestClient(outer)
    page = client.get("/heritage/").text
    assert client.get("/heritage/").url.path == "/heritage/priorities"
    assert 'href="assets/pages.css"' in page
    token = client.get("/heritage/priorities/reading").text.split('name="token" value="')[1].split('"')[0]
    answer = client.post("/heritage/priorities/rounds", data={"token": token})
    assert (answer.status_code, answer.url.path) == (200, "/heritage/priorities")
    round_id = at.body.rounds()[0].round_id
    page = client.get(f"/heritage/priorities/rounds/{round_id}?lang=sv").text
    assert 'href="../../assets/pages.css"' in page
    assert (
        client.get("/heritage/priorities").headers["content-security-policy"].startswith("default-src 'none'")
    )
    assert 'lang="sv"' in client.get("/heritage/priorities").text, "the cookie holds below the prefix"


WEIGHTS = {"urgency": "50", "relevance": "25", "equity": "20", "readiness": "5"}


def put(visitor: Visitor, kind: str, **fields: str) -> Any:
    return visitor.send("priorities/questions", kind=kind, title="Shall we?", reason="It is time", **fields)


def test_the_secretary_asks_for_other_weights_and_members_see_what_they_vote_on(visitor: Visitor) -> None:
    assert "Put this question" not in visitor.as_("Amina").see("priorities/questions")
    assert put(visitor, "weights", **WEIGHTS).status_code == 403
    page = visitor.as_("Sami").see("priorities/questions")
    assert 'name="urgency" value="30"' in page
    assert "without the 12 items that are ready to be decided" in page
    for wrong, told in (
        ({"urgency": "-1"}, "A weight cannot be below 0."),
        ({"urgency": "<b>"}, "This is not a number"),
        (dict.fromkeys(WEIGHTS, "0"), "All weights are 0"),
        ({"equity": ""}, "Give this criterion a weight"),
    ):
        answer = put(visitor, "weights", **WEIGHTS | wrong)
        assert (answer.status_code, told in answer.text) == (422, True), wrong
        assert 'value="Shall we?"' in answer.text, "what was typed stays"
        assert "<b>" not in answer.text
    same = {"urgency": "30", "relevance": "25", "equity": "30", "readiness": "15"}
    assert "there is nothing to decide" in put(visitor, "weights", **same).text
    assert put(visitor, "weather").status_code == 422
    assert visitor.at.body.rounds() == []
    assert put(visitor, "weights", **WEIGHTS).url.params["done"] == "opened"
    [round_] = visitor.at.body.rounds()
    parts = agenda(visitor, round_.round_id)
    assert (len(parts.questions), len(parts.consent) + len(parts.ballot) + len(parts.later)) == (1, 12)
    page = visitor.as_("Amina").see(f"priorities/rounds/{round_.round_id}")
    assert "Weights: urgency 0.500, relevance 0.250, equity and coverage 0.200, readiness 0.050." in page
    assert "from the next ranking on" in page
    assert "angelägenhet 0,500" in visitor.see(f"priorities/rounds/{round_.round_id}?lang=sv")


def test_a_question_goes_alone_and_a_withdrawal_names_its_decision(opened: tuple[Visitor, str]) -> None:
    visitor, round_id = opened
    close(visitor, round_id)
    for number, told in (("99", "There is no decision 99"), ("soon", "Name the number")):
        assert told in put(visitor, "retraction", about=number).text
    number = next(one.number for one in visitor.at.body.log.lines() if one.result == "approved")
    assert put(visitor, "retraction", about=str(number), alone="yes").status_code == 200
    newest = visitor.at.body.rounds()[0]
    [asked] = agenda(visitor, newest.round_id).questions
    assert asked.proposal.supersedes == number
    assert f"It is about decision {number}:" in visitor.see(f"priorities/rounds/{newest.round_id}")


def asked_alone(visitor: Visitor) -> str:
    """A round on other weights by itself, which no run of a DAG looks after; all are for them."""
    assert put(visitor.as_("Sami"), "weights", alone="yes", **WEIGHTS).status_code == 200
    round_id = str(visitor.at.body.rounds()[0].round_id)
    [question] = agenda(visitor, round_id).questions
    vote = {"proposal_1": question.proposal.proposal_id, "answer_1": "for"}
    for name in MEMBERS:
        assert visitor.as_(name).send(f"priorities/rounds/{round_id}/votes", **vote).status_code == 200
    return round_id


def test_the_secretary_confirms_a_round_on_its_page_and_the_weights_name_the_decision(
    visitor: Visitor,
) -> None:
    round_id = asked_alone(visitor)
    there = f"priorities/rounds/{round_id}"
    early = visitor.as_("Sami").send(f"{there}/confirm", answer="confirmed")
    assert (early.status_code, "end the voting first" in early.text) == (409, True)
    assert visitor.send(f"{there}/end").url.params["done"] == "ended"
    for name in ("Amina", "Chen", "Olu"):
        page = visitor.as_(name).see(there)
        assert "Silence confirms it after 3 days." in page
        assert "It comes to this" not in page, "what others answered is nobody's before it is closed"
        assert visitor.send(f"{there}/confirm", answer="confirmed").status_code == 403
    assert "Silence confirms it after 3 days." in visitor.see("priorities")
    page = visitor.as_("Sami").see(there)
    assert "nothing is decided before you answer: 1 approved." in page
    assert "7 for, 0 against" in page
    assert visitor.send(f"{there}/confirm", answer="perhaps").status_code == 422
    assert visitor.at.body.log.lines() == []
    assert visitor.send(f"{there}/confirm", answer="confirmed").url.params["done"] == "confirmed"
    [decision] = visitor.at.body.log.lines()
    assert (decision.result, decision.type) == ("approved", DecisionType.WEIGHTS)
    done = [(one.user, one.action) for one in visitor.at.body.actions(round_id)][-3:]
    assert done == [("Sami", "end voting"), ("Sami", "confirm"), ("Heritage Guard", "close")]
    assert visitor.send(f"{there}/confirm", answer="returned", reason="late").status_code == 409

    link = 'weights are those of <a href="priorities/log?decision=1#d-1">decision 1</a>'
    for path in ("priorities/ranking", "priorities/trial"):
        assert "log?decision" not in visitor.see(path), "this ranking was made before"
    weights = body_settings(visitor.at.settings).weights
    put_ranking(visitor.at.settings, list(ranking(12)), weights=weights, weights_decision=1)
    for path in ("priorities/ranking", "priorities/trial"):
        assert link in visitor.see(path).replace("../", "")
    assert 'id="d-1"' in visitor.see("priorities/log?decision=1")


def test_a_round_is_returned_to_the_body_with_a_reason_or_not_at_all(visitor: Visitor) -> None:
    round_id = asked_alone(visitor)
    there = f"priorities/rounds/{round_id}"
    visitor.as_("Sami").send(f"{there}/end")
    for reason in ("", "  ", "x" * 2001):
        assert visitor.send(f"{there}/confirm", answer="returned", reason=reason).status_code in (409, 422)
    assert visitor.at.body.log.lines() == []
    answer = visitor.send(f"{there}/confirm", answer="returned", reason="Two were not told.")
    assert answer.url.params["done"] == "returned"
    [decision] = visitor.at.body.log.lines()
    assert decision.result == "deferred"
    assert decision.reasons.startswith("Returned to the body: Two were not told. (Sami)")


def test_the_log_opens_where_a_decision_stands(opened: tuple[Visitor, str]) -> None:
    visitor, round_id = opened
    close(visitor, round_id)
    for number in ("1", "7", "12"):
        assert f'id="d-{number}"' in visitor.see(f"priorities/log?decision={number}")
    for nothing in ("0", "13", "-1", "x", "9" * 9):
        assert 'id="d-12"' in visitor.see(f"priorities/log?decision={nothing}"), "the newest"


def test_what_is_decided_is_not_counted_as_new(opened: tuple[Visitor, str]) -> None:
    visitor, round_id = opened
    close(visitor, round_id)
    left = [one for one in visitor.at.body.log.lines() if one.result == "deferred"]
    assert 1 < len(left) < 12
    assert f"{len(left)} proposals would come before the body." in visitor.as_("Sami").see(
        "priorities/agenda"
    )
    assert f"{len(left)} items wait to be put to the body." in visitor.see("priorities")
    settled = {one.proposal_id for one in visitor.at.body.log.lines() if one.result != "deferred"}
    offered = re.findall(r'<option value="([^"]+)"', visitor.see("priorities/agenda"))
    assert offered
    assert not settled & set(offered)


def test_an_emergency_waits_on_the_next_agenda_to_be_ratified(visitor: Visitor) -> None:
    first = proposal(0).proposal_id
    visitor.as_("Sami").send("priorities/emergencies", proposal_id=first, reason="the roof", official="yes")
    [head] = visitor.at.body.rounds()
    answer = visitor.send(f"priorities/rounds/{head.round_id}/confirm", answer="confirmed")
    assert (answer.status_code, "nobody confirms it" in answer.text) == (409, True)
    bound = bound_to(visitor)
    for name in ("Amina", "Chen", "Davit"):
        cast_vote(head.round_id, name, first, "for", "", **bound)
    close_round(head.round_id, stale={}, **bound)
    page = visitor.see("priorities/agenda")
    assert "Ratify the emergency decision 1:" in page
    assert "12 proposals would come before the body." in page, "eleven and the question"
    visitor.send("priorities/rounds")
    [regular] = [one.round_id for one in visitor.at.body.rounds() if one.kind is RoundKind.REGULAR]
    assert "Ratify the emergency decision 1:" in visitor.see(f"priorities/rounds/{regular}")


def test_the_nine_questions_stand_on_the_page_of_a_proposal(visitor: Visitor) -> None:
    one = proposal(0)
    facts = CountryFacts(120, 41, 9, 2, "csv", None, {}, "javascript:alert(1)", None, None, "")
    put_ranking(visitor.at.settings, list(ranking(12)), [gated()], country={one.dataset: answers(facts)})
    page = visitor.see(f"priorities/proposals/{one.proposal_id}")
    assert "41 of 120 records are at risk or worse; nothing is known about 9." in page
    assert page.count("Nothing is on record.") == 5
    assert "javascript:" not in page
    swedish = visitor.see(f"priorities/proposals/{one.proposal_id}?lang=sv")
    assert "Hur mycket av kulturarvet är i fara?" in swedish


def test_the_report_is_given_in_every_form_that_there_is(visitor: Visitor) -> None:
    assert "priorities/report.json" not in visitor.see("priorities")
    assert visitor.client.get("/priorities/report.json").status_code == 404
    folder = visitor.at.body.ranking.report()
    (folder / "report.json").write_text('{"format": "x"}')
    assert 'href="priorities/report.json"' in visitor.see("priorities")
    assert visitor.client.get("/priorities/report.json").json() == {"format": "x"}
    assert visitor.client.get("/priorities/report.exe").status_code == 422


def test_a_closed_round_stays_closed(opened: tuple[Visitor, str]) -> None:
    visitor, round_id = opened
    close(visitor, round_id)
    assert visitor.at.body.rounds()[0].state is RoundState.CLOSED
    which = visitor.at.body.round(round_id).proposals[0].proposal.proposal_id
    before = votes(visitor, round_id)
    form = {"proposal_1": which, "answer_1": "0", "reason_1": "too late"}
    assert visitor.as_("Amina").send(f"priorities/rounds/{round_id}/votes", **form).status_code == 409
    assert votes(visitor, round_id) == before
