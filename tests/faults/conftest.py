"""A wiki, a journal and a batch of approved edits: one new item, one designation, one reference."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from heritage.adapters.database.engine import connect, upgrade
from heritage.adapters.database.journal import SqlJournal
from heritage.adapters.database.pace import SqlPace
from heritage.adapters.database.undone import SqlUndoneEdits
from heritage.adapters.wikibase.embedding import WikiAccess
from heritage.adapters.wikibase.reader import PywikibotReader
from heritage.adapters.wikibase.wiki import PywikibotWiki
from heritage.model.edit import (
    Content,
    ItemValue,
    Kind,
    ReferenceAddition,
    Snak,
    Statement,
    TextValue,
    TimeValue,
)
from heritage.model.tables import EDITS
from heritage.statements.content_json import edit_id, to_json
from heritage.statements.selection import kinds_of
from heritage.steps.plan_upload import UploadBatch
from heritage.steps.undo import Undone, undo
from heritage.steps.upload import Uploaded, dry_run, upload
from heritage.steps.upload_limits import UploadLimits
from wikibase_sandbox.testing import Sandbox, running

collect_ignore = ["upload_worker.py"]  # a program, not tests; it takes this very module for its own

REFERENCE = (
    Snak("P248", ItemValue("Q500")),
    Snak("P854", TextValue("https://towers.example/1")),
    Snak("P813", TimeValue("+2026-11-20T00:00:00Z", 11)),
)
PROPERTIES = {
    **dict.fromkeys(["P31", "P17", "P131", "P1435", "P248"], "wikibase-item"),
    "P1216": "external-id",
    "P854": "url",
    "P813": "time",
    "P625": "globe-coordinate",
}
MADE = Content(
    labels={"en": "South Tower"},
    descriptions={"en": "listed tower"},
    statements=(Statement("P1216", TextValue("1"), Kind.IDENTIFIERS, (REFERENCE,)),),
)
DESIGNATED = Content(statements=(Statement("P1435", ItemValue("Q501"), Kind.DESIGNATION, (REFERENCE,)),))
REFERRED = Content(
    references=(ReferenceAddition("Q12$0f5b2a6e-8a6f-4c1d-9b57-1f2e3d4c5b6a", "P131", Kind.PLACE, REFERENCE),)
)
TO_SEND = (("1", None, MADE), ("2", "Q11", DESIGNATED), ("3", "Q12", REFERRED))


def entities() -> list[dict[str, Any]]:
    admin = {"type": "wikibase-entityid", "value": {"entity-type": "item", "id": "Q502", "numeric-id": 502}}
    claim = {
        "id": "Q12$0f5b2a6e-8a6f-4c1d-9b57-1f2e3d4c5b6a",
        "type": "statement",
        "rank": "normal",
        "mainsnak": {"snaktype": "value", "property": "P131", "datavalue": admin},
    }
    items: list[dict[str, Any]] = [
        {"id": f"Q{n}", "labels": {"en": f"Item {n}"}} for n in (11, 13, 14, 500, 501, 502)
    ]
    items.append({"id": "Q12", "labels": {"en": "Item 12"}, "claims": {"P131": [claim]}})
    return [{"id": p, "datatype": t, "labels": {"en": p}} for p, t in PROPERTIES.items()] + items


def batch_of(*edits: tuple[str, str | None, Content], batch_id: str = "abcdef012345") -> UploadBatch:
    rows = [
        {
            "edit_id": edit_id("xx_towers", record_id, qid, content),
            "dataset": "xx_towers",
            "snapshot": "s1",
            "record_id": record_id,
            "qid": qid,
            "level": "none_known",
            "kinds": kinds_of(content) if qid else ["new_items"],
            "content": to_json(content),
            "additions": to_json(content),
        }
        for record_id, qid, content in edits
    ]
    table = pa.Table.from_pylist(rows, schema=EDITS)
    return UploadBatch(batch_id, "xx_towers", "Towers", "P1216", "sandbox", (7,), table)


class FakeTime:
    """Time that passes only while somebody waits; it starts now, because the wiki has a clock of its own."""

    def __init__(self) -> None:
        self._now = datetime.now(UTC)
        self.waited: list[float] = []

    def now(self) -> datetime:
        return self._now

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self._now += timedelta(seconds=seconds)


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with running(tmp_path / "wiki.sqlite") as sandbox:
        sandbox.seed(entities=entities())
        yield sandbox


@pytest.fixture
def journal(tmp_path: Path) -> SqlJournal:
    url = f"sqlite:///{tmp_path}/journal.db"
    upgrade(url)
    return SqlJournal(connect(url))


def access_to(api_url: str, timeout: float = 60.0) -> WikiAccess:
    return WikiAccess(
        api_url,
        "https://heritage.example/contact",
        user="Bot@heritage",
        password="bot-password",
        stop_page="User:Bot/stop",
        timeout=timeout,
        patience=0.0,
    )


def wiki_at(api_url: str, timeout: float = 60.0) -> PywikibotWiki:
    return PywikibotWiki(access_to(api_url, timeout))


def hurried(api_url: str, fault: str) -> dict[str, PywikibotWiki]:
    """A writer that does not wait long for a wiki that never answers."""
    return {"writer": wiki_at(api_url, timeout=2.0)} if fault == "timeout" else {}


def reader_at(api_url: str) -> PywikibotReader:
    return PywikibotReader(replace(access_to(api_url), password=None))


@pytest.fixture
def undone(journal: SqlJournal, tmp_path: Path) -> SqlUndoneEdits:
    return SqlUndoneEdits(connect(f"sqlite:///{tmp_path}/journal.db"))


@pytest.fixture
def take_back(
    sandbox: Sandbox, journal: SqlJournal, undone: SqlUndoneEdits, time: FakeTime, tmp_path: Path
) -> Callable[..., Undone]:
    """Runs an undo for real, with time that does not pass by itself."""
    wiki = wiki_at(sandbox.api_url)

    def run(batch: UploadBatch, per_minute: float = 60, **changed: Any) -> Undone:
        given: dict[str, Any] = {"limits": UploadLimits(), "writer": wiki} | changed
        pace = SqlPace(connect(f"sqlite:///{tmp_path}/journal.db"), batch.target, per_minute, time)
        parts = {"journal": journal, "undone": undone, "clock": time, "wait": time.wait, "pace": pace}
        return undo(batch.batch_id, batch.title, **parts, **given)

    return run


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
def send(
    sandbox: Sandbox, journal: SqlJournal, time: FakeTime, pace: Callable[[float], SqlPace]
) -> Callable[..., Uploaded]:
    """Runs an upload for real, with time that does not pass by itself."""
    wiki = wiki_at(sandbox.api_url)

    def run(batch: UploadBatch, **changed: Any) -> Uploaded:
        per_minute = changed.pop("per_minute", 60)
        given: dict[str, Any] = {
            "limits": UploadLimits(),
            "writer": wiki,
            "permitted": lambda: None,
            "wait": time.wait,
            "pace": pace(per_minute),
        } | changed
        return upload(batch, journal=journal, clock=time, **given)

    return run


@pytest.fixture
def pace(tmp_path: Path, time: FakeTime) -> Callable[[float], SqlPace]:
    """The pace of the wiki, kept beside the journal."""
    engine = connect(f"sqlite:///{tmp_path}/journal.db")
    return lambda per_minute: SqlPace(engine, "sandbox", per_minute, time)


@pytest.fixture
def look(sandbox: Sandbox, journal: SqlJournal, time: FakeTime) -> Callable[..., Uploaded]:
    """Runs a dry run, with a wiki that cannot be written to."""
    return partial(
        dry_run, journal=journal, reader=reader_at(sandbox.api_url), clock=time, limits=UploadLimits()
    )


@pytest.fixture
def case() -> SimpleNamespace:
    """What the tests share: contents, edits, and how to make a batch."""
    return SimpleNamespace(
        batch=batch_of,
        to_send=TO_SEND,
        made=MADE,
        designated=DESIGNATED,
        referred=REFERRED,
        reference=REFERENCE,
        wiki_at=wiki_at,
        hurried=hurried,
    )
