"""What a Wikibase answers: entities, dumps, changes, errors; and our own journal's content read again."""

import atexit
import json
import shutil
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

from pydantic import ValidationError

from fuzz.bending import bent, finite
from fuzz.expected import MEMORY, Target, file_of, refusing
from fuzz.services import session_in
from heritage.adapters.commons.reader import CommonsReader
from heritage.adapters.wikibase.answers import read_answer
from heritage.adapters.wikibase.embedding import WikiAccess
from heritage.adapters.wikibase.mapped import MappedReader
from heritage.adapters.wikibase.past import MappedPast, PywikibotPast
from heritage.adapters.wikibase.translation import Translation
from heritage.adapters.wikidata.changes import ChangesPull
from heritage.adapters.wikidata.dump import build_index
from heritage.adapters.wikidata.edit_summaries import may_bring_in
from heritage.adapters.wikidata.index import FileItemIndex
from heritage.adapters.wikidata.parts import Parts
from heritage.adapters.wikidata.query_service import QueryServicePull
from heritage.errors import HeritageError, SourceChanged, SourceUnavailable
from heritage.model.edit import Content, ItemValue, Kind, Snak, Statement, TextValue
from heritage.reconcile.items import item_row
from heritage.spec.index_rules import Scope, load_index_rules
from heritage.spec.target import load_target
from heritage.statements.applied import applied, described
from heritage.statements.content_json import from_json, to_json
from heritage.statements.difference import diff
from heritage.statements.live import parse_entity
from heritage.statements.sendable import sendable
from heritage.statements.summary import read_summary
from heritage.statements.undoing import built_on, undoing
from heritage.statements.wikibase_json import entity_data
from publishers.wikibase import Wikibase
from publishers.wikidata import QueryService

VOCABULARIES = Path(__file__).resolve().parent.parent / "datasets" / "_vocabularies"
GREGORIAN = "http://www.wikidata.org/entity/Q1985727"


def _snak(pid: str, kind: str, value: Any) -> dict[str, Any]:
    return {"snaktype": "value", "property": pid, "datavalue": {"type": kind, "value": value}}


def _claim(pid: str, kind: str, value: Any) -> dict[str, Any]:
    day = {"time": "+2026-01-02T00:00:00Z", "precision": 11, "calendarmodel": GREGORIAN, "timezone": 0}
    return {
        "id": f"Q42${pid}",
        "type": "statement",
        "rank": "normal",
        "mainsnak": _snak(pid, kind, value),
        "qualifiers": {"P580": [_snak("P580", "time", day)]},
        "qualifiers-order": ["P580"],
        "references": [
            {"hash": "a", "snaks": {"P813": [_snak("P813", "time", day)]}, "snaks-order": ["P813"]}
        ],
    }


ENTITY: dict[str, Any] = {
    "id": "Q42",
    "type": "item",
    "lastrevid": 7,
    "modified": "2026-11-01T00:00:00Z",
    "labels": {"en": {"language": "en", "value": "Church"}},
    "descriptions": {"en": {"language": "en", "value": "church in a test"}},
    "aliases": {"en": [{"language": "en", "value": "Kirk"}]},
    "sitelinks": {"enwiki": {"site": "enwiki", "title": "Church"}},
    "claims": {
        "P31": [
            _claim("P31", "wikibase-entityid", {"entity-type": "item", "id": "Q16970", "numeric-id": 16970})
        ],
        "P380": [_claim("P380", "string", "PA1")],
        "P625": [
            _claim(
                "P625",
                "globecoordinate",
                {
                    "latitude": 1.5,
                    "longitude": 2.5,
                    "precision": 0.01,
                    "globe": "http://www.wikidata.org/entity/Q2",
                },
            )
        ],
        "P571": [
            _claim(
                "P571", "time", {"time": "+1890-00-00T00:00:00Z", "precision": 9, "calendarmodel": GREGORIAN}
            )
        ],
        "P1448": [_claim("P1448", "monolingualtext", {"language": "en", "text": "Church"})],
        "P1114": [_claim("P1114", "quantity", {"amount": "+1", "unit": "1"})],
        "P5816": [_claim("P5816", "wikibase-entityid", {"id": "Q55555088"})],
        "P18": [_claim("P18", "string", "Church.jpg")],
    },
}
CLASS = {
    "id": "Q16970",
    "type": "item",
    "labels": {},
    "claims": {"P279": [_claim("P279", "wikibase-entityid", {"id": "Q1"})]},
}
CONTENT = Content(
    labels={"en": "Church"},
    aliases={"en": ("Kirk",)},
    statements=(
        Statement("P380", TextValue("PA1"), Kind.IDENTIFIERS, ((Snak("P248", ItemValue("Q5")),),)),
        Statement("P31", ItemValue("Q16970"), Kind.DESIGNATION, ((Snak("P248", ItemValue("Q5")),),)),
    ),
)
SCOPE = Scope(("Q16970",), ("P1435",), ("P380",), ("Q230",))
ACCESS = WikiAccess(
    "https://wiki.example/w/api.php", "ops@example.org", user="Bot", stop_page="User:Bot/stop"
)
TRANSLATION = Translation(load_target(VOCABULARIES / "targets", "metabase"))


class Answers(CommonsReader):
    """A reader whose wiki answers what it is told to."""

    def __init__(self, answer: Any) -> None:
        super().__init__(ACCESS)
        self.answer = answer
        self.asked = 0

    def _read(self, **_: Any) -> Any:
        self.asked += 1
        if self.asked > 20:
            raise SourceUnavailable("enough")
        return self.answer


class Past(PywikibotPast):
    """The same of what was."""

    def __init__(self, answer: Any) -> None:
        super().__init__(ACCESS)
        self.answer = answer

    def _pages(self, asked: dict[str, Any]) -> Any:  # noqa: ARG002
        return self.answer if isinstance(self.answer, list) else [self.answer]


def past(data: bytes) -> None:
    """How items were, and who edited them since."""
    entity = json.dumps(bent(ENTITY, data[2:])) if data[:1] and data[0] % 2 else json.dumps(ENTITY)
    content = {"slots": {"main": {"content": "[" * 9999 if data[:1] == b"\xff" else entity}}}
    said = {"revid": 7, "user": "A", "comment": "/* wbsetclaim:1| */ [[Property:P31]]", "tags": ["a"]}
    good = {"query": {"pages": [{"title": "Q42", "revisions": [said | content]}]}}
    wiki = Past([finite(bent(good, data[1:] if not data[:1] or data[0] % 2 == 0 else b""))])
    for one in (wiki, MappedPast(wiki, TRANSLATION)):
        with refusing(HeritageError):
            one.as_of([7])
        with refusing(HeritageError):
            one.since("Q42", 3)


ASKED: dict[str, tuple[Any, Any]] = {
    "read": ({"entities": {"Q42": ENTITY}}, lambda wiki: parse(wiki.read(["Q42"]))),
    "latest": ({"entities": {"Q42": ENTITY}}, lambda wiki: wiki.latest(["Q42"])),
    "mapped": (
        {"entities": {"Q42": ENTITY}},
        lambda wiki: MappedReader(wiki, TRANSLATION).read(["metabase:Q42"]),
    ),
    "datatypes": (
        {"entities": {"P31": {"id": "P31", "datatype": "string"}}},
        lambda wiki: wiki.datatypes(["P31"]),
    ),
    "identifiers": (
        {
            "query": {"extensions": [{"name": "WikibaseCirrusSearch"}], "search": [{"title": "Item:Q42"}]},
            "search": [{"id": "Q42"}],
            "entities": {"Q42": ENTITY},
        },
        lambda wiki: wiki.find_by_identifiers("P380", ["PA1", "x"]),
    ),
    "contributions": (
        {
            "query": {
                "usercontribs": [
                    {"title": "Item:Q42", "revid": 7, "comment": "abc", "timestamp": "2026-11-20T10:00:00Z"}
                ]
            }
        },
        lambda wiki: wiki.find_edit("abc", datetime(2026, 1, 1, tzinfo=UTC)),
    ),
    "stop": (
        {"query": {"pages": [{"revisions": [{"slots": {"main": {"content": " stop "}}}]}]}},
        lambda wiki: wiki.stop_requested(),
    ),
    "facts": (
        {
            "query": {
                "userinfo": {
                    "name": "Bot",
                    "groups": ["bot"],
                    "rights": ["edit"],
                    "blockid": 1,
                    "blockedby": "A",
                },
                "general": {"wikibase-conceptbaseuri": "http://x/", "readonly": True},
                "extensions": [{"name": "WikibaseMediaInfo"}],
                "tags": [{"name": "a", "active": True, "source": ["manual"]}],
            }
        },
        lambda wiki: wiki.facts(),
    ),
    "by_sha1": (
        {"query": {"allimages": [{"canonicaltitle": "File:A.jpg", "sha1": "0", "user": "A"}]}},
        lambda wiki: wiki.by_sha1("0"),
    ),
    "by_title": (
        {
            "query": {
                "pages": [{"title": "File:A.jpg", "pageid": 3, "imageinfo": [{"sha1": "0", "user": "A"}]}]
            }
        },
        lambda wiki: wiki.by_title("A.jpg"),
    ),
    "media": (
        {"entities": {"M3": {"id": "M3", "statements": [], "labels": {}}}},
        lambda wiki: wiki.read_media(3),
    ),
}


def parse(found: Mapping[str, Any]) -> None:
    """All that is done with an item before an edit and after it."""
    for entity in found.values():
        item = parse_entity(entity)
        diff(CONTENT, item, "P380")
        undoing(CONTENT, "0" * 16, entity)
        built_on(CONTENT, entity)
        list(described(applied(entity, item.qid, entity_data(CONTENT, "0" * 16, entity))))


def answered(name: str, data: bytes) -> None:
    """A question to the wiki whose answer is bent."""
    good, ask = ASKED[name]
    wiki = Answers(finite(bent(good, data)))
    with refusing(HeritageError):
        ask(wiki)


def write_answer(data: bytes) -> None:
    """The answer to a write: one of the errors that say whether something may have been saved."""
    good = {
        "error": {
            "code": "failed-save",
            "info": "x",
            "messages": [{"name": "actionthrottledtext", "html": "x"}],
        },
        "errors": [{"code": "maxlag", "text": "x", "data": {"lag": 3}}],
        "entity": {"id": "Q42", "lastrevid": 8},
        "success": 1,
    }
    content = bent(good, data[2:])
    if isinstance(content, dict) and data[:1] and data[0] % 3 == 0:
        content.pop("error", None)
    text = data[2:].decode("utf-8", "replace") if data[:1] and data[0] % 4 == 3 else json.dumps(content)
    waits = ("5", "", "nan", "inf", "-1", "1e400", "Fri, 31 Dec 1999 23:59:59 GMT", "９")
    headers = {
        "Retry-After": waits[data[1] % len(waits)] if len(data) > 1 else "",
        "MediaWiki-API-Error": "a, b",
    }
    with refusing(HeritageError):
        read_answer(200 if not data[:1] or data[0] % 5 else 429, headers, text)


def entity_row(data: bytes) -> None:
    """An entity as a row of the index."""
    entity = bent(ENTITY, data)
    with refusing(ValueError):
        if isinstance(entity, dict):
            item_row(entity)


def dump(data: bytes) -> None:
    """A dump, some of whose lines are bent or anything."""
    lines = [json.dumps(ENTITY).encode(), json.dumps(CLASS).encode()]
    for part in data[1:].split(b"\x00\x00")[:6]:
        anything = part[:1] and part[0] % 4 == 3
        lines += [part if anything else json.dumps(bent(ENTITY, part)).encode()]
    shape = data[0] if data else 0
    content = b"[\n" + b",\n".join(lines) + b"\n]" if shape % 2 else b"\n".join(lines)
    name = ("dump.json", "dump.json.gz", "dump.json.bz2")[shape // 2 % 3]
    with refusing(SourceChanged, SourceUnavailable), file_of(content, name) as file:
        scope = SCOPE if shape % 5 else None
        build_index(str(file), str(file.parent / "data"), date(2026, 11, 21), scope=scope)


def service(data: bytes) -> None:
    """The index from a query service that misbehaves."""
    with (
        TemporaryDirectory(prefix="heritage-fuzz-", dir=MEMORY) as folder,
        refusing(SourceChanged, SourceUnavailable),
    ):
        asked = session_in(Path(folder), SERVICE, data)
        parts = Parts(f"{folder}/data", "pull")
        parts.begin(datetime(2026, 11, 21, tzinfo=UTC), timedelta(days=1))
        rules = load_index_rules(VOCABULARIES / "wikidata.yaml")
        QueryServicePull("https://register.example/sparql", SCOPE, rules, parts, lambda _: asked).run()


@cache
def index_before() -> str:
    """The data folder with an index of two items."""
    folder = mkdtemp(prefix="heritage-fuzz-", dir=MEMORY)
    atexit.register(shutil.rmtree, folder)
    (Path(folder) / "dump.jsonl").write_text("\n".join(map(json.dumps, (ENTITY, CLASS))), "utf-8")
    build_index(f"{folder}/dump.jsonl", f"{folder}/data", date(2026, 11, 20), scope=SCOPE)
    return f"{folder}/data"


def changes(data: bytes) -> None:
    """An index brought up to date from a wiki that misbehaves."""
    rows = [{"title": qid, "timestamp": "2026-11-20T10:00:00Z"} for qid in ("Q42", "Q16970", "Q7")]
    with (
        TemporaryDirectory(prefix="heritage-fuzz-", dir=MEMORY) as folder,
        refusing(SourceChanged, SourceUnavailable),
    ):
        shutil.copytree(index_before(), f"{folder}/data")
        wiki = Wikibase(rows, entities={"Q42": ENTITY, "Q16970": CLASS})
        asked, parts = session_in(Path(folder), wiki, data), Parts(f"{folder}/data", "pull")
        until = datetime(2026, 11, 21, tzinfo=UTC)
        parts.begin(until, timedelta(days=1))
        pull = ChangesPull(
            "https://register.example/w/api.php",
            FileItemIndex(f"{folder}/data").file(),
            SCOPE,
            parts,
            lambda _: asked,
        )
        pull.run(datetime(2026, 11, 20, tzinfo=UTC), until)


def own_content(data: bytes) -> None:
    """The content of an edit as it stands in the journal: read, or refused as none of ours."""
    text = json.dumps(bent(json.loads(to_json(CONTENT)), data))
    with refusing(ValidationError):
        content = from_json(text)
        to_json(content)
        entity_data(sendable(content)[0], "0" * 16, None)


def summaries(data: bytes) -> None:
    """Comments of edits, written by anybody."""
    text = data.decode("utf-8", "replace")
    read_summary(text)
    may_bring_in({"type": "edit", "comment": text}, {"P31"})


CLAIMS = {pid: group for pid, group in ENTITY["claims"].items() if pid not in ("P1448", "P1114")}
SERVICE = QueryService([ENTITY | {"claims": CLAIMS}, CLASS])
TARGETS: dict[str, Target] = {
    **{f"wiki_{name}": partial(answered, name) for name in ASKED},
    "wiki_past": past,
    "wiki_write_answer": write_answer,
    "entity_row": entity_row,
    "dump": dump,
    "index_service": service,
    "index_changes": changes,
    "own_content": own_content,
    "summaries": summaries,
}
