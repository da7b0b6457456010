"""The catalogue as DCAT-AP 3.0 (https://semiceu.github.io/DCAT-AP/releases/3.0.0/), in Turtle."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from rdflib import DCAT, DCTERMS, FOAF, RDF, RDFS, SKOS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from heritage.adapters.exports import ABOUT, ENTITY, TITLE
from heritage.ports.catalogue import CatalogueEntry

_SPDX = "https://spdx.org/licenses/"
_EU = "http://publications.europa.eu/resource/authority/"
_ADMS = Namespace("http://www.w3.org/ns/adms#")
_SPDX_TERMS = Namespace("http://spdx.org/rdf/terms#")
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_VERSION = URIRef(f"{DCAT}version")
"""Of DCAT 3, which rdflib does not know yet."""
_THEMES = {"natural": "ENVI"}
_EVERY = {
    "@hourly": "HOURLY",
    "@daily": "DAILY",
    "@weekly": "WEEKLY",
    "@monthly": "MONTHLY",
    "@quarterly": "QUARTERLY",
    "@yearly": "ANNUAL",
}


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A file that we publish ourselves; `path` leads to it from where it is described."""

    name: str
    media_type: str
    size: int
    sha256: str
    path: str = ""

    def below(self, folder: str) -> "PublishedFile":
        """The same as seen from above."""
        return replace(self, path=f"{folder}/{self.name}")


def dcat_ap(
    entries: Iterable[CatalogueEntry],
    address: str,
    files: Mapping[str, Sequence[PublishedFile]] | None = None,
    version: str = "",
) -> str:
    """A catalogue in Turtle; `address` is where it is published, which its URIs begin with. `files` are what
    we publish of a dataset ourselves, by its id, in a `version`.

    Broken descriptions are left out: they say nothing that could be relied on.
    """
    graph = Graph()
    for prefix, namespace in (("dcat", DCAT), ("dct", DCTERMS), ("foaf", FOAF), ("adms", _ADMS)):
        graph.bind(prefix, namespace)
    catalogue = URIRef(address)
    _say(graph, catalogue, DCAT.Catalog, {DCTERMS.title: TITLE})
    graph.add((catalogue, DCTERMS.description, Literal(ABOUT, "en")))
    graph.add((catalogue, DCTERMS.publisher, _agent(graph, "Heritage Guard", f"{address}#publisher")))
    for entry in entries:
        if entry.status != "broken":
            node = _dataset(graph, entry, address)
            graph.add((catalogue, DCAT.dataset, node))
            if version:
                graph.add((node, _VERSION, Literal(version)))
            for file in (files or {}).get(entry.dataset, ()):
                graph.add((node, DCAT.distribution, _file(graph, file, entry, address)))
    return graph.serialize(format="turtle")


def _dataset(graph: Graph, entry: CatalogueEntry, address: str) -> URIRef:
    node = URIRef(f"{address}#{entry.dataset}")
    _say(graph, node, DCAT.Dataset, {DCTERMS.title: entry.title})
    graph.add((node, DCTERMS.description, Literal(entry.description or entry.title, "en")))
    graph.add((node, DCTERMS.identifier, Literal(entry.dataset)))
    graph.add((node, DCAT.keyword, Literal(entry.kind, "en")))
    theme = URIRef(f"{_EU}data-theme/{_THEMES.get(entry.kind, 'EDUC')}")
    _say(graph, theme, SKOS.Concept, {SKOS.prefLabel: theme.rsplit("/", 1)[-1]})
    graph.add((node, DCAT.theme, theme))
    item = entry.publisher_item
    publisher = f"{ENTITY}{item}" if item else f"{address}#publisher-{quote(entry.publisher, safe='')}"
    graph.add((node, DCTERMS.publisher, _agent(graph, entry.publisher, publisher)))
    if entry.country_item:
        place = URIRef(ENTITY + entry.country_item)
        graph.add((place, RDF.type, DCTERMS.Location))
        graph.add((node, DCTERMS.spatial, place))
    if entry.schedule in _EVERY:
        every = URIRef(f"{_EU}frequency/{_EVERY[entry.schedule]}")
        graph.add((every, RDF.type, DCTERMS.Frequency))
        graph.add((node, DCTERMS.accrualPeriodicity, every))
    if entry.retrieved_at:
        graph.add((node, DCTERMS.modified, Literal(entry.retrieved_at.date(), datatype=XSD.date)))
    if entry.unverified:
        graph.add((node, _ADMS.versionNotes, Literal(f"Not confirmed: {entry.unverified}", "en")))
    graph.add((node, DCAT.distribution, _distribution(graph, entry, address)))
    return node


def _distribution(graph: Graph, entry: CatalogueEntry, address: str) -> URIRef:
    node = URIRef(f"{address}#{entry.dataset}-source")
    _say(graph, node, DCAT.Distribution, {DCTERMS.title: f"{entry.title} ({entry.protocol})"})
    access = URIRef(entry.url)
    graph.add((access, RDF.type, RDFS.Resource))
    graph.add((node, DCAT.accessURL, access))
    graph.add((node, DCTERMS.license, _licence(graph, entry)))
    return node


def _file(graph: Graph, file: PublishedFile, entry: CatalogueEntry, address: str) -> URIRef:
    node = URIRef(f"{address}#{entry.dataset}-{file.name}")
    _say(graph, node, DCAT.Distribution, {DCTERMS.title: f"{entry.title} ({file.name})"})
    there = URIRef(f"{address}/{file.path}")
    graph.add((there, RDF.type, RDFS.Resource))
    graph.add((node, DCAT.accessURL, there))
    graph.add((node, DCAT.downloadURL, there))
    kind = URIRef(_MEDIA_TYPES + file.media_type)
    graph.add((kind, RDF.type, DCTERMS.MediaType))
    graph.add((node, DCAT.mediaType, kind))
    graph.add((node, DCAT.byteSize, Literal(file.size, datatype=XSD.nonNegativeInteger)))
    checksum = URIRef(f"{node}-sha256")
    graph.add((checksum, RDF.type, _SPDX_TERMS.Checksum))
    sha256 = _SPDX_TERMS.checksumAlgorithm_sha256
    graph.add((sha256, RDF.type, _SPDX_TERMS.ChecksumAlgorithm))
    graph.add((checksum, _SPDX_TERMS.algorithm, sha256))
    graph.add((checksum, _SPDX_TERMS.checksumValue, Literal(file.sha256, datatype=XSD.hexBinary)))
    graph.add((node, _SPDX_TERMS.checksum, checksum))
    graph.add((node, DCTERMS.license, _licence(graph, entry)))
    return node


def _licence(graph: Graph, entry: CatalogueEntry) -> URIRef:
    known = not entry.licence.startswith("LicenseRef-") and "/" not in entry.licence
    licence = URIRef(_SPDX + entry.licence if known else entry.licence_evidence)
    _say(graph, licence, DCTERMS.LicenseDocument, {DCTERMS.title: entry.licence})
    return licence


def _agent(graph: Graph, name: str, uri: str) -> Node:
    node = URIRef(uri)
    graph.add((node, RDF.type, FOAF.Agent))
    graph.add((node, FOAF.name, Literal(name)))
    return node


def _say(graph: Graph, node: URIRef, kind: URIRef, texts: dict[URIRef, str]) -> None:
    graph.add((node, RDF.type, kind))
    for about, text in texts.items():
        graph.add((node, about, Literal(text, "en")))
