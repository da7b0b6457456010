"""A small index of made-up items, and the reconciliation service over it."""

from functools import cache
from typing import Any

import pyarrow as pa
from fastapi import FastAPI

from browsing import NO_UPLOADS, Amina, nothing
from heritage.adapters.reconcile_settings import load_settings
from heritage.adapters.reports.words import word_list
from heritage.adapters.world import load_world
from heritage.model.tables import ITEMS
from heritage.ports.reconciliation import Candidate, Query, Reconciliation
from heritage.steps.recon_service import IndexService
from heritage.web.app import create_app
from heritage.web.services import ReconServices, RiskServices, Services
from heritage.wiring.reconciliation import HeldReconciliation
from register_examples import VOCABULARIES
from report_examples import HOSTILE

Row = dict[str, Any]
AMINA = Amina()
VERSION = "2026-11-21-0123456789abcdef"
_TOWNS = (
    "Ashcombe",
    "Burrowfield",
    "Coldharbour",
    "Dunmere",
    "Eastleigh",
    "Foxton",
    "Garsington",
    "Harewood",
)
_THINGS = ("Priory", "Windmill", "Lighthouse", "Castle", "Abbey", "Viaduct")


def item(qid: str, *names: tuple[str, str], point: tuple[float, float] | None = None, **more: Any) -> Row:
    """An item; its first name is a label, and the first of each language."""
    row: Row = dict.fromkeys(ITEMS.names)
    row |= {name: [] for name in ITEMS.names if pa.types.is_list(ITEMS.field(name).type)}
    labels: dict[str, str] = {}
    for lang, text in names:
        if lang in labels:
            row["aliases"].append({"lang": lang, "text": text})
        labels.setdefault(lang, text)
    row |= {"qid": qid, "labels": [{"lang": lang, "text": text} for lang, text in labels.items()]}
    if point:
        row["points"] = [{"lat": point[0], "lon": point[1], "precision_m": None}]
    if "description" in more:
        row["descriptions"] = [{"lang": "en", "text": more.pop("description")}]
    return row | {"context": False} | more


def id_of(property: str, value: str) -> dict[str, str]:
    return {"property": property, "value": value}


def items() -> pa.Table:
    """Some 50 things in England, and a few that are hard."""
    rows = [
        item(
            f"Q{1000 + 10 * t + k}",
            ("en", f"{town} {thing}"),
            point=(50.5 + t * 0.31, -3.1 + k * 0.23),
            classes=["Q23413" if thing == "Castle" else "Q41176"],
            country="Q145",
        )
        for t, town in enumerate(_TOWNS)
        for k, thing in enumerate(_THINGS)
    ]
    rows += [
        item(
            "Q2001",
            ("en", "St Mary's Church"),
            ("de", "Marienkirche"),
            ("ar", "كنيسة القديسة مريم"),
            ("en", "Church of St Mary the Virgin"),
            point=(51.2001, -1.4003),
            description="church in Upper Wallop, Hampshire, England",
            classes=["Q16970"],
            superclasses=["Q1370598", "Q41176"],
            admin=["Q3001"],
            admin_chain=["Q3002"],
            country="Q145",
            designations=["Q15700834"],
            identifiers=[id_of("P1216", "1093011")],
            sitelinks=["enwiki", "dewiki"],
            image="St Mary's.jpg",
            inception=["1190~"],
        ),
        item(
            "Q2002",
            ("en", "St Mary's Church"),
            point=(53.9, -2.1),
            description="church in Lower Slaughter",
            classes=["Q16970"],
            superclasses=["Q1370598", "Q41176"],
            country="Q145",
            identifiers=[id_of("P1216", "1154223")],
        ),
        item("Q2003", ("en", "St Mary's Church"), classes=["Q4167410"], description="disambiguation page"),
        item("Q2004", ("he", "בית הכנסת הישן"), ("en", HOSTILE), classes=["Q34627"], description=HOSTILE),
        item("Q2006", ("en", "Oystermouth Rotunda"), point=(54.1, 1.2), classes=["Q41176"], country="Q145"),
        item("Q2005", classes=["Q41176"], point=(10.0, 10.0)),
        item("Q3001", ("en", "Upper Wallop"), context=True),
        item("Q3002", ("en", "Hampshire"), context=True),
        item(
            "Q16970",
            ("en", "church"),
            ("de", "Kirchengebäude"),
            subclass_of=["Q1370598"],
            context=True,
        ),
        item("Q1370598", ("en", "place of worship"), context=True),
        item("Q145", ("en", "United Kingdom"), context=True),
    ]
    return pa.Table.from_pylist(rows, schema=ITEMS)


@cache
def index_service() -> IndexService:
    """The service without limits of time."""
    rules = load_settings(VOCABULARIES / "reconcile")
    world = load_world(VOCABULARIES)
    return IndexService(items(), VERSION, rules, word_list("properties"), world.item)


def held(limit_s: float = 30.0) -> HeldReconciliation:
    """The service as it is served."""
    return HeldReconciliation(index_service, lambda: VERSION, limit_s)


def found(query: Query) -> list[Candidate]:
    """The candidates of one query."""
    return index_service().match([query], lambda: False)[0]


def plugin(person: Amina | None = AMINA, service: Reconciliation | None = None) -> FastAPI:
    """All pages with the service, as they stand in Airflow."""
    recon = ReconServices(service or held(), 50)
    services = Services(
        *[nothing] * 4, risk=RiskServices(*[nothing] * 4), uploads=NO_UPLOADS, reconciliation=recon
    )
    return create_app(services, lambda: person, "a secret of the tests")
