"""`heritage source new` on the address of a service: a glance at its first page is enough for a draft."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from heritage.cli import app
from heritage.spec.loader import LoadedSpec, load_spec
from publishers.arcgis import ArcGisService
from publishers.ogcapi import OgcApiService
from publishers.opendatasoft import OpendatasoftService
from publishers.service import serving
from publishers.socrata import SocrataService
from publishers.wfs import WfsService

ROWS = [
    {
        "nr": f"A-{n:03}",
        "naam": f"Windmolen nummer {n}",
        "soort": "molen" if n % 3 else "kerk",
        "jaar": str(1800 + n),
    }
    for n in range(1, 60)
]


POINTS = [{"x": 155_000 + 500 * n, "y": 463_000 + 300 * n} for n in range(1, 60)]


def draft(address):
    answer = CliRunner().invoke(app, ["source", "new", address, "--country", "nl", "--id", "nl_register"])
    assert answer.exit_code == 0, answer.output
    loaded = load_spec(Path(re.search(r"Drafted (\S+)", answer.output)[1]))
    assert isinstance(loaded, LoadedSpec), str(loaded)
    return loaded


SERVICES = {
    "arcgis": (ArcGisService, lambda s: s.layer, {"wkid": 28992, "shapes": POINTS}),
    "ogcapi": (OgcApiService, lambda s: f"{s.collection}/items?limit=10", {}),
    "opendatasoft": (OpendatasoftService, lambda s: f"/explore/dataset/{s.dataset}/information/", {}),
    "socrata": (SocrataService, lambda s: f"/Culture/Mills/{s.resource[-9:]}", {}),
    "wfs": (WfsService, lambda s: f"/wfs?service=WFS&typeNames={s.layer}", {}),
}


@pytest.mark.parametrize("protocol", SERVICES)
def test_the_address_of_a_service_is_recognised_and_its_columns_are_read(here, protocol):
    kind, address, options = SERVICES[protocol]
    service = kind([dict(row) for row in ROWS], most=20, **options)
    with serving(service):
        loaded = draft(service.url + address(service))
    spec = loaded.spec
    assert spec.harvest.protocol == protocol
    assert spec.record.id.column == "nr"
    assert [(lang, cell.column) for lang, cell in spec.record.names()] == [("nl", "naam")]
    assert spec.record.type.column == "soort"
    assert service.pages <= 2, "a glance is one page"
    if protocol == "arcgis":
        assert spec.record.point.crs == "EPSG:28992"
