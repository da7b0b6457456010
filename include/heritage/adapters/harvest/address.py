"""Looks at an address: which service answers there, and what it sends first."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from heritage.adapters.harvest.answer import Answer
from heritage.adapters.harvest.detect import detect, stated_crs
from heritage.adapters.harvest.limits import HttpSettings
from heritage.adapters.harvest.session import Session
from heritage.errors import SourceChanged
from heritage.model.digest import digest_json
from heritage.model.masking import masked
from heritage.ports.clock import Clock
from heritage.spec.provisional import provisional

_PAGES = 1


@dataclass(frozen=True, slots=True)
class Found:
    """How a register is published: `harvest` as in a description, and the first files it sends."""

    harvest: Mapping[str, Any]
    evidence: Mapping[str, str]
    title: str
    paths: Sequence[Path]
    crs: str | None = None


def look(address: str, settings: HttpSettings, clock: Clock) -> Found:
    """What is at the address. Raises SourceChanged where that is no register, SourceUnavailable where
    nothing answers."""
    if masked(address) != address:
        raise SourceChanged(
            f"{masked(address)} has a password, key or token in it: a description is public, and so must the "
            "address be"
        )
    service = service_at(address)
    if service:
        harvest, title, why = service
        return Found(harvest, {"protocol": why}, title, _first_pages(harvest, settings, clock))
    session = Session("new source", settings.scratch, settings, clock)
    name = re.sub(r"[^\w.\-]", "_", urlsplit(address).path.rstrip("/").rsplit("/", 1)[-1]) or "register"
    answer = session.download(name, address)
    if answer is None:
        raise session.changed(address, "the server sends nothing")
    detected = detect(answer.path)
    harvest = {"protocol": detected.harvest["protocol"], "url": address, **detected.harvest}
    crs = stated_crs(answer.path, harvest["protocol"])
    return Found(harvest, detected.evidence, unquote(name), [answer.path], crs)


def service_at(address: str) -> tuple[dict[str, Any], str, str] | None:
    """The service that an address belongs to, by its form: description, title, what spoke for it. Raises
    SourceChanged where its form says that it is none."""
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise SourceChanged(f"{address} is no address: {error}") from None
    base, path, query = f"{parts.scheme}://{parts.netloc}", parts.path, parse_qs(parts.query)
    asked = {key.lower(): values[0] for key, values in query.items()}
    if found := re.search(r"^(.*/([^/]+)/(?:Feature|Map)Server/\d+)", path):
        return {"protocol": "arcgis", "url": base + found[1]}, found[2], "a layer of an ArcGIS server"
    if re.search(r"/(?:Feature|Map)Server/?$", path):
        raise SourceChanged(f"{address} is a service with several layers: add the number of one, as …/0")
    if found := re.search(r"^(.*/collections/([^/]+))", path):
        return {"protocol": "ogcapi", "url": base + found[1]}, found[2], "a collection of an OGC API"
    if found := re.search(r"/(?:explore/dataset|catalog/datasets)/([^/]+)", path):
        harvest = {"protocol": "opendatasoft", "url": base, "dataset": found[1]}
        return harvest, found[1], "an Opendatasoft portal"
    if found := re.search(r"/(?:resource/|d/|[^/]+/)([a-z0-9]{4}-[a-z0-9]{4})(?:[/.]|$)", path):
        harvest = {"protocol": "socrata", "url": f"{base}/resource/{found[1]}"}
        return harvest, found[1], "a dataset of a Socrata portal"
    if asked.get("service", "").lower() == "wfs" or path.rstrip("/").lower().endswith("/wfs"):
        layer = asked.get("typenames") or asked.get("typename") or asked.get("layer")
        if not layer:
            raise SourceChanged(f"{address} is a WFS: add ?typeNames=<layer> to say which layer")
        return {"protocol": "wfs", "url": base + path, "layer": layer}, layer, "a Web Feature Service"
    if "verb" in asked or re.search(r"/oai(?:-pmh|2|/|$)", path, re.IGNORECASE):
        harvest = {"protocol": "oaipmh", "url": base + path, "prefix": asked.get("metadataprefix", "oai_dc")}
        harvest |= {"set": asked["set"]} if "set" in asked else {}
        return harvest, parts.netloc, "an OAI-PMH repository"
    if found := re.fullmatch(r"/wiki/[^:/]+:(.+)", path):
        template = unquote(found[1]).replace("_", " ")
        harvest = {"protocol": "wikipedia", "url": base, "template": template}
        return harvest, template, "lists of Wikipedia with this row template"
    return None


class _Glance(Session):
    """A session that is content with the first pages."""

    class Seen(Exception):
        """Enough has come."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.seen: list[Path] = []

    def page(self, name: str, *args: Any, **options: Any) -> Answer:
        """The first pages, and then Seen."""
        if len(self.seen) >= _PAGES:
            raise self.Seen
        answer = super().page(name, *args, **options)
        self.seen.append(answer.path)
        return answer


def _first_pages(harvest: Mapping[str, Any], settings: HttpSettings, clock: Clock) -> list[Path]:
    folder = settings.scratch / digest_json(dict(harvest))[:16]
    glance = _Glance("new source", folder, settings, clock)
    pull: Callable[..., Any] = import_module(
        f"heritage.adapters.harvest.protocols.{harvest['protocol']}"
    ).pull
    try:
        pulled = pull(provisional(harvest), glance)
    except _Glance.Seen:
        return glance.seen
    return [file.path for file in pulled.files] if pulled else []
