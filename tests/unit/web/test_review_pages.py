"""The pages on reviews over a real database: who may answer what, what is kept, and what nobody is told."""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient

from heritage.model.review import Annotation, AnnotationKind, DangerReport, ReviewKind, Suggestion, Verdict
from heritage.wiring.stores import review_store
from priority_examples import Person
from report_examples import HOSTILE as HOSTILE_WITH_NUL
from review_house import COARSE, DATASET, ReviewHouse, review_house

HOSTILE = HOSTILE_WITH_NUL.replace("\x00", "")
"""Forms with what is no text are refused whatever page they are of."""
TOWER = (DATASET, "t/01")
BELL = Annotation(AnnotationKind.TERM, "P31", "Q200334")


class Visitor:
    """Somebody with a browser: reads pages, and sends forms with the token that stands on them."""

    def __init__(self, at: ReviewHouse, client: TestClient) -> None:
        self.at, self.client = at, client

    def as_(self, name: str, *roles: str) -> "Visitor":
        self.at.person = Person(name, roles or ("user",))
        return self

    def see(self, path: str, status: int = 200, **headers: str) -> str:
        answer = self.client.get(f"/{path}", headers=headers)
        assert answer.status_code == status, f"{path}: {answer.text[:600]}"
        return unescape(answer.text)

    def token(self) -> str:
        found: str = self.client.get("/reviews/me.json").json()["token"]
        return found

    def send(self, path: str, headers: dict[str, str] | None = None, **fields: Any) -> Any:
        return self.client.post(f"/{path}", data={"token": self.token(), **fields}, headers=headers or {})

    def script(self, path: str, **content: Any) -> Any:
        return self.client.post(f"/{path}", json={"token": self.token(), **content})

    def yours(self, task_id: str) -> str:
        """What counts of the answers of whoever is at the door."""
        assert self.at.person is not None
        return self.at.reviews.task(self.at.person.name, task_id).yours

    def asked(self) -> str:
        """The id of a task that asks whoever is at the door what they know."""
        assert self.at.person is not None
        found = self.at.reviews.next(self.at.person.name, "known", 99)
        return next(one.task.task_id for one in found if one.task.kind is ReviewKind.KNOWLEDGE)

    def task(self, campaign: str = "towers") -> str:
        """The id of the next task."""
        page = self.see(f"reviews/campaigns/{campaign}/next")
        return re.search(r'data-id="([^"]+)"', page)[1]  # type: ignore[index]


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """One house for all tests here: each uses people of its own."""
    at = review_house(tmp_path_factory.mktemp("reviews"))
    with TestClient(at.app(), base_url="http://pages.example/") as client:
        yield Visitor(at, client)


@pytest.fixture
def visitor(room: Visitor) -> Visitor:
    room.client.cookies.clear()
    return room.as_("Amina")


PAGES = (
    *("reviews", "reviews/campaigns/towers", "reviews/campaigns/towers/next", "reviews/mine"),
    *("reviews/mine/forget", "reviews/bag", f"reviews/danger?dataset={DATASET}&record=t/01"),
    *("reviews/campaigns/known/next", "reviews/me.json", "reviews/worker.js", "reviews/mine.json"),
)


def test_whoever_is_logged_in_reads_the_pages_and_a_stranger_none(visitor: Visitor) -> None:
    for path in PAGES:
        visitor.as_("Reader").see(path)
    visitor.at.person = None
    for path in PAGES:
        assert visitor.client.get(f"/{path}").status_code == 401


@pytest.mark.parametrize("role", ["viewer", "Public"])
def test_who_may_only_read_reads_and_takes_no_part(visitor: Visitor, role: str) -> None:
    task = visitor.as_("Amina").task()
    visitor.as_("Chen", role)
    for path in ("reviews", "reviews/campaigns/towers", f"reviews/danger?dataset={DATASET}&record=t/01"):
        page = visitor.see(path)
        assert "Your account may only read." in page
        assert '<form class="stacked' not in page
    assert visitor.client.get("/reviews/campaigns/towers/next").status_code == 403
    assert visitor.client.get("/reviews/campaigns/towers/tasks.json").status_code == 403
    assert visitor.send(f"reviews/tasks/{task}", choice="none", key="k").status_code == 403
    answers = [{"task_id": task, "choice": "none", "key": "k"}]
    assert visitor.script("reviews/answers.json", answers=answers).status_code == 403
    assert visitor.send("reviews/campaigns/towers/state", state="paused", reason="x").status_code == 403


@pytest.mark.parametrize("last", ["%00", "none-such", "../../x", "a" * 999])
def test_a_last_task_that_there_is_not_is_passed_over(visitor: Visitor, last: str) -> None:
    assert (
        "Kept:"
        not in visitor.as_("Lost")
        .see(f"reviews/campaigns/towers/next?last={last}")
        .partition("<footer")[0]
        .partition("data-words")[0]
    )


def test_campaigns_stand_as_cards_in_order_and_in_somebody_s_language(visitor: Visitor) -> None:
    page = visitor.see("reviews")
    titles = re.findall(r'<h2 class="small"[^>]*><a[^>]*><bdi[^>]*>([^<]+)', page)
    assert titles[0] == "Towers of the north"
    assert titles[-1] == "Last year's towers"
    assert "closed: it takes no answers" in page
    swedish = visitor.see("reviews?lang=sv")
    assert '<bdi lang="sv">Nordens torn' in swedish
    assert '<bdi lang="en">Tell what you know' in swedish


def test_an_answer_is_kept_undone_and_given_again_by_plain_forms(visitor: Visitor) -> None:
    visitor.as_("Plain")
    page = visitor.see("reviews/campaigns/towers/next")
    task = visitor.task()
    fields = dict(re.findall(r'<input type="hidden" name="(key|since)" value="([^"]+)"', page))
    answer = visitor.send(f"reviews/tasks/{task}", choice="none", comment="A church.", **fields)
    assert answer.url.path == "/reviews/campaigns/towers/next"
    assert "Kept: None of these." in answer.text
    assert visitor.yours(task) == "none"
    store = review_store(visitor.at.settings)
    [given] = [one for one in store.answers(task_ids=[task]) if one.key == fields["key"]]
    assert given.seconds is not None
    again = visitor.send(f"reviews/tasks/{task}", choice="none", comment="A church.", **fields)
    assert again.status_code == 200, "a form that is sent twice is kept once"
    back = visitor.send(f"reviews/tasks/{task}/undo")
    assert "Your answer is taken back" in back.text
    assert 'name="choice" value="none"' in back.text


def test_nobody_sees_the_answers_of_others_before_their_own(visitor: Visitor) -> None:
    task = visitor.as_("First").task()
    visitor.send(f"reviews/tasks/{task}", choice="none", comment="It burnt down.", key="k1")
    assert "burnt down" not in visitor.as_("Second").see(f"reviews/tasks/{task}")
    visitor.send(f"reviews/tasks/{task}", choice="none", key="k2")
    assert "burnt down" in visitor.see(f"reviews/tasks/{task}")
    assert "First" not in visitor.see(f"reviews/tasks/{task}")


REFUSED = {
    "a choice that there is not": ({"choice": "Q1", "key": "k"}, 409),
    "no choice": ({"choice": "", "key": "k"}, 409),
    "no key": ({"choice": "none"}, 409),
    "a key without end": ({"choice": "none", "key": "k" * 5000}, 409),
}


@pytest.mark.parametrize(("fields", "status"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_an_answer_is_refused(visitor: Visitor, fields: dict[str, str], status: int) -> None:
    task = visitor.as_("Wrong").task()
    answer = visitor.send(f"reviews/tasks/{task}", **fields)
    assert answer.status_code == status
    assert "This was not recorded." in answer.text
    assert visitor.yours(task) == ""


@pytest.mark.parametrize("seconds", ["1e999", "-5", "NaN", "999999999999999999999", "0x10"])
def test_times_and_texts_without_sense_do_no_harm(visitor: Visitor, seconds: str) -> None:
    visitor.as_(f"Odd{abs(hash(seconds))}")
    task = visitor.task()
    hostile = f"{HOSTILE}{'long ' * 3000}"
    answer = visitor.send(f"reviews/tasks/{task}", choice="none", key="odd", since=seconds, comment=hostile)
    assert answer.status_code == 200
    [given] = [
        o for o in review_store(visitor.at.settings).answers(task_ids=[task]) if o.key.endswith("odd")
    ][-1:]
    assert given.seconds is None or 0 <= given.seconds <= 86_400
    assert "\x00" not in given.comment
    assert len(given.comment) <= 2000
    page = visitor.client.get(f"/reviews/tasks/{task}").text
    assert "<script>alert" not in page
    assert "<img" not in page


def test_staff_experts_and_closed_campaigns(visitor: Visitor) -> None:
    task = visitor.as_("Amina").task()
    visitor.as_("Birgit")
    assert "Nothing is left for you here now" in visitor.see("reviews/campaigns/towers/next")
    refused = visitor.send(f"reviews/tasks/{task}", choice="none", key="k")
    assert refused.status_code == 409
    assert "register" in refused.text
    assert visitor.client.get("/reviews/campaigns/towers/experts").status_code == 403
    closed = visitor.see("reviews/campaigns/over/next")
    assert "This campaign is closed" in closed
    for path in (
        "reviews/campaigns/none_such",
        "reviews/tasks/none-such",
        "reviews/campaigns/none_such/next",
    ):
        visitor.see(path, 404)


def test_what_people_disagree_on_is_settled_by_an_expert(visitor: Visitor) -> None:
    store = review_store(visitor.at.settings)
    task = visitor.as_("Crowd0").task()
    choices = store.task(task).task.choices  # type: ignore[union-attr]
    for number, choice in enumerate((choices[0], choices[1], choices[0], choices[1], "unknown")):
        visitor.as_(f"Crowd{number}").send(f"reviews/tasks/{task}", choice=choice, key=f"c{number}")
    assert store.task(task).outcome.verdict is Verdict.EXPERT  # type: ignore[union-attr]
    page = visitor.as_("Elena").see("reviews/campaigns/towers/experts")
    assert f"reviews/tasks/{task}?queue=1" in page
    assert "One task waits for an expert" in visitor.see("reviews/campaigns/towers")
    visitor.see(f"reviews/tasks/{task}?queue=1")
    answer = visitor.send(f"reviews/tasks/{task}", choice=choices[1], key="e", queue="1")
    assert answer.url.path == "/reviews/campaigns/towers/experts"
    assert store.task(task).outcome.choice == choices[1]  # type: ignore[union-attr]


def test_a_coordinator_pauses_and_resumes_with_a_reason_and_nobody_else(visitor: Visitor) -> None:
    where = "reviews/campaigns/danger/state"
    assert visitor.as_("Amina").send(where, state="paused", reason="x").status_code == 409
    visitor.as_("Chen")
    assert visitor.send(where, state="paused", reason=" ").status_code == 409
    assert visitor.send(where, state="closed", reason="x").status_code == 422
    paused = visitor.send(where, state="paused", reason=f"New guidelines {HOSTILE}")
    assert "The campaign is paused." in paused.text
    assert "<script>alert" not in paused.text
    assert "New guidelines" in visitor.as_("Amina").see("reviews/campaigns/danger")
    assert visitor.as_("Chen").send(where, state="open", reason="Done").status_code == 200


def test_agreement_is_told_in_words(visitor: Visitor) -> None:
    from heritage.review.settings import ReviewSettings
    from heritage.web.reviews.home import BAD, FAIR, GOOD, NOT_KNOWN, agreement

    found, numbers = visitor.at.reviews.campaign("Amina", "towers"), ReviewSettings()
    from dataclasses import replace

    said = [agreement(replace(found, alpha=alpha), numbers) for alpha in (None, 0.5, 0.7, 0.8)]
    assert said == [NOT_KNOWN, BAD, FAIR, GOOD]


def test_knowledge_is_added_in_all_its_kinds_and_judged_by_others(visitor: Visitor) -> None:
    task = visitor.as_("Grace").asked()
    where = f"reviews/tasks/{task}/add"
    for fields in (
        {"kind": "term", "about": "P31", "item": "q12518"},
        {"kind": "place", "lat": "59,05", "lon": "15.001"},
        {"kind": "translation", "text": "Testby torn", "lang": "sv"},
        {"kind": "tag", "text": HOSTILE[:60]},
    ):
        assert visitor.send(where, **fields).url.params["done"] == "suggested", fields
    for fields, said in (
        ({"kind": "term", "item": "Q0; DROP"}, "Give a term by its number"),
        ({"kind": "place", "lat": "91", "lon": "0"}, "Give both latitude and longitude"),
        ({"kind": "place", "lat": "1e999", "lon": "0"}, "Give both latitude and longitude"),
        ({"kind": "place", "lat": "50"}, "Give both latitude and longitude"),
        ({"kind": "tag", "text": "x" * 65}, "This text is too long"),
        ({"kind": "translation", "text": "x", "lang": "Swedish!"}, "in which language"),
        ({"kind": "colour", "text": "x"}, "Nothing was filled in"),
        ({"kind": "tag"}, "Nothing was filled in"),
    ):
        answer = visitor.send(where, **fields)
        assert (answer.status_code, said in unescape(answer.text)) == (409, True), fields
    mine = [one for one in visitor.at.reviews.next("Grace", "known", 99) if one.task.kind == "annotation"]
    assert mine == [], "nobody judges what they said themselves"
    others = [one for one in visitor.at.reviews.next("Farid", "known", 99) if one.task.kind == "annotation"]
    assert len(others) == 4
    visitor.as_("Farid")
    for one in others:
        page = visitor.client.get(f"/reviews/tasks/{one.task.task_id}").text
        assert "Yes, it is right" in page
        assert "<script>alert" not in page
        assert "Grace" not in page
    [tag] = [one for one in others if one.suggestion.annotation.kind == "tag"]  # type: ignore[union-attr]
    answer = visitor.send(f"reviews/tasks/{tag.task.task_id}", choice="wrong", text="tower", key="w")
    assert "Kept: No, it is wrong." in answer.text
    assert visitor.send(f"reviews/tasks/{task}", choice="unknown", key="n").status_code == 200


def test_of_what_should_stand_instead_only_what_can_be_so_is_kept(visitor: Visitor) -> None:
    tag = Suggestion(annotation=Annotation(AnnotationKind.TAG, text="a mill of brick"))
    task = visitor.at.reviews.suggest("Hanna", "facts", TOWER, tag)
    for name, choice, text in (
        ("Long", "wrong", "y" * 90_000),
        ("Right", "right", "I am Right"),
        ("Good", "wrong", "of \u202e stone"),
    ):
        answer = visitor.as_(name).send(f"reviews/tasks/{task}", choice=choice, text=text, key=name)
        assert answer.status_code == 200
    kept = {one.key: one.correction for one in review_store(visitor.at.settings).answers(task_ids=[task])}
    assert kept == {"Long": "", "Right": "", "Good": '{"annotation":{"kind":"tag","text":"of stone"}}'}


def test_what_people_say_of_a_place_that_is_told_coarsely_goes_to_experts_alone(visitor: Visitor) -> None:
    record = (DATASET, COARSE)
    point = Annotation(AnnotationKind.PLACE, "P625", lat=60.123456, lon=15.654321)
    report = DangerReport("critical", (), "2026-11-01", "dug up at 60.123456")
    told = (
        visitor.at.reviews.suggest("Ingrid", "known", record, Suggestion(annotation=point)),
        visitor.at.reviews.report_danger("Ingrid", record, report),
    )
    for task in told:
        visitor.as_("Farid").see(f"reviews/tasks/{task}", 404)
        assert "60.12" in visitor.as_("Elena").see(f"reviews/tasks/{task}")
    for campaign in ("known", "danger"):
        seen = {one.task.task_id for one in visitor.at.reviews.next("Farid", campaign, 99)}
        assert not seen & set(told)


def test_terms_are_found_by_name_without_a_script(visitor: Visitor) -> None:
    task = visitor.as_("Seeker").asked()
    page = ""
    for _ in range(200):  # the index is read beside the work
        page = visitor.send(
            f"reviews/tasks/{task}/add", kind="term", about="P186", item="Old tower 2", search="1"
        ).text
        if "What was found" in page:
            break
    assert 'value="Q700021"' in page


def test_a_report_of_danger_is_seen_by_those_who_judge_it_alone(visitor: Visitor) -> None:
    visitor.as_("Witness")
    fields = {
        "dataset": DATASET, "record": "t/01", "condition": "critical", "observed": "2026-11-01",
        "evidence": f"The roof fell in. {HOSTILE[:300]}", "url": "https://pictures.example/1",
        "cause": ["natural", "x"],
    }  # fmt: skip
    assert "Who sees this?" in visitor.see(f"reviews/danger?dataset={DATASET}&record=t/01")
    for wrong, said in (
        ({"observed": "2999-01-01"}, "not after today"),
        ({"observed": "yesterday"}, "not after today"),
        ({"condition": "burning"}, "Choose how it stands"),
        ({"evidence": " "}, "Say what was seen"),
        ({"url": "javascript:alert(1)"}, "https:// in front"),
    ):
        answer = visitor.send("reviews/danger", **(fields | wrong))
        assert (answer.status_code, said in unescape(answer.text)) == (409, True), wrong
    assert visitor.send("reviews/danger", **(fields | {"record": "nothing"})).status_code == 404
    assert "with the people who judge it" in visitor.send("reviews/danger", **fields).text
    assert "roof fell in" not in visitor.see("risk/xx_towers/t%2F01")
    [found] = [one for one in visitor.at.reviews.next("Judge", "danger", 5) if one.task.proposed_by]
    page = visitor.as_("Judge").client.get(f"/reviews/tasks/{found.task.task_id}").text
    assert "roof fell in" in page
    assert "Witness" not in page
    assert "<script>alert" not in page
    assert not any(one.task.proposed_by for one in visitor.at.reviews.next("Witness", "danger", 5))
    assert visitor.as_("Judge").see("risk/xx_towers/t%2F01").count("Report danger") == 1


def test_credit_a_file_of_everything_and_being_forgotten(visitor: Visitor) -> None:
    visitor.as_("Leaver")
    assert "nothing is kept of you" in visitor.see("reviews/mine")
    task = visitor.task()
    visitor.send(f"reviews/tasks/{task}", choice="none", comment="Mine alone", key="l")
    name = visitor.at.reviews.credit("Leaver").pseudonym  # type: ignore[union-attr]
    assert name in visitor.see("reviews/mine")
    assert "Leaver" not in name
    assert visitor.send("reviews/mine/ranked", ranked="yes").url.params["done"] == "ranked"
    assert visitor.at.reviews.credit("Leaver").ranked  # type: ignore[union-attr]
    answer = visitor.client.get("/reviews/mine.json")
    assert "attachment" in answer.headers["content-disposition"]
    assert "Mine alone" in json.dumps(answer.json())
    assert visitor.send("reviews/mine/forget").status_code == 409
    assert visitor.send("reviews/mine/forget", sure="yes").url.params["done"] == "forgotten"
    assert visitor.at.reviews.credit("Leaver") is None
    kept = [one for one in review_store(visitor.at.settings).answers(task_ids=[task]) if one.reviewer == name]
    assert [(one.choice, one.comment) for one in kept] == [("none", ""), ("", "")], "it waits for others now"
    assert "Mine alone" not in visitor.client.get("/reviews/mine.json").text


def test_a_script_sends_answers_with_their_keys_and_hears_what_became_of_each(visitor: Visitor) -> None:
    visitor.as_("Robin")
    ahead = visitor.client.get("/reviews/campaigns/towers/tasks.json?count=3").json()["tasks"]
    assert len(ahead) == 3
    assert visitor.token() not in json.dumps(ahead), "what is stored on a device opens no form"
    assert "Robin" not in json.dumps(ahead)
    answers = [
        {"task_id": ahead[0]["id"], "choice": "none", "key": "s1", "seconds": 2.5, "title": "x"},
        {"task_id": ahead[1]["id"], "choice": "Q1", "key": "s2"},
        {"task_id": "none-such", "choice": "none", "key": "s3"},
        {"task_id": ahead[2]["id"], "choice": "none", "key": "s4", "comment": "c" * 99_999, "seconds": 1e300},
    ]
    answers.append({"task_id": ahead[1]["id"], "choice": "none", "key": "s5", "comment": "no\x00text"})
    taken = visitor.script("reviews/answers.json", answers=answers).json()["taken"]
    assert [(one["key"], one["kept"]) for one in taken] == [
        ("s1", True),
        ("s2", False),
        ("s3", False),
        ("s4", True),
        ("s5", False),
    ]
    assert all(one["reason"] for one in taken if not one["kept"])
    again = visitor.script("reviews/answers.json", answers=answers[:1]).json()["taken"]
    assert again[0]["kept"]
    assert visitor.at.reviews.credit("Robin").answers == 2  # type: ignore[union-attr]
    assert visitor.script("reviews/undo.json", task_id=ahead[0]["id"]).json() == {"undone": True}
    assert visitor.script("reviews/answers.json", answers=answers * 20).status_code == 413
    assert visitor.client.get("/reviews/campaigns/towers/tasks.json?count=999999999").status_code == 200


def test_nobody_answers_for_somebody_else(visitor: Visitor) -> None:
    task = visitor.as_("Victim").task()
    stolen = visitor.token()
    visitor.as_("Mallory")
    paths = ("answers.json", "undo.json")
    content = {"token": stolen, "answers": [{"task_id": task, "choice": "none", "key": "m"}], "task_id": task}
    for path in paths:
        assert visitor.client.post(f"/reviews/{path}", json=content).status_code == 403
    for path in (f"tasks/{task}", f"tasks/{task}/undo", "mine/forget", "mine/ranked", "danger"):
        for token in ("", "forged", stolen):
            fields = {"token": token, "choice": "none", "key": "m", "sure": "yes", "user": "Victim"}
            assert visitor.client.post(f"/reviews/{path}", data=fields).status_code == 403, path
        evil = {"sec-fetch-site": "cross-site"}
        assert visitor.send(f"reviews/{path}", evil, choice="none", key="m").status_code == 403
    own = visitor.token()
    content["token"] = own
    evil = {"origin": "https://evil.example"}
    assert visitor.client.post("/reviews/answers.json", json=content, headers=evil).status_code == 403
    assert visitor.yours(task) == ""
    assert visitor.as_("Victim").yours(task) == ""


def test_what_works_offline_has_nothing_of_anybody_in_it(visitor: Visitor) -> None:
    page = visitor.as_("Secretive").see("reviews/bag")
    assert "Secretive" not in page
    assert visitor.token() not in page
    worker = visitor.client.get("/reviews/worker.js")
    assert worker.headers["content-type"].startswith("text/javascript")
    kept = json.loads(worker.text.removeprefix("self.KEPT = ").split(";\n", 1)[0])
    for name in kept["files"]:
        assert visitor.client.get(f"/reviews/{name}").status_code == 200, name
    assert visitor.client.get("/reviews/assets/reviews.css").status_code == 404


def test_an_item_that_somebody_suggests_is_judged_with_a_link_alone(visitor: Visitor) -> None:
    task = visitor.at.reviews.suggest("Bo", "facts", TOWER, Suggestion(annotation=BELL))
    page = visitor.as_("Amina").see(f"reviews/tasks/{task}")
    assert "https://www.wikidata.org/wiki/Q200334" in page
    assert "what it is:" in page
    assert "<img" not in page
    with pytest.raises(Exception, match=r"campaign|place"):
        visitor.at.reviews.report_danger("Bo", ("xx_other", "1"), DangerReport("lost", (), "2026-01-01", "x"))
