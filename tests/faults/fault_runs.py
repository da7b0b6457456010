"""One random run of an upload among faults, and what must hold after it.

A plan says which edits are approved, which lives the uploading processes lead one after the other (what fails
on the wire, what other people do meanwhile, where the process is killed), and `play` lives it against the
sandbox. Then the faults end, an upload runs until nothing waits, and journal and wiki are compared.
"""

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pyarrow as pa
from hypothesis import strategies as st

from heritage.adapters.database.engine import connect, upgrade
from heritage.adapters.database.journal import SqlJournal
from heritage.adapters.database.pace import SqlPace
from heritage.adapters.database.undone import SqlUndoneEdits
from heritage.adapters.wikibase.embedding import WikiAccess
from heritage.adapters.wikibase.wiki import PywikibotWiki
from heritage.errors import HeritageError, WikiBusy, WikiUnclear
from heritage.model.edit import (
    Content,
    CoordinateValue,
    EditState,
    ItemValue,
    Kind,
    ReferenceAddition,
    Snak,
    Statement,
    TextValue,
    TimeValue,
)
from heritage.model.tables import EDITS
from heritage.statements.afterwards import lacking
from heritage.statements.content_json import edit_id, from_json, to_json
from heritage.statements.live import parse_entity
from heritage.statements.selection import kinds_of
from heritage.steps.audit_journal import audit
from heritage.steps.plan_upload import UploadBatch
from heritage.steps.undo import undo
from heritage.steps.upload import upload
from heritage.steps.upload_limits import UploadLimits
from wikibase_sandbox.faults import KINDS
from wikibase_sandbox.testing import BOT, PERSON, Sandbox, running

PROPERTIES = {
    **dict.fromkeys(["P31", "P17", "P131", "P1435", "P248"], "wikibase-item"),
    "P1216": "external-id",
    "P854": "url",
    "P813": "time",
    "P625": "globe-coordinate",
}
WRITES = ("create", "add", "remove")
PROMPT = 30
"""Seconds within which our client sends a write, or does not send it at all."""
FINALLY = 6
"""Uploads without faults that must be enough to bring a batch to its end."""


class Killed(BaseException):
    """The process is no more: nothing that it would still do has an effect."""


@dataclass(frozen=True)
class Struck:
    """A fault of the sandbox: its kind, how often, after how many requests, and which requests it strikes."""

    kind: str
    times: int
    after: int
    only: str


@dataclass(frozen=True)
class Event:
    """What happens just before the nth call of a process to journal or wiki."""

    call: int
    what: str
    edit: int


@dataclass(frozen=True)
class Death:
    """Before or after the nth call; or in the nth write (`late`), which arrives so many seconds later."""

    call: int
    when: str
    late: int = 0


@dataclass(frozen=True)
class Life:
    """One process: `lost` are writes, by their number, that arrive seconds after the process gave them up;
    `quick`: the wiki sets no pace, so that edits are written down some at a time from the first."""

    faults: tuple[Struck, ...] = ()
    events: tuple[Event, ...] = ()
    lost: tuple[tuple[int, int], ...] = ()
    death: Death | None = None
    limit: int | None = None
    quick: bool = False


@dataclass(frozen=True)
class Plan:
    edits: tuple[str, ...]
    lives: tuple[Life, ...]


@dataclass
class Outcome:
    """What one run came to; `lost` and `doubled` must stay empty, and so must `differences`."""

    edits: int = 0
    confirmed: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    faults: int = 0
    kills: int = 0
    events: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)

    @property
    def faulty(self) -> list[str]:
        return [*self.lost, *self.doubled, *self.differences]


EVENTS = (
    *("second scheduler", "removes ours", "changes ours", "adds another", "adds the same", "adds a name"),
    *("deletes", "merges", "protects", "makes the item", "asks to stop", "takes the stop back"),
)
FAULTS = sorted(set(KINDS) - {"search-lag"})
_calls = st.integers(1, 40)
_struck = st.builds(
    Struck,
    st.sampled_from(FAULTS),
    st.sampled_from([1, 1, 1, 2, 3, 8]),
    st.integers(0, 6),
    st.sampled_from(["write", "write", "write", "new", "history", "read", "any"]),
)
_event = st.builds(Event, _calls, st.sampled_from(EVENTS), st.integers(0, 5))
_writes, _late = st.integers(1, 6), st.integers(0, 60)
_death = st.one_of(
    st.builds(Death, _calls, st.sampled_from(["before", "after"])),
    st.builds(Death, _writes, st.just("late"), _late),
)
_life = st.builds(
    Life,
    st.lists(_struck, min_size=1, max_size=4).map(tuple),
    st.lists(_event, min_size=1, max_size=4).map(tuple),
    st.lists(st.tuples(_writes, _late), max_size=3).map(tuple),
    st.one_of(_death, _death, st.none()),
    st.sampled_from([None, None, None, 2]),
    st.booleans(),
)
EDIT_KINDS = ("new", "bare", "bare", "statements", "names", "reference", "refused", "alike")
plans = st.builds(
    Plan,
    st.lists(st.sampled_from(EDIT_KINDS), min_size=2, max_size=6).map(tuple),
    st.lists(_life, min_size=2, max_size=5).map(tuple),
)


class FakeTime:
    """Time that passes only while somebody waits, for the uploads and for the wiki alike."""

    def __init__(self) -> None:
        self._now = datetime.now(UTC)
        self.passes: Callable[[], None] = lambda: None

    def now(self) -> datetime:
        return self._now

    def told(self) -> str:
        return self._now.strftime("%Y-%m-%dT%H:%M:%SZ")

    def wait(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        self.passes()


class House:
    """A sandbox, and an empty journal to copy; made once for many runs."""

    def __init__(self, folder: Path, sandbox: Sandbox, time: FakeTime) -> None:
        self.folder, self.sandbox, self.time = folder, sandbox, time
        self.empty = folder / "empty.db"
        upgrade(f"sqlite:///{self.empty}")
        properties = [{"id": p, "datatype": t, "labels": {"en": p}} for p, t in PROPERTIES.items()]
        targets = [{"id": f"Q{n}", "labels": {"en": f"Target {n}"}} for n in range(500, 510)]
        sandbox.seed(entities=[*properties, *targets])
        self.person = Person(sandbox.api_url)
        self.runs = 0


@contextmanager
def house(folder: Path) -> Iterator[House]:
    """A house for some runs; a new one now and then keeps the wiki's history short."""
    time = FakeTime()
    with running(folder / "wiki.sqlite", now=time.told) as sandbox:
        found = House(folder, sandbox, time)
        yield found
        found.person.close()


class Process:
    """A process that uploads: every call it makes to journal, wiki and clock passes here."""

    def __init__(self, run: "Run", life: Life) -> None:
        self._run, self._life, self._dead = run, life, False
        self._calls = self._writes = 0

    def call(self, name: str, do: Callable[[], Any]) -> Any:
        if self._dead:
            raise Killed
        self._calls += 1
        self._run.arrive()
        asked_at = self._run.house.time.now()
        for event in self._life.events:
            if event.call == self._calls:
                self._run.happen(event)
        if name in WRITES and self._run.house.time.now() - asked_at > timedelta(seconds=PROMPT):
            raise WikiBusy("nothing was sent")  # as our client does, by the clock of this world
        death = self._life.death or Death(0, "")
        if name in WRITES:
            self._write(do, death)
        if (death.when, death.call) == ("before", self._calls):
            self._die()
        result = do()
        if (death.when, death.call) == ("after", self._calls):
            self._die()
        return result

    def _write(self, do: Callable[[], Any], death: Death) -> None:
        """A write may be on its way when its process dies or gives it up."""
        self._writes += 1
        if (death.when, death.call) == ("late", self._writes):
            self._run.later(do, death.late)
            self._die()
        late = dict(self._life.lost).get(self._writes)
        if late is not None:
            self._run.outcome.faults += 1
            self._run.later(do, late)
            raise WikiUnclear("no answer; the request is still on its way")

    def wait(self, seconds: float) -> None:
        if self._dead:
            raise Killed
        self._run.house.time.wait(seconds)

    def _die(self) -> None:
        self._dead = True
        self._run.outcome.kills += 1
        raise Killed


class Mortal:
    """Passes calls on through a process."""

    def __init__(self, inner: Any, process: Process) -> None:
        self._inner, self._process = inner, process

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)
        return lambda *args, **named: self._process.call(name, lambda: method(*args, **named))


class Run:
    """One plan, lived."""

    def __init__(self, house: House, plan: Plan) -> None:
        self.house, self.plan, self.outcome = house, plan, Outcome(edits=len(plan.edits))
        house.runs += 1
        self.number = house.runs
        database = house.folder / f"run-{self.number}.db"
        shutil.copy(house.empty, database)
        self.engine = connect(f"sqlite:///{database}")
        self.journal = SqlJournal(self.engine)
        self.since = max((edit["rev_id"] for edit in house.sandbox.edits()), default=0)
        self._arriving: list[tuple[datetime, Callable[[], Any]]] = []
        house.time.passes = self.arrive
        self.items = [f"Q{100_000 + 100 * self.number + n}" for n in range(len(plan.edits))]
        self.batch = self._batch()

    def play(self) -> Outcome:
        sandbox = self.house.sandbox
        for life in self.plan.lives:
            for one in life.faults:
                sandbox.fault(one.kind, times=one.times, after=one.after, match=ONLY[one.only])
            self.live(life)
            left = sum(one["times"] - one["struck"] for one in sandbox.waiting_faults())
            self.outcome.faults += sum(one.times for one in life.faults) - left
            sandbox.clear_faults()
        self._end()
        self._judge()
        return self.outcome

    def live(self, life: Life) -> None:
        """A process begins, and ends somehow."""
        process = Process(self, life)
        paced = SqlPace(self.engine, "sandbox", 600, self.house.time)
        with suppress(Killed, HeritageError):
            upload(
                self.batch,
                journal=Mortal(self.journal, process),
                writer=Mortal(wiki_at(self.house.sandbox.api_url), process),
                pace=SimpleNamespace(slot=self.house.time.now) if life.quick else paced,
                clock=self.house.time,
                wait=process.wait,
                limits=UploadLimits(careful=0 if life.quick else 2),  # then together
                permitted=lambda: None,
                limit=life.limit,
            )

    def take_back(self, life: Life) -> None:
        """A process that undoes the batch begins, and ends somehow."""
        process = Process(self, life)
        with suppress(Killed, HeritageError):
            undo(
                self.batch.batch_id,
                "Towers",
                journal=self.journal,
                undone=Mortal(SqlUndoneEdits(self.engine), process),
                writer=Mortal(wiki_at(self.house.sandbox.api_url), process),
                clock=self.house.time,
                wait=process.wait,
                pace=SqlPace(self.engine, "sandbox", 600, self.house.time),
                limits=UploadLimits(),
            )

    def later(self, do: Callable[[], Any], seconds: int) -> None:
        """A request that is on its way."""
        self._arriving.append((self.house.time.now() + timedelta(seconds=seconds), do))

    def arrive(self) -> None:
        """Requests whose time has come reach the wiki; nobody hears the answer."""
        due = [one for one in self._arriving if one[0] <= self.house.time.now()]
        for one in due:
            self._arriving.remove(one)
            with suppress(HeritageError):
                one[1]()

    def happen(self, event: Event) -> None:
        """Other people, and other processes, do something."""
        self.outcome.events += 1
        entry = self._entry(event.edit)
        person, qid = self.house.person, (entry.qid if entry else None) or ""
        match event.what:
            case "second scheduler":
                self.live(Life())
            case "asks to stop" | "takes the stop back":
                text = "Stop! --Ada" if event.what == "asks to stop" else ""
                self.house.sandbox.seed(pages={"User:Bot/stop": text})
            case "makes the item" if entry and not qid:
                person.edit({"claims": [_claim("P1216", entry.record_id)]}, new="item")
            case "deletes" | "protects" if qid:
                done = "deleted" if event.what == "deletes" else "protected"
                self.house.sandbox.seed(entities=[{"id": qid, done: True}])
            case "merges" if qid:
                person.merge(qid, "Q509")
            case "removes ours" | "changes ours" if qid:
                claims = [claim for group in person.claims(qid).values() for claim in group]
                if event.what == "removes ours":
                    person.edit({"claims": [{"id": claim["id"], "remove": ""} for claim in claims]}, id=qid)
                else:
                    person.edit({"claims": [claim | {"rank": "preferred"} for claim in claims]}, id=qid)
            case "adds another" if qid:
                person.edit(
                    {"claims": [_claim("P131", _item("Q508")), _claim("P1435", _item("Q507"))]}, id=qid
                )
            case "adds the same" if qid:
                person.edit({"claims": [_claim("P1435", _item("Q501"))]}, id=qid)
            case "adds a name" if qid:
                person.edit({"labels": {"sv": {"language": "sv", "value": "Torn"}}}, id=qid)

    def _entry(self, number: int) -> Any:
        entries = self.journal.entries(self.batch.batch_id)
        return entries[number] if number < len(entries) else None

    def _end(self) -> None:
        """The faults are over; what is on its way arrives, and an upload runs until nothing waits."""
        self.house.sandbox.seed(pages={"User:Bot/stop": ""})
        for _ in range(FINALLY):
            self.live(Life())
            if not self._arriving and not self.journal.pending(self.batch.batch_id):
                break
            self.house.time.wait(100)

    def _judge(self) -> None:
        """Every approved edit is on the wiki exactly once, or is listed with its reason; and so says the
        journal."""
        out, sandbox = self.outcome, self.house.sandbox
        mine = [e for e in sandbox.edits(self.since) if e["user"] == BOT.name]
        made: dict[str, list[dict[str, Any]]] = {}
        for edit in mine:
            for found in re.findall(r"edit ([0-9a-f]{16})\)", edit["comment"]):
                made.setdefault(found, []).append(edit)
        texts = self.house.person.revisions([edit["rev_id"] for edit in mine])
        entries = {entry.edit_id: entry for entry in self.journal.entries(self.batch.batch_id)}
        for number, name in zip(self.batch.edits["edit_id"].to_pylist(), self.plan.edits, strict=True):
            entry, revisions = entries.get(number), made.get(number, [])
            told = f"{name} {number}: {entry.state if entry else 'not planned'}, {len(revisions)} revisions"
            if len(revisions) > 1:
                out.doubled.append(told)
            elif entry is None or entry.state not in (EditState.CONFIRMED, EditState.SKIPPED):
                out.lost.append(f"{told}; it never came to an end")
            elif entry.state is EditState.SKIPPED:
                out.skipped[entry.reason.partition(":")[0]] += 1
                if revisions or not entry.reason:
                    out.lost.append(f"{told}; skipped: {entry.reason}")
            elif not revisions:
                out.lost.append(told)
            else:
                out.confirmed += 1
                saved = texts.get(revisions[0]["rev_id"])
                lacks = lacking(from_json(entry.content), parse_entity(saved)) if saved else ()
                if lacks:
                    out.lost.append(f"{told}; revision {revisions[0]['rev_id']} lacks {lacks}")
        out.doubled += self._same_twice(mine, texts)
        found = audit(
            self.journal.batches(),
            journal=self.journal,
            undone=SqlUndoneEdits(self.engine),
            wiki=wiki_at(sandbox.api_url),
            clock=self.house.time,
            settle=UploadLimits().settle,
        )
        out.differences += [f"{one.cause}: {one.why}" for one in (*found.differences, *found.mended)]

    def _same_twice(self, mine: list[dict[str, Any]], texts: dict[int, Any]) -> Iterator[str]:
        """Items that we made for one record, and statements that stand twice on an item because of us."""
        made: Counter[str] = Counter()
        for edit in mine:
            entity = texts.get(edit["rev_id"])
            if entity is None:
                continue
            said = [json.dumps(c["mainsnak"], sort_keys=True) for g in entity["claims"].values() for c in g]
            before = texts.get(edit["parent_id"])
            had = [
                json.dumps(c["mainsnak"], sort_keys=True)
                for g in (before or {"claims": {}})["claims"].values()
                for c in g
            ]
            if edit["parent_id"] == 0:
                made.update(c["mainsnak"]["datavalue"]["value"] for c in entity["claims"].get("P1216", ()))
            elif before is not None:
                for one, times in Counter(said).items():
                    if times > 1 and times > Counter(had)[one]:
                        yield f"{edit['entity_id']} says {one} {times} times after revision {edit['rev_id']}"
        for record, times in made.items():
            if times > 1:
                yield f"{times} items for record {record}"

    def _batch(self) -> UploadBatch:
        rows = []
        seeded: list[dict[str, Any]] = []
        for number, (kind, qid) in enumerate(zip(self.plan.edits, self.items, strict=True)):
            record = f"{self.number}-{number}"
            content = _content(kind, qid, record)
            new = kind in ("new", "bare", "alike")
            if kind == "alike":
                seeded.append({"id": qid, "labels": content.labels, "descriptions": content.descriptions})
            elif not new:
                claim = _claim("P131", _item("Q502")) | {"id": _guid(qid)}
                seeded.append({"id": qid, "labels": {"en": f"Item {record}"}, "claims": {"P131": [claim]}})
            rows.append(
                {
                    "edit_id": edit_id("xx_towers", record, None if new else qid, content),
                    "dataset": "xx_towers",
                    "snapshot": "s1",
                    "record_id": record,
                    "qid": None if new else qid,
                    "level": "none_known",
                    "kinds": ["new_items"] if new else kinds_of(content),
                    "content": to_json(content),
                    "additions": to_json(content),
                }
            )
        self.house.sandbox.seed(entities=seeded)
        table = pa.Table.from_pylist(rows, schema=EDITS)
        return UploadBatch(f"{self.number:012x}", "xx_towers", "Towers", "P1216", "sandbox", (7,), table)


ONLY: dict[str, dict[str, str]] = {
    "write": {"action": "wbeditentity", "bot": "1"},
    "new": {"action": "wbeditentity", "bot": "1", "new": "item"},
    "history": {"list": "usercontribs", "format": "json"},
    "read": {"action": "wbgetentities", "format": "json"},
    "any": {"format": "json"},
}
"""Which requests a fault strikes. Other people ask for another format, and are spared."""


def _content(kind: str, qid: str, record: str) -> Content:
    reference = (
        Snak("P248", ItemValue("Q500")),
        Snak("P854", TextValue(f"https://towers.example/{record}")),
        Snak("P813", TimeValue("+2026-11-20T00:00:00Z", 11)),
    )

    def says(property: str, value: Any, of: Kind) -> Statement:
        return Statement(property, value, of, (reference,))

    match kind:
        case "new" | "bare" | "alike":
            return Content(
                labels={"en": f"Tower {record}"},
                descriptions={} if kind == "bare" else {"en": f"tower {record}"},
                statements=(
                    says("P1216", TextValue(record), Kind.IDENTIFIERS),
                    says("P1435", ItemValue("Q501"), Kind.DESIGNATION),
                ),
            )
        case "statements":
            point = CoordinateValue(51.5, -0.125, 0.0001)
            return Content(
                statements=(
                    says("P1435", ItemValue("Q501"), Kind.DESIGNATION),
                    says("P625", point, Kind.PLACE),
                )
            )
        case "names":
            return Content(
                labels={"fi": "Torni", "sv": "Torn"}, aliases={"en": (f"Also {record}", "The Tower")}
            )
        case "reference":
            return Content(references=(ReferenceAddition(_guid(qid), "P131", Kind.PLACE, reference),))
    return Content(statements=(says("P1435", ItemValue("Q999999"), Kind.DESIGNATION),))


def _guid(qid: str) -> str:
    return f"{qid}$0f5b2a6e-8a6f-4c1d-9b57-1f2e3d4c5b6a"


def _item(qid: str) -> dict[str, Any]:
    return {"entity-type": "item", "id": qid, "numeric-id": int(qid[1:])}


def _claim(property: str, value: Any) -> dict[str, Any]:
    kind = "string" if isinstance(value, str) else "wikibase-entityid"
    snak = {"snaktype": "value", "property": property, "datavalue": {"type": kind, "value": value}}
    return {"type": "statement", "rank": "normal", "mainsnak": snak}


class Person:
    """Somebody who edits by hand, and whom nothing of what we arrange strikes."""

    def __init__(self, api_url: str) -> None:
        self._api, self._http = api_url, httpx.Client(trust_env=False, timeout=30)
        token = self._ask(action="query", meta="tokens", type="login")["query"]["tokens"]["logintoken"]
        self._ask(action="login", lgname=PERSON.name, lgpassword=PERSON.password, lgtoken=token)

    def edit(self, data: dict[str, Any], **what: str) -> None:
        """An edit; that it may be refused is a person's own business."""
        self._ask(action="wbeditentity", data=json.dumps(data), token=self._token(), **what)

    def merge(self, qid: str, into: str) -> None:
        self._ask(
            action="wbmergeitems", fromid=qid, toid=into, token=self._token(), ignoreconflicts="description"
        )

    def claims(self, qid: str) -> dict[str, Any]:
        answer = self._ask(action="wbgetentities", ids=qid, props="claims", redirects="no")
        return answer.get("entities", {}).get(qid, {}).get("claims") or {}

    def revisions(self, numbers: list[int]) -> dict[int, Any]:
        """The items as these revisions, and those before them, saved them."""
        wanted = "|".join(map(str, numbers))
        if not numbers:
            return {}
        pages = self._ask(
            action="query", prop="revisions", revids=wanted, rvprop="ids|content", rvslots="main"
        )
        return {
            revision["revid"]: json.loads(revision["slots"]["main"]["content"])
            for page in pages["query"].get("pages", ())
            for revision in page.get("revisions", ())
        }

    def close(self) -> None:
        self._http.close()

    def _token(self) -> str:
        return str(self._ask(action="query", meta="tokens")["query"]["tokens"]["csrftoken"])

    def _ask(self, **asked: str) -> Any:
        return self._http.post(self._api, data={"format": "xml", "formatversion": "2", **asked}).json()


def wiki_at(api_url: str) -> PywikibotWiki:
    """Our account, with little patience: what hangs is given up soon."""
    contact, stop = "https://heritage.example/contact", "User:Bot/stop"
    access = WikiAccess(
        api_url,
        contact,
        user="Bot@heritage",
        password=BOT.password,
        stop_page=stop,
        timeout=0.4,
        patience=0.0,
    )
    return PywikibotWiki(access)
