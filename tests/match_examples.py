"""A register after the step `reconcile`, with records of every class of disclosure, and its pages."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from heritage.adapters.reconcile_settings import load_settings
from heritage.model.tables import RECORDS
from heritage.ports.matching import Decided, Explained, MatchList
from heritage.reconcile import reconcile
from heritage.steps.explain import explain, match_list
from heritage.steps.risk_sites import RegisterRisk, read_register
from heritage.web.services import MatchServices
from recon_examples import index_service, items
from register_examples import VOCABULARIES
from report_examples import HOSTILE
from risk_examples import TODAY, Registers, Site

DATASET = "xx_listed"
SETTINGS = load_settings(VOCABULARIES / "reconcile")
SITES = [
    Site("a/1", "Oystermouth Rotunda", "watch", 54.1001, 1.2, "Q145"),
    Site("a/2", "St Mary's Church", "watch", 51.2003, -1.4, "Q145"),
    Site("a/3", "Dunmere Windmill", "watch", 51.43, -2.87, "Q145"),
    Site("a/10", "Wayside Cross of Nowhere", "watch", 10.2, 40.3, "Q145"),
    Site("a/4", "Dunmere Castle", "watch", 51.43, -2.41, "Q145", disclosure="S1", rules=("R5",)),
    Site("a/5", "Foxton Priory", "watch", 52.05, -3.1, "Q145", disclosure="S3", rules=("R4",)),
    Site("a/6", "Hidden Abbey", "watch", 51.0, -2.0, "Q145", disclosure="S5", rules=("R2",)),
    Site("a/7", "Eastleigh Viaduct", "watch", 51.74, -1.95, "Q145", rules=("R12",)),
    Site("a/9", "Oystermouth Rotunda", "watch", 54.1, 1.2, "Q145", disclosure="S5", rules=("R2",)),
    Site("a/8", HOSTILE, "watch", 51.2, -1.4, "Q145", record={"lang": "en"}),
    Site("..", "Garsington Windmill", "watch", 52.36, -2.87, "Q145"),
]


def register(folder: Path) -> tuple[Registers, RegisterRisk]:
    """The register, its records reconciled with the index of `recon_examples`."""
    made = Registers(folder).add(DATASET, "Listed things", SITES)
    snapshot = made.snapshots[DATASET]
    records = made.store.read_table(DATASET, snapshot, "records")
    matches = reconcile(records.cast(RECORDS), items(), SETTINGS)
    made.store.write_table(DATASET, snapshot, "matches", matches, inputs="reconciled")
    rules = made.vocabularies.disclosure()
    return made, read_register(made.specs[DATASET], snapshot, store=made.store, rules=rules, today=TODAY)


def services(folder: Path) -> MatchServices:
    """The pages' services over it; the index is in memory."""
    made, read = register(folder)

    def listed(dataset: str, decided: Decided, page: int) -> MatchList | None:
        return match_list(read, decided, page, store=made.store) if dataset == DATASET else None

    def one(dataset: str, record_id: str) -> Explained | None:
        return explain(read, record_id, store=made.store, settings=SETTINGS) if dataset == DATASET else None

    def places(qids: Sequence[str]) -> Mapping[str, tuple[float, float]]:
        found = {qid: index_service().entity(qid, None) for qid in qids}
        return {q: (e.lat, e.lon) for q, e in found.items() if e and e.lat is not None and e.lon is not None}

    return MatchServices(listed, one, places)
