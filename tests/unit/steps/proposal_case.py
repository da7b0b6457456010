"""A snapshot up to its matches, as the steps before leave it, and a wiki."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from heritage.adapters.database.engine import connect, upgrade
from heritage.adapters.database.journal import SqlJournal
from heritage.adapters.files import FileStore
from heritage.adapters.wikibase.embedding import WikiAccess
from heritage.adapters.wikibase.wiki import PywikibotWiki
from heritage.model.constraint import ConstraintList
from heritage.model.tables import MATCHES, RECORDS, RISK
from heritage.spec.dataset import DatasetSpec
from heritage.spec.loader import LoadedSpec
from heritage.steps.propose import Proposed, propose
from register_examples import fetched, pulled

SPEC = DatasetSpec.model_validate(
    {
        "id": "xx_towers",
        "title": "Towers",
        "publisher": {"name": "Tower Board"},
        "kind": "monument",
        "maintainers": ["ada"],
        "sample": "synthetic",
        "licence": {"id": "CC0-1.0", "evidence": "https://towers.example/licence"},
        "harvest": {"protocol": "csv", "url": "https://towers.example/towers.csv"},
        "record": {"id": "ID", "name": {"en": "Name"}},
        "item": {"identifier": "P1216", "register_item": "Q500", "description": {"en": "listed tower"}},
        "checks": {"rows": [1, 10]},
    }
)
LOADED = LoadedSpec(SPEC, Path("xx/xx_towers/xx_towers.yaml"))
PROPERTIES = {
    **dict.fromkeys(["P31", "P17", "P131", "P1435", "P248"], "wikibase-item"),
    "P1216": "external-id",
    "P854": "url",
    "P813": "time",
    "P625": "globe-coordinate",
}
ENTITIES = [{"id": p, "datatype": t, "labels": {"en": p}} for p, t in PROPERTIES.items()] + [
    {"id": f"Q{n}", "labels": {"en": f"Item {n}"}} for n in (11, 12, 13, 145, 500, 501, 502)
]


class Case:
    """The snapshot `snapshot` of a register in a store, and what a test changes of it."""

    def __init__(self, folder: Path, api_url: str) -> None:
        self.store = FileStore(str(folder / "data"))
        url = f"sqlite:///{folder}/journal.db"
        upgrade(url)
        self.journal = SqlJournal(connect(url))
        self.wiki = PywikibotWiki(
            WikiAccess(
                api_url, "https://heritage.example", "Bot@h", "bot-password", timeout=60.0, patience=0.0
            )
        )
        self.snapshot = self.harvest("first")

    def harvest(self, content: str) -> str:
        """A new capture; it is the good one from now on."""
        file = fetched("towers.csv", content.encode(), "https://towers.example/towers.csv")
        at = datetime(2026, 11, 20, tzinfo=UTC)
        self.snapshot = self.store.capture(SPEC, pulled(file), at)[0].snapshot
        self.store.mark_good("xx_towers", self.snapshot, at)
        return self.snapshot

    def hold(self, *rows: dict[str, Any], version: str = "v1") -> None:
        """Writes records, risk and matches. A row may also say decision, qid, disclosure, level."""
        records, risks, matches = [], [], []
        for row in rows:
            base: dict[str, Any] = dict.fromkeys(RECORDS.names)
            base |= {"dataset": "xx_towers", "kind": "monument", "name": "North Tower", "lang": "en"}
            base |= {"place_method": "given", "precision_m": 30.0}
            base |= {name: value for name, value in row.items() if name in RECORDS.names}
            base["names"] = row.get("names", [{"lang": "en", "text": base["name"]}] if base["name"] else [])
            records.append(base)
            risks.append(
                {
                    "record_id": row["record_id"],
                    "level": row.get("level", "unknown"),
                    "explanation": "none",
                    "disclosure": row.get("disclosure", "S0"),
                    "disclosure_reason": "none",
                    "disclosure_rules": row.get("rules", []),
                    "disclosure_basis": row.get("basis", "rules"),
                }
            )
            decision = row.get("decision", "match" if row.get("qid") else "new")
            match = {
                "record_id": row["record_id"],
                "decision": decision,
                "qid": row.get("qid"),
                "reason": "r",
            }
            matches.append(match)
        for name, table, schema in (
            ("records", records, RECORDS),
            ("risk", risks, RISK),
            ("matches", matches, MATCHES),
        ):
            made = pa.Table.from_pylist(table, schema=schema)
            self.store.write_table("xx_towers", self.snapshot, name, made, f"{name}-{version}")

    def propose(self, loaded: LoadedSpec = LOADED, **changed: Any) -> Proposed:
        given: dict[str, Any] = {
            "store": self.store,
            "reader": self.wiki,
            "journal": self.journal,
            "target": "sandbox",
            "constraints": ConstraintList("none"),
        }
        return propose(loaded, self.snapshot, **given | changed)

    def table(self, name: str) -> list[dict[str, Any]]:
        return self.store.read_table("xx_towers", self.snapshot, name).to_pylist()
