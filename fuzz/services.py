"""Pulls from services that misbehave: the tests' publishers answer well, and bytes bend what they say."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from fuzz.bending import bent_bytes
from fuzz.expected import MEMORY, Target, described, refusing
from heritage.adapters.clock import SystemClock
from heritage.adapters.harvest import HttpSettings, Reader
from heritage.adapters.harvest.answer import Answer, Check
from heritage.adapters.harvest.faults import OutOfTime, Passing
from heritage.adapters.harvest.protocols import (
    arcgis,
    ckan,
    ksamsok,
    oaipmh,
    ogcapi,
    opendatasoft,
    rest,
    socrata,
    sparql,
    wfs,
    wikipedia,
)  # fmt: skip
from heritage.adapters.harvest.request import Request
from heritage.adapters.harvest.session import Session
from heritage.errors import SourceChanged, SourceUnavailable
from publishers.arcgis import ArcGisService
from publishers.ckan import CkanService
from publishers.ksamsok import Ksamsok
from publishers.oaipmh import OaiPmhRepository
from publishers.ogcapi import OgcApiService
from publishers.opendatasoft import OpendatasoftService
from publishers.rest import RestService
from publishers.service import Asked, Service
from publishers.socrata import SocrataService
from publishers.sparql import SparqlEndpoint
from publishers.wfs import WfsService
from publishers.wiki import Wiki

HOST = "https://register.example"
MOST = 60
"""Questions of a pull; a real one ends by its time."""
ROWS = [{"nr": f"{n:05}", "namn": f"Kyrka å{n}", "sort": "kyrka"} for n in range(1, 8)]
TEXT = "{{row|objnr=1|naam=[[Kerk]] {{coor|1|2}}}}"
PAGES = [{"title": f"Lijst {n}", "text": TEXT, "ns": 0} for n in range(3)]
Make = Callable[[], Service]
SERVICES: dict[str, tuple[Any, Make, dict[str, Any]]] = {
    "arcgis": (
        arcgis,
        lambda: ArcGisService(list(ROWS), most=3),
        {"protocol": "arcgis", "url": f"{HOST}{ArcGisService([]).layer}"},
    ),
    "arcgis_by_ids": (
        arcgis,
        lambda: ArcGisService(list(ROWS), most=3, paging=False),
        {"protocol": "arcgis", "url": f"{HOST}{ArcGisService([]).layer}"},
    ),
    "ckan": (
        ckan,
        lambda: CkanService(list(ROWS), most=3),
        {"protocol": "ckan", "url": HOST, "package": "monuments", "resource": "Monuments 2026"},
    ),
    "ksamsok": (
        ksamsok,
        lambda: Ksamsok(list(ROWS)),
        {"protocol": "ksamsok", "url": f"{HOST}/ksamsok/api", "query": "x"},
    ),
    "oaipmh": (
        oaipmh,
        lambda: OaiPmhRepository(list(ROWS), most=3),
        {"protocol": "oaipmh", "url": f"{HOST}/oai", "prefix": "oai_dc"},
    ),
    "ogcapi": (
        ogcapi,
        lambda: OgcApiService(list(ROWS), most=3),
        {"protocol": "ogcapi", "url": f"{HOST}{OgcApiService([]).collection}"},
    ),
    "opendatasoft": (
        opendatasoft,
        lambda: OpendatasoftService(list(ROWS)),
        {"protocol": "opendatasoft", "url": HOST, "dataset": "liste-des-immeubles"},
    ),
    "rest": (
        rest,
        lambda: RestService(list(ROWS), most=3, style="link"),
        {
            "protocol": "rest",
            "url": f"{HOST}/api/places",
            "records": "data.items",
            "total": "meta.total",
            "paging": {"style": "link", "next": "links.next", "size": 3},
        },
    ),
    "socrata": (
        socrata,
        lambda: SocrataService(list(ROWS), most=3),
        {"protocol": "socrata", "url": f"{HOST}{SocrataService([]).resource}"},
    ),
    "sparql": (
        sparql,
        lambda: SparqlEndpoint([dict(one) for one in ROWS[:3]]),
        {
            "protocol": "sparql",
            "url": f"{HOST}/sparql",
            "query": "SELECT ?nr ?namn WHERE { ?s <urn:nr> ?nr }",
        },
    ),
    "wfs": (
        wfs,
        lambda: WfsService(list(ROWS), most=3),
        {"protocol": "wfs", "url": f"{HOST}/ows", "layer": "a:Monument"},
    ),
    "wfs_gml": (
        wfs,
        lambda: WfsService(list(ROWS), most=3, formats=["text/xml; subtype=gml/3.2"]),
        {"protocol": "wfs", "url": f"{HOST}/ows", "layer": "a:Monument"},
    ),
    "wikipedia": (
        wikipedia,
        lambda: Wiki([dict(one) for one in PAGES], template="row"),
        {"protocol": "wikipedia", "url": HOST, "template": "row"},
    ),
}


class BentSession(Session):
    """Asks a service in this process; its n-th answer is bent by the n-th part of the bytes."""

    service: Service
    parts: list[bytes]
    questions = 0

    def _once(self, request: Request, path: Path, check: Check, partial: Any) -> Answer | None:  # noqa: ARG002
        self.questions += 1
        if self.questions > MOST:
            raise OutOfTime
        address = urlsplit(request.url)
        form = {key: str(value) for key, value in dict(request.form or {}).items()}
        query = dict(parse_qsl(address.query, keep_blank_values=True)) | form
        try:
            reply = self.service.reply(Asked(request.method, address.path, query, dict(request.headers)))
        except Exception as error:  # noqa: BLE001 - what it said itself before, bent, is too much for it
            raise Passing(f"the server answered 500: {type(error).__name__}") from None
        part = self.parts.pop(0) if self.parts else b""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bent_bytes(reply.body, part) if part else reply.body)
        answer = Answer(request.url, path, {key.lower(): value for key, value in reply.headers.items()})
        check(answer)
        return answer


def session_in(folder: Path, service: Service, data: bytes) -> BentSession:
    """A session over the service, with bytes cut into parts by NUL NUL."""
    settings = HttpSettings("fuzz", folder, attempts=1, pause_s=0, most_pages=20)
    session = BentSession("fuzz", folder / "pages", settings, SystemClock(), sleep=lambda _: None)
    service.url = HOST
    session.service, session.parts = service, data.split(b"\x00\x00")
    return session


def pull(name: str, data: bytes) -> None:
    """What one pull brings, and reading it."""
    protocol, make, harvest = SERVICES[name]
    spec = described(harvest)
    with TemporaryDirectory(prefix="heritage-fuzz-", dir=MEMORY) as folder:
        session = session_in(Path(folder), make(), data)
        try:
            with refusing(SourceChanged, SourceUnavailable):
                pulled = protocol.pull(spec, session)
                for rows in Reader().rows(spec, pulled.files if pulled else []):
                    assert list(rows.each())
        finally:
            session.close()


TARGETS: dict[str, Target] = {f"pull_{name}": partial(pull, name) for name in SERVICES}
