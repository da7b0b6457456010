"""Small snapshots with edits on the real store, and their ranking."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from heritage.adapters.database.engine import connect, upgrade
from heritage.adapters.database.journal import SqlJournal
from heritage.adapters.files import FileStore
from heritage.licence.vocabulary import Licences
from heritage.model.edit import Content, ItemValue, Kind, Snak, Statement, TextValue
from heritage.model.governance import Criteria, Proposal, Rehearsal, Scope
from heritage.model.tables import EDITS, MATCHES, RECORDS, RISK
from heritage.priority.settings import PrioritySettings
from heritage.spec.dataset import DatasetSpec
from heritage.spec.loader import LoadedSpec
from heritage.statements.content_json import edit_id, to_json
from heritage.statements.selection import kinds_of
from heritage.steps.rank import Ranking, rank
from register_examples import StoppedClock, fetched, pulled

VOCABULARIES = Path(__file__).parents[1] / "datasets" / "_vocabularies"
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


BODY = PrioritySettings.model_validate(
    yaml.safe_load((VOCABULARIES / "priority.yaml").read_text(encoding="utf-8"))
)
"""As the body keeps them."""


def settings() -> PrioritySettings:
    content = yaml.safe_load((VOCABULARIES / "priority.yaml").read_text(encoding="utf-8"))
    content["robustness"]["draws"] = 200
    return PrioritySettings.model_validate(content)


def terms(answer: str) -> dict[str, Any]:
    others = dict.fromkeys(("commons", "europeana", "export"), "DENY")
    return {"ids": [licence_named(answer)], "why": "Because.", "wikidata": answer, **others}


def licence_named(answer: str) -> str:
    return f"LicenseRef-{answer.lower().replace('_', '-')}"


ANSWERS = ("ALLOW", "NEEDS_WAIVER", "BODY_DECISION", "LINK_ONLY", "DENY")
LICENCES = Licences.model_validate(
    {"version": 1, "database_right": [], "terms": [terms(answer) for answer in ANSWERS]}
)


def spec(dataset: str = "xx_churches", licence: str = "allow", **changes: Any) -> LoadedSpec:
    facts = {
        "id": dataset,
        "title": "Churches",
        "publisher": {"name": "A publisher"},
        "kind": "monument",
        "maintainers": ["somebody"],
        "sample": "synthetic",
        "licence": {"id": licence_named(licence), "evidence": "https://example.org/terms"},
        "harvest": {"protocol": "csv", "url": "https://example.org/list.csv"},
        "record": {"id": "id", "name": {"en": "name"}},
        "item": {"identifier": "P9001"},
        "checks": {"rows": [0, 1_000_000]},
        "ethics_note": "Only churches are listed.",
        **changes,
    }
    return LoadedSpec(DatasetSpec.model_validate(facts), Path(f"{dataset}.yaml"))


REFERENCE = (Snak("P854", TextValue("https://example.org/1")),)
IDENTIFIER = Statement("P9001", TextValue("1"), Kind.IDENTIFIERS, (REFERENCE,))
CLASS = Statement("P31", ItemValue("Q16970"), Kind.DESIGNATION, (REFERENCE,))
BOTH = Content({"en": "St Mary"}, {"en": "church"}, {"fr": ("Sainte-Marie", "St-M.")}, (IDENTIFIER, CLASS))


def edit(
    dataset: str, record_id: str, content: Content, level: str = "unknown", **changes: Any
) -> dict[str, Any]:
    qid = changes.get("qid", f"Q{record_id}")
    return {
        "edit_id": edit_id(dataset, record_id, qid, content),
        "dataset": dataset,
        "snapshot": "s",
        "record_id": record_id,
        "name": "St Mary",
        "qid": qid,
        "level": level,
        "kinds": kinds_of(content) if qid else ["new_items"],
        "content": to_json(content),
        "additions": to_json(content),
        "withheld": [],
        "conflicts": [],
        **changes,
    }


def journal_beside(store: FileStore) -> SqlJournal:
    url = f"sqlite:///{store._root}/heritage.sqlite"
    upgrade(url)
    return SqlJournal(connect(url))


def snapshot(
    store: FileStore,
    edits: list[dict[str, Any]],
    levels: list[str],
    dataset: str = "xx_churches",
    groups: list[str | None] | None = None,
    decisions: list[str] | None = None,
    record: dict[str, Any] | None = None,
    risk: dict[str, Any] | None = None,
) -> str:
    """A good snapshot with one record a level, ids 1, 2, …"""
    files = pulled(fetched("list.csv", repr((dataset, levels, edits)).encode(), "https://example.org/"))
    name = store.capture(spec(dataset).spec, files, NOW)[0].snapshot
    groups = groups or ["church" if n % 2 else "chapel" for n in range(len(levels))]
    decisions = decisions or ["match"] * len(levels)
    base = {"dataset": dataset, "kind": "monument", "name": "St Mary", "lat": 1.0, "lon": 1.0}
    full = {"class_item": "Q16970", "admin_item": "Q5", "url": "https://example.org/"}
    ids = [str(n) for n in range(1, len(levels) + 1)]
    ruled = {"disclosure": "S0", "disclosure_reason": "", "explanation": ""}
    rows = [
        base | full | {"record_id": i, "type": g} | (record or {}) for i, g in zip(ids, groups, strict=True)
    ]
    risks = [
        ruled | {"record_id": i, "level": lev} | (risk or {}) for i, lev in zip(ids, levels, strict=True)
    ]
    matches = [{"record_id": i, "decision": d, "reason": ""} for i, d in zip(ids, decisions, strict=True)]
    for table, schema, content in (
        ("records", RECORDS, rows),
        ("risk", RISK, risks),
        ("matches", MATCHES, matches),
        ("edits", EDITS, edits),
    ):
        store.write_table(dataset, name, table, pa.Table.from_pylist(content, schema=schema), f"in-{table}")
    store.mark_good(dataset, name, NOW)
    return name


def ranking(store: FileStore, *specs: LoadedSpec, **changes: Any) -> Ranking:
    """The ranking of datasets; an upload journal beside the store is empty unless another is given."""
    options: dict[str, Any] = {
        "licences": LICENCES,
        "settings": settings(),
        "budget_hours": 100,
        "edits_per_minute": 30,
        "clock": StoppedClock(NOW),
        "journal": changes.pop("journal", None) or journal_beside(store),
    }
    return rank(specs or [spec()], store=store, **options | changes)


def by_what(found: Ranking) -> dict[tuple[str, str], Proposal]:
    proposals = [*(r.proposal for r in found.ranked), *found.gated]
    return {(p.kind, str(p.scope)): p for p in proposals}


def proposal(proposal_id: str, values: Criteria, hours: float = 1.0) -> Proposal:
    """A proposal that only its criteria and its cost are told of."""
    return Proposal(
        proposal_id=proposal_id,
        dataset="xx_churches",
        snapshot="s1",
        title=proposal_id,
        kind="identifiers",
        scope=Scope.ALL,
        content_hash="c",
        edits_digest="e",
        rehearsal=Rehearsal(1, 0, 1, 0, 0, 0, 0, 0.1),
        gates=(),
        criteria=values,
        reviewer_hours=hours,
    )


def question(proposal_id: str) -> Proposal:
    """A question on a licence."""
    return Proposal.question(
        proposal_id,
        dataset="xx_churches",
        snapshot="s1",
        title="May it?",
        kind="licence",
        content_hash="c",
        gate="licence",
        reasons=(),
    )
