"""The readers of what registers publish: one target a format, and the look at a file of an unknown one."""

import gzip
import io
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

from fuzz.bending import bent_text
from fuzz.expected import Target, described, file_of, refusing
from heritage.adapters.harvest.detect import detect, stated_crs
from heritage.adapters.harvest.limits import ArchiveLimits
from heritage.adapters.harvest.read import Reader
from heritage.errors import SourceChanged
from heritage.ports.files import FetchedFile

URL = "https://register.example/list"
LIMITS = ArchiveLimits(members=50, unpacked_bytes=4 << 20, ratio=50, small_bytes=1 << 20)
VARIANTS: dict[str, tuple[str, tuple[dict[str, Any], ...]]] = {
    "csv": (
        "list.csv",
        (
            {},
            {"delimiter": ";"},
            {"delimiter": "\t", "encoding": "utf-16"},
            {"encoding": "cp1252", "header": 2},
            {"encoding": "shift_jis", "header": 5},
        ),
    ),
    "excel": ("list.xlsx", ({}, {"header": 2}, {"sheet": "Sheet1"})),
    "json": ("list.json", ({}, {"records": "a.b"}, {"encoding": "cp1252"})),
    "geojson": ("list.geojson", ({}, {"encoding": "cp1252"})),
    "shapefile": ("list.zip", ({}, {"encoding": "cp1252"})),
    "geopackage": ("list.gpkg", ({}, {"layer": "a"})),
    "kml": ("list.kml", ({}, {"layer": "a"})),
    "gml": ("list.gml", ({},)),
    "xml": ("list.xml", ({"records": "record"}, {"records": "a"})),
    "arcgis": ("page.json", ({"url": "https://register.example/a/FeatureServer/0"},)),
    "wfs": ("page.xml", ({"layer": "a:Monument"},)),
    "ckan": ("page.json", ({"package": "a", "resource": "b"},)),
    "oaipmh": ("page.xml", ({"prefix": "oai_dc"},)),
    "ksamsok": ("page.xml", ({"query": "a"},)),
    "sparql": ("page.json", ({"query": "SELECT ?nr ?a WHERE {}"},)),
    "wikipedia": ("page.json", ({"template": "row"}, {"template": "row", "header": "head"})),
}
SPECS = {
    protocol: [described({"protocol": protocol, "url": URL, **more}) for more in variants]
    for protocol, (_, variants) in VARIANTS.items()
}


def read(protocol: str, data: bytes, name: str = "") -> None:
    """The first byte chooses among the descriptions, the others are the file."""
    if not data:
        return
    specs = SPECS[protocol]
    spec = specs[data[0] % len(specs)]
    with refusing(SourceChanged), file_of(data[1:], name or VARIANTS[protocol][0]) as path:
        for rows in Reader(LIMITS).rows(spec, [FetchedFile(path.name, path, URL)]):
            for row in rows.each():
                for text in row.cells.values():
                    text.encode("utf-8")


def archive(data: bytes) -> None:
    """An archive with a good head, and what comes in an archive."""
    if len(data) < 3:
        return
    made = io.BytesIO()
    how, names = (
        data[0],
        ("list.csv", "a/../list.csv", "/list.csv", "inner.zip", "list.csv\x00.exe", "x/list.csv"),
    )
    if how % 3 == 0:
        made.write(gzip.compress(data[2:]))
    else:
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as zipped:
            for number in range(1 + data[1] % 4):
                zipped.writestr(names[(data[1] + number) % len(names)], data[2:] * (1 + 40 * (how % 5 == 4)))
    content = bytearray(made.getvalue())
    if how % 3 == 2 and len(data) > 6:  # spoilt behind its head
        for at in range(2, min(len(data) - 1, 20), 2):
            content[8 + (data[at] * 7 + at) % (len(content) - 8)] = data[at + 1]
    read("csv", b"\x00" + bytes(content), "list.zip")


def members(protocol: str, data: bytes) -> None:
    """A file that is an archive by nature, each member of which is bent by a part of the bytes."""
    seeds = sorted((Path(__file__).resolve().parent / "corpus" / f"read_{protocol}").glob("good-*"))
    made, parts = io.BytesIO(), data[1:].split(b"\x00\x00")
    with (
        zipfile.ZipFile(seeds[data[0] % len(seeds) if data else 0]) as good,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as bad,
    ):
        for number, name in enumerate(good.namelist()):
            bad.writestr(name, bent_text(good.read(name), parts[number % len(parts)]))
    read(protocol, b"\x00" + made.getvalue())


def looked_at(data: bytes) -> None:
    """A file of which nobody has said what it is."""
    with refusing(SourceChanged), file_of(data, "list.bin") as path:
        found = detect(path)
        stated_crs(path, found.harvest["protocol"])


TARGETS: dict[str, Target] = {
    **{f"read_{protocol}": partial(read, protocol) for protocol in VARIANTS},
    "read_archive": archive,
    "members_excel": partial(members, "excel"),
    "members_shapefile": partial(members, "shapefile"),
    "detect": looked_at,
}
