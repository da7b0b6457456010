"""Every way out of the house: how it is taken, and the gate that stands in it.

A new module that reads what is kept of records and tells it to anybody belongs here; the architecture tests
find it. `gates` are the functions by which the module holds back, so that the suite can take them away.
"""

import json
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO, StringIO
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile

import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from house import (
    AT,
    DATASET,
    LOADED,
    Clock,
    House,
    Made,
    NoBatches,
    NoItems,
    NoJournal,
    NothingUndone,
    Place,
    Uploaded,
)
from rich.console import Console
from ways_of_sight import alerts, lineage_events

from heritage.adapters.exports.dcat import dcat_ap
from heritage.adapters.exports.edits_csv import edits_csv
from heritage.adapters.exports.edm import edm
from heritage.adapters.exports.feedback import feedback_files
from heritage.adapters.exports.openrefine import Wikibase, openrefine
from heritage.adapters.exports.published import PublishedFolder
from heritage.adapters.exports.quickstatements import quickstatements
from heritage.adapters.exports.schema_org import schema_org
from heritage.adapters.exports.web_annotation import Collection, web_annotations
from heritage.adapters.exports.wlm import wlm_files
from heritage.adapters.languages import language_name, spoken_in
from heritage.adapters.reconcile_settings import load_settings
from heritage.adapters.reports.html import HtmlReportWriter
from heritage.adapters.reports.impact import impact_page
from heritage.adapters.reports.match_words import sentences
from heritage.adapters.reports.pdf import PdfReportWriter
from heritage.adapters.reports.preview_page import preview_page
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.cli.preview_text import show
from heritage.disclosure import evidence_gate
from heritage.licence.permission import Target
from heritage.model.constraint import NO_LIST, Constraint, ConstraintKind, ConstraintList
from heritage.model.edit import Content, EditState
from heritage.model.edit import Kind as EditKind
from heritage.model.issue import Issue, IssueCode, Severity
from heritage.model.review import Annotation, AnnotationKind, Outcome, Verdict
from heritage.model.tables import ITEMS, MATCHES
from heritage.model.visit import Fate, Visit
from heritage.ports.health import HealthFacts
from heritage.ports.matching import Decided
from heritage.ports.orders import BatchStanding, BatchState, UndoState
from heritage.ports.reconciliation import Condition, Kind, Query
from heritage.ports.reports import PriorityReport
from heritage.ports.review_exports import Handed
from heritage.ports.reviews import Kept
from heritage.ports.revisits import Delivered
from heritage.ports.risk_pages import Chosen
from heritage.priority.ethics_rules import EthicsRules
from heritage.review.settings import RuleSettings
from heritage.spec.dataset import DatasetSpec
from heritage.spec.health_rules import load_health_rules
from heritage.spec.loader import LoadedSpec
from heritage.spec.wlm import load_lists
from heritage.spec.yaml_model import read_model
from heritage.statements.aftermath import drifted
from heritage.statements.content_json import from_json, to_json
from heritage.statements.summary import edit_summary
from heritage.steps.became import became
from heritage.steps.catalogue import catalogue
from heritage.steps.drill import Behind
from heritage.steps.ethics import EthicsProfile, Languages, draw_profiles
from heritage.steps.explain import explain, match_list
from heritage.steps.export import export
from heritage.steps.feedback import feedback
from heritage.steps.figures import dataset_figures
from heritage.steps.health import health
from heritage.steps.health_facts import register_facts, wiki_facts
from heritage.steps.health_text import as_json
from heritage.steps.impact import impact
from heritage.steps.media import plan_media
from heritage.steps.overview import batch_rows, dataset_rows
from heritage.steps.plan_upload import UploadBatch
from heritage.steps.preview import preview
from heritage.steps.propose import Proposed, propose
from heritage.steps.publish import publish
from heritage.steps.rank import rank
from heritage.steps.register_says import SnapshotSays
from heritage.steps.report import write_report
from heritage.steps.review_annotations import annotation_tasks, knowledge_tasks
from heritage.steps.review_asked import asked_on, record_marks
from heritage.steps.review_dangers import danger_tasks
from heritage.steps.review_export import export_reviews
from heritage.steps.review_found import Asked
from heritage.steps.review_fresh import Freshness
from heritage.steps.review_matches import match_tasks
from heritage.steps.review_show import show as show_task
from heritage.steps.revisit import RECORD
from heritage.steps.risk_list import Sites, risk_list
from heritage.steps.risk_site import site_page
from heritage.steps.risk_sites import RegisterRisk, read_register
from heritage.steps.upload_page import batch_page
from heritage.steps.wlm import site_list
from ranking_examples import BODY
from recon_examples import index_service
from review_examples import campaign
from settled_examples import settled as reviewed

ROOT = Path(__file__).resolve().parents[2]
OUTLINES = ROOT / "datasets/_vocabularies/natural_earth/countries_110m.geojson"
MODEL = load_settings(ROOT / "datasets/_vocabularies/reconcile")
VOCABULARIES = YamlVocabularies(ROOT / "datasets/_vocabularies")

_HOUSES = count()
Taken = Callable[[House], str]


@dataclass(frozen=True)
class Exit:
    """`take` gives all text that leaves. `gates` are (module, name); `heavy` ones draw pages.

    `outside`: what leaves goes beyond the installation, so that the licence has to allow it, too, by the
    gates in `licences`; an exit without any holds nothing of a register.
    """

    name: str
    take: Taken
    gates: tuple[tuple[str, str], ...] = ()
    outside: bool = False
    licences: tuple[tuple[str, str], ...] = ()
    wiki: bool = False
    heavy: bool = False


def _proposed(house: House, *, otherwise: bool = False) -> list[dict[str, Any]]:
    """The edits; `otherwise`: on a wiki whose items lie elsewhere, so that there are conflicts."""
    _counted(house, otherwise=otherwise)
    return house.table("edits").to_pylist()


def _counted(house: House, *, otherwise: bool = False, constraints: ConstraintList = NO_LIST) -> Proposed:
    return propose(
        LOADED,
        house.snapshot,
        store=house.store,
        reader=house.reader_of_others if otherwise else house.reader,
        journal=NoJournal(),  # type: ignore[arg-type]
        target="otherwise" if otherwise else "",
        constraints=constraints,
    )


def wiki_edits(house: House) -> str:
    edits = _proposed(house)
    told = [
        [edit[name] for name in ("record_id", "name", "content", "additions", "withheld")] for edit in edits
    ]
    return json.dumps(told, ensure_ascii=False)


def edit_summaries(house: House) -> str:
    return "\n".join(
        edit_summary("Places", from_json(edit["additions"]), "b", [1], edit["edit_id"], new=True)
        for edit in _proposed(house)
    )


def files_of_edits(house: House) -> str:
    """For people who upload by hand."""
    _proposed(house)
    batch = UploadBatch("b", DATASET, "Places", "P1216", "sandbox", (1,), house.table("edits"))
    forms = (
        partial(quickstatements, points=True),
        partial(edits_csv, points=True),
        partial(openrefine, wiki=Wikibase()),
    )
    written = [export([batch], write=form) for form in forms]
    return "\n".join(text for one in written for text in one.files.values()) + repr(
        [one.left_out for one in written]
    )


def findings(house: House) -> str:
    """By a list that objects to whatever is said, so that everything is quoted."""
    objections = (
        Constraint(ConstraintKind.FORMAT, pattern="nothing"),
        Constraint(ConstraintKind.ONE_OF, items=("Q1",)),
        Constraint(ConstraintKind.RANGE, least=9000.0),
        Constraint(ConstraintKind.SINGLE_VALUE),
        Constraint(ConstraintKind.CONFLICTS_WITH, properties=("P31", "P131", "P625", "P1435")),
    )
    pids = ("P31", "P17", "P131", "P571", "P625", "P854", "P1435", LOADED.spec.item.identifier or "")
    listed = ConstraintList("everything", dict.fromkeys(pids, objections))
    _counted(house, constraints=listed)
    return json.dumps(house.table("findings").to_pylist(), ensure_ascii=False)


def conflicts(house: House) -> str:
    edits = _proposed(house, otherwise=True)
    return json.dumps([edit["conflicts"] for edit in edits] + house.table("conflicts").to_pylist())


def results_of_steps(house: House) -> str:
    """What goes into XComs: the counts that the steps give."""
    return repr([_counted(house), _counted(house, otherwise=True)])


def logs(house: House) -> str:
    stream = StringIO()
    handler, logger = logging.StreamHandler(stream), logging.getLogger("heritage")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        _proposed(house, otherwise=True)
        report(house)
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
    return stream.getvalue()


def report(house: House) -> str:
    page, data = _reported(house, HtmlReportWriter(OUTLINES))
    return _without_drawings(page.read_text(encoding="utf-8")) + data.read_text(encoding="utf-8")


def _reported(house: House, writer: Any) -> tuple[Path, ...]:
    _proposed(house)
    return write_report(
        [house.proposal()],
        [],
        specs={DATASET: LOADED.spec},
        store=house.store,
        vocabularies=VOCABULARIES,
        profiles=_profiles(house),
        writer=writer,
        clock=Clock(),
        leaves=house.leaves,
        sample=False,
        out=house.folder / "report",
    )


def _profiles(house: House) -> dict[str, EthicsProfile]:
    rules = read_model(ROOT / "datasets/_vocabularies/ethics.yaml", EthicsRules)
    languages = Languages(spoken_in, language_name)
    return draw_profiles([LOADED], store=house.store, rules=rules, languages=languages)


def ethics_profile(house: House) -> str:
    _profiles(house)
    return json.dumps(house.store.read_json(DATASET, house.snapshot, "ethics"), ensure_ascii=False)


def _seen(house: House) -> Any:
    return preview(LOADED, house.snapshot, store=house.store, source="a file", bundled=True)


def preview_terminal(house: House) -> str:
    stream = StringIO()
    show(_seen(house), Console(file=stream, width=300))
    return stream.getvalue()


def preview_html(house: House) -> str:
    return _without_drawings(preview_page(_seen(house), OUTLINES))


def preview_map(house: House) -> str:
    """The points that maps are drawn from, in their order and to the last figure."""
    return json.dumps(_seen(house).places.to_pylist())


def report_map(house: House) -> str:
    """The points that the maps of the report are drawn from."""
    return json.dumps(_assembled(house).places.to_pylist())


def report_on_paper(house: House) -> str:
    """All words of the PDF; its map is drawn from the same points."""
    told = PdfReportWriter(OUTLINES).content(_assembled(house))
    return json.dumps(told | {"map": ""}, ensure_ascii=False)


def _assembled(house: House) -> PriorityReport:
    given: list[PriorityReport] = []

    class Kept:
        def write(self, report: PriorityReport, folder: Path) -> tuple[Path, ...]:
            given.append(report)
            return ()

    _reported(house, Kept())
    return given[0]


def catalogue_exports(house: House) -> str:
    entries = list(catalogue([LOADED], [], store=house.store))
    return (
        dcat_ap(entries, "https://here.example") + schema_org(entries, "https://here.example") + repr(entries)
    )


def counts_on_pages(house: House) -> str:
    rows = dataset_rows([LOADED], [], store=house.store)
    return repr(list(rows)) + repr(dataset_figures(DATASET, house.snapshot, store=house.store))


def uploads_on_pages(house: House) -> str:
    """Edits that were approved before somebody asked: the journal keeps what the items said otherwise."""
    journal = Uploaded(house)
    [batch] = journal.batches()
    nothing = dict.fromkeys(UndoState, 0)
    standing = BatchStanding("b", BatchState.DONE, "", (), (), 10, 0, 0, nothing)
    page = batch_page(
        batch,
        standing,
        journal=journal,  # type: ignore[arg-type]
        undone=NothingUndone(),  # type: ignore[arg-type]
        titles={},
        stopped=None,
        per_minute=60,
        wiki="",
    )
    return repr([*batch_rows(journal), page])  # type: ignore[arg-type]


def visits_on_pages(house: House) -> str:
    """What became of edits, of records that the register says something else of now, and of all it keeps of
    them: what the page and the log may repeat."""
    said = SnapshotSays(LOADED.spec, house.store)({*(one.record_id for one in house.places), "gone"})
    nothing = Content(labels={"en": "Another"})
    visits = [
        Visit(
            "sandbox", f"e{n}", "b", DATASET, f"Q1{n}", 0, AT, AT, f"Q1{n}", 1, Fate.KEPT, 1, 1, (), None,
            (RECORD,) if one is None else drifted(nothing, one),
        )
        for n, one in enumerate(said.values())
    ]  # fmt: skip
    return repr([visits, became(visits, dict.fromkeys(EditState, 0)), sorted(map(repr, said.values()))])


def health_page(house: House) -> str:
    """Of edits whose reasons keep what the items said otherwise, and of a batch that was stopped for one."""
    reasons = Uploaded(house).reasons("b")
    held = [(AT, why) for why in reasons]
    facts = HealthFacts(
        AT,
        registers=(register_facts(LOADED.spec, house.store),),
        wikis=(wiki_facts("wiki", 60, [(AT, 1)], reasons, held),),
    )
    found = health(facts, load_health_rules(ROOT / "datasets/_vocabularies"))
    return repr(found) + json.dumps(as_json(found), ensure_ascii=False)


def impact_report(house: House) -> str:
    """Of edits of every place, each of which was looked at again."""
    edits = [
        Delivered(
            f"e{one.number}", "sandbox", DATASET, one.record_id, f"Q1{one.number}", AT.date(), True,
            to_json(Content(labels={"en": one.word("name")})),
        )
        for one in house.places
    ]  # fmt: skip
    report = impact(
        visits=SimpleNamespace(delivered=lambda *_: edits, newest=lambda _: ()),  # type: ignore[arg-type]
        media=SimpleNamespace(outcomes=dict),  # type: ignore[arg-type]
        store=house.store,
        specs={DATASET: LOADED.spec},
        country_name=str,
        clock=Clock(),
    )
    return _without_drawings(impact_page(report)) + repr(report)  # a bar has figures of the page


def _with_items(house: House) -> House:
    """Every place has its own item."""
    inside = House(house.folder / f"items{next(_HOUSES)}", house.places, licence=house.licence)
    matches = [
        {"record_id": one.record_id, "decision": "match", "qid": f"Q5{one.number}", "reason": ""}
        for one in inside.places
    ]
    table = pa.Table.from_pylist(matches, schema=MATCHES)
    inside.store.write_table(DATASET, inside.snapshot, "matches", table, "matches-2")
    return inside


def list_for_photographers(house: House) -> str:
    """All files, in which every site has an item and none an image."""
    lists = load_lists(ROOT / "datasets/_vocabularies/wlm.yaml")
    listed = site_list(
        LOADED.spec,
        store=_with_items(house).store,
        basis="rules",
        leaves=house.leaves,
        pictures=lambda qids, lang: {},
        lang="en",
    )
    return "\n".join(
        f"{name}\n{text}" for name, text in wlm_files(listed, lists["gb-sct_en"], "gb-sct_en").items()
    )


def feedback_to_owners(house: House) -> str:
    """Items that say where each place is, and name each by its record's name."""

    class Wiki:
        def read(self, qids: Sequence[str]) -> dict[str, Any]:
            return {f"Q5{one.number}": _knowing(one) for one in house.places if f"Q5{one.number}" in qids}

    told = feedback(LOADED.spec, store=_with_items(house).store, basis="rules", wiki=Wiki(), today=AT.date())
    return "\n".join(feedback_files(told).values())


def _knowing(one: Place) -> dict[str, Any]:
    point = {"latitude": one.lat + 0.01, "longitude": one.lon + 0.01, "precision": 1e-6}
    snaks = {
        "P854": [
            {"snaktype": "value", "property": "P854", "datavalue": {"type": "string", "value": "https://a"}}
        ]
    }
    claim = {
        "id": f"Q5{one.number}$1",
        "references": [{"snaks": snaks}],
        "mainsnak": {
            "snaktype": "value",
            "property": "P625",
            "datavalue": {"type": "globecoordinate", "value": point},
        },
    }
    labels = {"fi": {"language": "fi", "value": f"Torni {one.word('name')}"}}
    return {"id": f"Q5{one.number}", "labels": labels, "claims": {"P625": [claim]}}


def evidence_on_pages(house: House) -> str:
    rules = VOCABULARIES.disclosure().reporters
    tables = [house.table(name) for name in ("evidence", "records", "risk")]
    return _rows(evidence_gate.told_evidence(*tables, rules, AT.date()))


def risk_on_pages(house: House) -> str:
    told = [evidence_gate.told(house.table(n), house.table("records"), house.table("risk")) for n in _ABOUT]
    columns = ("record_id", "level", "explanation", "evidence", "question", "after")
    return "\n".join(_rows(one.select([c for c in columns if c in one.column_names])) for one in told)


_ABOUT = ("risk", "history", "tasks")


def _register(house: House) -> RegisterRisk:
    rules = VOCABULARIES.disclosure()
    return read_register(LOADED.spec, house.snapshot, store=house.store, rules=rules, today=AT.date())


def _sites(house: House) -> Sites:
    return Sites.of([_register(house)], {}, {})


def risk_lists(house: House) -> str:
    return repr(risk_list(_sites(house), Chosen(), size=100))


def risk_map(house: House) -> str:
    """What the map and its bounds are made from."""
    return str(_sites(house).frame[["lat", "lon", "cell"]].to_dict("records"))


def risk_sites(house: House) -> str:
    sites, rules = _sites(house), VOCABULARIES.disclosure()
    return "\n".join(
        repr(site_page(sites, DATASET, one.record_id, store=house.store, rules=rules, today=AT.date()))
        for one in house.places
    )


def matches_and_reasons(house: House) -> str:
    """The page of every record, the lists, and what `heritage explain` prints."""
    register = _register(house)
    found = [explain(register, one.record_id, store=house.store, settings=MODEL) for one in house.places]
    lists = [match_list(register, decided, 1, store=house.store) for decided in Decided]
    return repr(found) + repr(lists) + "\n".join(line for one in found if one for line in sentences(one))


class _Near:
    """An index in which a candidate of each place lies beside it."""

    def __init__(self, house: House) -> None:
        self._places = house.places

    def items(self, columns: Sequence[str] | None = None) -> pa.Table:
        rows = [
            {"qid": f"Q9{one.number}", "labels": [{"lang": "en", "text": f"Item {one.number}"}]}
            | {"points": [{"lat": one.lat, "lon": one.lon}], "classes": ["Q41176"], "context": False}
            for one in self._places
        ]
        return pa.Table.from_pylist(rows, schema=ITEMS).select(list(columns or ITEMS.names))


def tasks_of_reviews(house: House) -> str:
    """What people are asked of every record, and how its page shows it, also to experts."""
    inside = House(house.folder / "reviews", house.places)
    matches = [
        {"record_id": one.record_id, "decision": "review", "reason": one.word("match"), "candidates": [
            {"qid": f"Q9{one.number}", "label": "Item", "probability": 0.5, "distance_m": 12.5,
             "features": [], "reason": one.word("match")}
        ]}
        for one in inside.places
    ]  # fmt: skip
    table = pa.Table.from_pylist(matches, schema=MATCHES)
    inside.store.write_table(DATASET, inside.snapshot, "matches", table, "matches-2")
    register, rules, index = _register(inside), VOCABULARIES.disclosure(), _Near(inside)
    asked = campaign(datasets=(DATASET,))
    given: dict[str, Any] = {"store": inside.store, "now": AT}
    tasks = [
        *match_tasks(asked, register, index=index, gold={}, **given),
        *danger_tasks(asked, register, rules=rules, **given),
        *annotation_tasks(asked, register, index=index, settings=RuleSettings(), **given),
        *knowledge_tasks(asked, register, **given),
    ]
    told = {
        one.record_id: explain(register, one.record_id, store=inside.store, settings=MODEL)
        for one in inside.places
    }
    nothing = Outcome(Verdict.OPEN, "", 0.5, 0)
    shown = [show_task(Kept(one, nothing), told[one.record_id], lambda _: None) for one in tasks]
    return repr([one for one in shown if one is not None])


def records_behind_figures(house: House) -> str:
    """Every page of every figure of every kind, on a wiki that says otherwise."""
    _counted(house, otherwise=True)
    register, whole = _register(house), house.proposal().proposal
    told = []
    for kind in EditKind:
        behind = Behind.read(replace(whole, kind=kind), store=house.store)
        groups = behind.by_group(register, "type")
        told += [
            behind.drilled(figure.key, 1, store=house.store, register=register, groups=groups)
            for figure in behind.figures(groups)
        ]
    return repr(told)


def ranking(house: House) -> str:
    """What stands on the agenda, gated or not: titles, gates, reasons, how much of whom is covered."""
    _counted(house)
    found = rank(
        [LOADED],
        store=house.store,
        licences=VOCABULARIES.licences(),
        settings=BODY,
        budget_hours=0.001,
        edits_per_minute=10,
        clock=Clock(),
        journal=NoBatches(),  # type: ignore[arg-type]
        profiles=_profiles(house),
    )
    return repr(found)


def reconciliation_service(house: House) -> str:
    """Asked for everything that the register knows, by name, number and place. It reads an index of items and
    no register, so it has no gate; tests/architecture holds it to that."""
    service = index_service()
    asked = [
        Query(names=(one.word(what),), conditions=(Condition("P625", (f"{one.lat}, {one.lon}",)),), limit=20)
        for one in house.places
        for what in ("name", "town", "id")
    ]
    found = service.match(asked, lambda: False)
    told = [(one.item, one.types) for candidates in found for one in candidates]
    typed = [
        service.suggest(kind, one.word("name")[:4], "en", 50, 0) for kind in Kind for one in house.places
    ]
    rows = service.extend([one.record_id for one in house.places], ["P625", "P31", "P1216"], "en")
    values = [value for row in rows.rows.values() for value in row.values()]
    return repr((told, typed, values, service.types("en", 50), service.properties("", None)))


def sentences_before_flagging(house: House) -> str:
    """Notes, logs of `map`, the page of the checks and `rejected`: written before anything is decided."""
    issues = [
        Issue(code, Severity.REJECT, DATASET, "list.csv", number, one.record_id, "x", value)
        for number, one in enumerate(house.places, start=1)
        for code in IssueCode
        for value in (f"{one.lat} / {one.lon}", f"{one.word('type')} ///filled.count.soap")
        if one.disclosure != "S5"  # their ids stand in the house's own logs, which nobody else reads
    ]
    return "\n".join(map(str, issues))


def _rows(table: Any) -> str:
    return json.dumps(table.to_pylist(), default=str, ensure_ascii=False)


def _without_drawings(html: str) -> str:
    """Drawings have figures of the page, not of the globe; their points are an exit of their own."""
    return re.sub(r"(?s)<svg.*?</svg>|<style.*?</style>|data:[^\"']+", "", html)


def files_on_commons(house: House) -> str:
    """Names, pages and structured data of files, and what is told of those that stay; not the addresses by
    which they are fetched."""
    content = LOADED.spec.model_dump(mode="json", by_alias=True, exclude_unset=True)
    content["record"]["image"] = {"column": "image", "licence": {"column": "rights"}}
    content["media"] = {"url": "https://reg.example/{file}", "categories": ["Places to keep"]}
    batch = plan_media(
        LoadedSpec(DatasetSpec.model_validate(content), LOADED.path),
        house.snapshot,
        store=house.store,
        journal=Made(house),  # type: ignore[arg-type]
        leaves=replace(house.leaves, target=Target.COMMONS),
        basis="rules",
        wiki="wiki",
        target="commons",
        items_of=None,
        decided=None,
    )
    told = batch.files.drop_columns(["source", "strip"]).to_pylist()
    return json.dumps([told, dict(batch.kept_back)], ensure_ascii=False)


def _reviewed(house: House, write: Callable[[Any], Handed]) -> None:
    """People agree on whatever somebody said of every record."""
    settled = []
    marks = record_marks(house.table("records"), [one.record_id for one in house.places])
    for one in house.places:
        said = {
            "a": Annotation(AnnotationKind.PLACE, lat=one.lat, lon=one.lon),
            "b": Annotation(AnnotationKind.TAG, text=one.word("said")),
            "c": Annotation(AnnotationKind.TRANSLATION, text=f"{one.word('told')} {one.lat}", lang="sv"),
            "d": Annotation(AnnotationKind.PLACE, item=f"Q77000{one.number}"),
        }
        about = {"dataset": DATASET, "record_id": one.record_id, "proposed_by": one.word("reporter")}
        about |= {"content_hash": asked_on(marks[one.record_id], {}, ())}
        settled += [reviewed(each, task_id=f"{one.number}{name}", **about) for name, each in said.items()]
    export_reviews(
        sorted(settled, key=lambda each: (each.task.record_id, each.task.task_id)),
        spec_of={DATASET: LOADED.spec}.get,
        store=house.store,
        fresh=Freshness(NoItems()),  # type: ignore[arg-type]
        leaves=replace(house.leaves, target=Target.EUROPEANA),
        basis="rules",
        asked=Asked(VOCABULARIES.disclosure().reporters, AT.date(), rejected=True),
        write=write,
    )


def reviews_as_annotations(house: House) -> str:
    out = StringIO()
    about = Collection("https://here.example", "What people found out")
    _reviewed(house, partial(web_annotations, out=out, about=about))
    return out.getvalue()


def reviews_as_edm(house: House) -> str:
    out = BytesIO()
    _reviewed(house, partial(edm, out=out, address="https://here.example", provider="We"))
    with ZipFile(out) as archive:
        return "\n".join([*archive.namelist(), *(archive.read(n).decode() for n in archive.namelist())])


def published_snapshot(house: House) -> str:
    """Every file of it, also what only programs read."""
    place = house.folder / "published"
    publish(
        LOADED,
        store=house.store,
        leaves=replace(house.leaves, target=Target.EXPORT),
        basis="rules",
        publisher=PublishedFolder(str(place), "https://here.example/published"),
    )
    told = [path for path in sorted(place.rglob("*")) if path.is_file()]
    tables = [pq.read_table(one) for one in told if one.suffix == ".parquet"]
    points = [shapely.from_wkb(one["geometry"].to_pylist()) for one in tables]
    rows = [_rows(one.drop_columns("geometry")) for one in tables]
    said = (one.read_text(encoding="utf-8") for one in told if one.suffix != ".parquet")
    return "\n".join([*rows, *(f"{one.y} {one.x}" for some in points for one in some if one), *said])


_PROPOSE = ("heritage.steps.propose", "for_wiki")
_PREVIEW = ("heritage.steps.preview", "publishable")
_PREVIEW_MAP = ("heritage.steps.preview", "place_for_export")
_PARTS = "heritage.steps.report_parts"
_LET_OUT = ("heritage.steps.report", "let_out")
_LET_QUOTE = ("heritage.steps.report_danger", "let_quote")
_EXPLAIN, _DRILL = "heritage.steps.explain", "heritage.steps.drill"
_SITE, _LIST, _SITES = "heritage.steps.risk_site", "heritage.steps.risk_list", "heritage.steps.risk_sites"
_REVIEWS = (("heritage.steps.review_export", "for_wiki"), ("heritage.steps.review_found", "kept_back"))
_REVIEWS_LET_OUT = (("heritage.steps.review_export", "let_out"),)
_EXACT = ("heritage.steps.exact_records", "for_wiki")
EXITS = (
    Exit("edits on a wiki", wiki_edits, (_PROPOSE,), wiki=True),
    Exit(
        "files on Commons",
        files_on_commons,
        (("heritage.steps.media", "for_commons"),),
        outside=True,  # and a licence without a tag on Commons leaves through no gate at all
        wiki=True,
    ),
    Exit("tasks of reviews", tasks_of_reviews, (("heritage.steps.review_dangers", "told_evidence"),)),
    Exit(
        "published snapshot",
        published_snapshot,
        (("heritage.steps.publish", "for_wiki"),),
        outside=True,
        licences=(("heritage.steps.publish", "let_out"),),
        wiki=True,
    ),
    Exit("reviews as annotations", reviews_as_annotations, _REVIEWS, True, _REVIEWS_LET_OUT, wiki=True),
    Exit("reviews as EDM", reviews_as_edm, _REVIEWS, True, _REVIEWS_LET_OUT, wiki=True),
    Exit("edit summaries", edit_summaries, wiki=True),
    Exit("files for uploading by hand", files_of_edits, (_PROPOSE,), wiki=True),
    Exit("conflicts", conflicts, (_PROPOSE,), wiki=True),
    Exit("findings", findings, (_PROPOSE,), wiki=True),
    Exit("results of steps, XComs", results_of_steps),
    Exit("logs", logs, heavy=True),
    Exit("lineage events", lineage_events, (("heritage.orchestration.lineage_gate", "_known"),)),
    Exit("alerts to engineers", alerts),
    Exit(
        "report",
        report,
        ((_PARTS, "publishable"), (_PARTS, "told")),
        outside=True,
        licences=(_LET_OUT, _LET_QUOTE),
        heavy=True,
    ),
    Exit(
        "report on paper",
        report_on_paper,
        outside=True,
        licences=(_LET_OUT,),
    ),
    Exit(
        "map of the report",
        report_map,
        ((_PARTS, "place_for_export"),),
        outside=True,
        licences=(_LET_OUT,),
    ),
    Exit("preview in the terminal", preview_terminal, (_PREVIEW,)),
    Exit("preview as a page", preview_html, (_PREVIEW,), heavy=True),
    Exit("map of the preview", preview_map, (_PREVIEW_MAP,)),
    Exit("catalogue exports", catalogue_exports, outside=True),
    Exit("counts on pages", counts_on_pages),
    Exit("ethics profile", ethics_profile, (("heritage.steps.ethics_counts", "_few"),)),
    Exit(
        "uploads on pages",
        uploads_on_pages,
        (
            ("heritage.steps.overview", "by_cause"),
            ("heritage.steps.upload_page", "by_cause"),
            ("heritage.steps.upload_page", "counted"),
        ),
    ),
    Exit(
        "visits on pages",
        visits_on_pages,
        (("heritage.steps.register_says", "for_wiki"),),
        wiki=True,
    ),
    Exit("impact report", impact_report, outside=True),
    Exit(
        "list for photographers",
        list_for_photographers,
        (_EXACT,),
        outside=True,
        licences=(("heritage.steps.exact_records", "let_out"),),
        wiki=True,
    ),
    Exit("feedback to owners", feedback_to_owners, (_EXACT,), wiki=True),
    Exit(
        "health, page and machines",
        health_page,
        (("heritage.steps.health_facts", "by_cause"), ("heritage.steps.health_facts", "counted")),
    ),
    Exit(
        "evidence on pages",
        evidence_on_pages,
        (
            ("heritage.disclosure.evidence_gate", "_rewritten"),
            ("heritage.disclosure.evidence_gate", "_held"),
            ("heritage.disclosure.evidence_gate", "_without_reporter"),
        ),
    ),
    Exit(
        "risk, history and tasks on pages",
        risk_on_pages,
        (("heritage.disclosure.evidence_gate", "_rewritten"), ("heritage.disclosure.evidence_gate", "_held")),
    ),
    Exit("list of the risk pages", risk_lists, ((_LIST, "publishable"), (_LIST, "told"))),
    Exit("map of the risk pages", risk_map, ((_SITES, "place_for_export"),)),
    Exit(
        "a site's page",
        risk_sites,
        tuple((_SITE, name) for name in ("publishable", "place_for_export", "told", "told_evidence")),
    ),
    Exit(
        "matches and their reasons",
        matches_and_reasons,
        tuple((_EXPLAIN, name) for name in ("publishable", "place_for_export", "candidates_told")),
    ),
    Exit(
        "records behind the figures of proposals",
        records_behind_figures,
        ((_DRILL, "publishable"), (_DRILL, "told")),
    ),
    Exit("ranking", ranking),
    Exit("reconciliation service", reconciliation_service, heavy=True),
    Exit(
        "sentences written before flagging",
        sentences_before_flagging,
        (("heritage.model.issue", "_shape"),),
    ),
)
