"""The pages and the reconciliation service over HTTP: `python -m fuzz.over_http [--examples 100] [--seed 1]`.

schemathesis makes requests that fit what the routes say of themselves, and such as do not; some are sent by
people who may do what they ask for, with a token that is good. Whatever is sent, no answer is an error of
ours, tells how we are made, or gives back markup as markup.
"""

import argparse
import json
import random
import re
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import schemathesis
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from hypothesis import HealthCheck, Phase, given, seed, settings
from itsdangerous import URLSafeTimedSerializer
from schemathesis import GenerationMode
from starlette.responses import JSONResponse

from heritage.governance.agenda import agenda_of
from heritage.web.recon.standalone import create_app as standalone
from heritage.web.services import ReconServices
from priority_examples import SECRET, Person, put_ranking, ranking, terms
from recon_examples import held
from review_house import DATASET, ReviewHouse, review_house

ORIGIN = "http://pages.example"
MARKUP = "<b id=q>'\"&{{7*7}}"
PEOPLE = (
    Person("Amina"),
    Person("Chen", ("op",)),
    Person("Elena"),
    Person("Olu", ("op", "admin")),
    Person("Nobody", ()),
)
FIELDS = {
    "": (
        "reason",
        "title",
        "text",
        "kind",
        "answer",
        "choice",
        "comment",
        "state",
        "page",
        "lang",
        "note",
        "done",
    ),
    "votes": ("proposal_1", "answer_1", "reason_1", "proposal_x"),
    "pulls": ("proposal_id", "reason"),
    "questions": ("kind", "title", "reason", "urgency", "relevance", "equity", "readiness", "about"),
    "helpdesk": ("title", "text", "asked_by", "urgency", "relevance", "hours", "due", "url"),
    "assessments": ("note", "lens_technical", "lens_risk"),
    "tasks": ("choice", "comment", "seconds", "key", "correction_term", "since", "queue"),
    "add": ("term", "place", "lang", "value", "kind", "source", "licence"),
    "danger": ("dataset", "record", "level", "cause", "observed", "source", "text", "url"),
}
"""Fields of forms that no route tells of; others are tried, too."""
SERVICE = ("queries", "extend", "callback", "prefix", "cursor", "limit", "id", "type", "properties")
HEADS = (
    {"origin": "http://["},
    {"origin": "null"},
    {"sec-fetch-site": "cross-site"},
    {"x-forwarded-host": "["},
    {"host": "["},
    {"accept-language": f"{'x' * 5000}, en;q=nan, *;q=1e999"},
    {"cookie": f'heritage_language="; heritage_zone={MARKUP}'},
    {"content-length": "9" * 30},
    {"range": "bytes=9-1,-0"},
    {"if-none-match": '"'},
    {"if-modified-since": "Fri, 31 Dec 99999999999 23:59:59 GMT"},
)
"""What stands in the heads of some requests, too."""
_SETTINGS = settings(
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


@dataclass
class Trial:
    """What was tried on one app, and what was found: an operation, and what was wrong with its answer."""

    requests: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)

    def judge(self, operation: str, sent: str, answer: Any) -> None:
        """Takes one answer into account."""
        self.requests += 1
        self.answers[answer.status_code] += 1
        text = answer.content.decode("utf-8", "replace")
        html = "html" in answer.headers.get("content-type", [""])[0]
        wrong = [
            (answer.status_code >= 500 and answer.status_code != 503, f"answers {answer.status_code}"),
            (
                "Traceback (most recent" in text or re.search(r'File "/.*\.py", line', text),
                "tells of the code",
            ),
            (html and MARKUP in sent and MARKUP in text, "gives markup back as markup"),
            (
                html and "49'" in text and MARKUP in sent and "&lt;b id=q&gt;&#39;&#34;&amp;49" in text,
                "evaluates",
            ),
        ]
        for is_wrong, what in wrong:
            if is_wrong:
                self.findings[f"{operation} {what}"] += 1


def trial(app: Any, spec: dict[str, Any], house: ReviewHouse | None, examples: int, chance: int) -> Trial:
    """So many requests an operation and mode, the same for the same `chance`."""
    told, dice = Trial(), random.Random(chance)  # noqa: S311
    schema = schemathesis.openapi.from_asgi("/openapi.json", _Described(app, spec))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for found in schema.get_all_operations():
            operation = found.ok()
            for mode in GenerationMode:
                _try(operation, mode, told, dice, house, examples, chance)
    return told


def _try(
    operation: Any,
    mode: Any,
    told: Trial,
    dice: random.Random,
    house: ReviewHouse | None,
    examples: int,
    chance: int,
) -> None:
    name = f"{operation.method.upper()} {operation.path}"

    @seed(chance)
    @settings(_SETTINGS, max_examples=examples)
    @given(case=operation.as_strategy(generation_mode=mode))
    def once(case: Any) -> None:
        person = dice.choice(PEOPLE)
        if house:
            house.person = person
        _season(case, dice, person)
        headers = {"origin": ORIGIN} if dice.random() < 0.9 else {}
        if dice.random() < 0.1:
            headers |= dice.choice(HEADS)
        answer = case.call(headers=headers, base_url=ORIGIN)
        told.judge(name, f"{case.path_parameters} {case.query} {case.body}", answer)

    try:
        once()
    except Exception as error:  # noqa: BLE001 - an app that raises is what is looked for
        if "Unsatisfiable" not in type(error).__name__ and "no negative" not in str(error).lower():
            told.findings[f"{name} raises {type(error).__name__}: {str(error)[:120]}"] += 1


def _season(case: Any, dice: random.Random, person: Person) -> None:
    """Ids that there are, a good token, markup: what makes a request get further than the door."""
    for given_ in (case.path_parameters, case.query, case.body):
        if not isinstance(given_, dict):
            continue
        for key in list(given_):
            if key == "token" and dice.random() < 0.8:
                given_[key] = URLSafeTimedSerializer(SECRET, salt="heritage-forms").dumps(person.name)
            elif key in KNOWN and dice.random() < 0.7:
                given_[key] = dice.choice(KNOWN[key])
            elif isinstance(given_[key], str) and dice.random() < 0.25:
                given_[key] = MARKUP


KNOWN: dict[str, list[str]] = {
    "dataset": [DATASET],
    "register": [DATASET],
    "record_id": ["t/1", "t/29"],
    "record": ["t/1"],
    "campaign": ["towers", "words", "facts", "known", "danger", "over"],
    "kind": ["json", "html", "pdf", "weights", "entity", "type"],
    "round_id": [],
    "proposal_id": [],
    "task_id": [],
    "name": ["pages.css", "maplibre-gl.mjs"],
}
"""What there is in the installation."""


class _Described:
    """An app that also tells its routes, which ours does not."""

    def __init__(self, app: Any, spec: dict[str, Any]) -> None:
        self._app, self._spec = app, spec

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        told = JSONResponse(self._spec) if scope.get("path") == "/openapi.json" else self._app
        await told(scope, receive, send)


def described(app: FastAPI) -> dict[str, Any]:
    """The routes with the forms and parameters that they read without saying so."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        spec = get_openapi(title="Heritage Guard", version="1", routes=app.routes)
    for path, methods in spec["paths"].items():
        for method, operation in methods.items():
            if "/reconcile/" in path and method == "get":
                operation["parameters"] = operation.get("parameters", []) + [
                    {"name": one, "in": "query", "schema": {"type": "string"}} for one in SERVICE
                ]
            elif method == "post" and "requestBody" not in operation:
                operation["requestBody"] = _body(path)
    return dict(spec)


def _body(path: str) -> dict[str, Any]:
    text = {"type": "string"}
    if path.endswith(("/match", "/extend")):
        fields = {"queries": {"type": "array"}, "ids": {"type": "array"}, "properties": {"type": "array"}}
        return {"content": {"application/json": {"schema": {"type": "object", "properties": fields}}}}
    names = SERVICE if "/reconcile" in path else (*FIELDS[""], *_of(path))
    form = {"type": "object", "properties": dict.fromkeys(("token", *names), text), "required": ["token"]}
    return {"content": {"application/x-www-form-urlencoded": {"schema": form}}}


def _of(path: str) -> Iterator[str]:
    for part, names in FIELDS.items():
        if part and f"/{part}" in path:
            yield from names


def installation(folder: Path) -> ReviewHouse:
    """Pages with campaigns that have tasks, and an open round."""
    house = review_house(folder)
    (folder / "governance.yaml").write_text(json.dumps(terms()), encoding="utf-8")
    put_ranking(house.settings, list(ranking(8)))
    opened = house.body.open_round("Chen")
    KNOWN["round_id"] = [opened.round_id]
    KNOWN["proposal_id"] = [item.proposal.proposal_id for _, item in agenda_of(opened).parts()]
    KNOWN["task_id"] = [shown.task.task_id for shown in house.reviews.next("Amina", "towers", 3)]
    return house


def both(folder: Path, examples: int, chance: int) -> Trial:
    """The pages, and the service on its own."""
    house = installation(folder)
    app = house.app()
    pages = trial(app, described(app), house, examples, chance)
    alone = standalone(ReconServices(held(), 10))
    service = trial(alone, described(alone), None, examples, chance)
    return Trial(
        pages.requests + service.requests,
        pages.answers + service.answers,
        pages.findings + service.findings,
    )


def main() -> None:
    """Prints what was tried and found."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--examples", type=int, default=100)
    arguments.add_argument("--seed", type=int, default=1)
    chosen = arguments.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        told = both(Path(folder), chosen.examples, chosen.seed)
    minutes = (time.monotonic() - begun) / 60
    print(
        f"{told.requests:,} requests in {minutes:.1f} minutes; answers {dict(sorted(told.answers.items()))}"
    )
    for what, times in told.findings.most_common():
        print(f"  {what} ({times} times)")
    raise SystemExit(1 if told.findings else 0)


if __name__ == "__main__":
    main()
