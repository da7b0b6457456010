import pytest

from heritage.errors import SourceChanged, SourceUnavailable
from publishers.service import serving
from publishers.wfs import WfsService
from register_examples import Way, loaded, read_rows

ROWS = [{"nr": f"{n:05}", "namn": f"Kyrka å{n} <&>"} for n in range(1, 14)]
GML = ["text/xml; subtype=gml/3.2", "SHAPE-ZIP", "application/vnd.google-earth.kml+xml"]


def described(tmp_path, service, crs="EPSG:3006", number="nr", **harvest):
    harvest = {"protocol": "wfs", "url": f"{service.url}/ows?map=x", "layer": "a:Monument", **harvest}
    return loaded(tmp_path, harvest=harvest, record={"id": number, "point": {"crs": crs}})


def pulled(tmp_path, service, **described_as):
    with serving(service):
        spec = described(tmp_path, service, **described_as)
        return read_rows(spec, Way.over_http(tmp_path).fetch(spec))


@pytest.mark.parametrize(
    ("formats", "kind"),
    [
        (["application/json"], "json"),
        ([*GML, "application/geo+json"], "json"),
        (["application/json; subtype=geojson"], "json"),
        (GML, "xml"),
        ([], "xml"),
    ],
)
def test_geojson_is_taken_where_it_is_offered_else_gml(tmp_path, formats, kind):
    with serving(WfsService(list(ROWS), formats=formats)) as service:
        spec = described(tmp_path, service)
        (file,) = Way.over_http(tmp_path).fetch(spec)
        (row, *_) = read_rows(spec, [file])
    assert file.name == f"page-00001.{kind}"
    assert row.cells == {
        "nr": "00001",
        "namn": "Kyrka å1 <&>",
        "feature.id": "Monument.0",
        "geometry.type": "Point",
        "geometry.x": "500000.5",
        "geometry.y": "6600000.25",
        "geometry.extent": "",
    }


NORTH_FIRST = ["urn:ogc:def:crs:EPSG::4326", "http://www.opengis.net/def/crs/EPSG/0/4326"]
EAST_FIRST = ["EPSG:4326", "http://www.opengis.net/gml/srs/epsg.xml#4326", "urn:ogc:def:crs:OGC:1.3:CRS84"]


@pytest.mark.parametrize(
    ("notation", "text"),
    [*((one, "59.25 14.5") for one in NORTH_FIRST), *((one, "14.5 59.25") for one in EAST_FIRST)],
)
def test_the_notation_of_a_crs_in_gml_tells_which_axis_comes_first(tmp_path, notation, text):
    shape = f'<gml:Point srsName="{notation}"><gml:pos>{text}</gml:pos></gml:Point>'
    service = WfsService(ROWS[:1], formats=GML, shape=shape, offered=["EPSG:4326"])
    (row,) = pulled(tmp_path, service, crs="EPSG:4326")
    assert (row.cells["geometry.x"], row.cells["geometry.y"]) == ("14.5", "59.25")


def test_an_area_in_gml_becomes_a_point_inside_it(tmp_path):
    ring = "<gml:LinearRing><gml:posList>0 0 0 6 8 6 8 0 0 0</gml:posList></gml:LinearRing>"
    shape = f"<gml:Polygon srsName='EPSG:3006'><gml:exterior>{ring}</gml:exterior></gml:Polygon>"
    (row,) = pulled(tmp_path, WfsService(ROWS[:1], formats=GML, shape=shape))
    assert (float(row.cells["geometry.x"]), float(row.cells["geometry.y"])) == (4, 3)
    assert float(row.cells["geometry.extent"]) == 5


def test_gml_in_two_crs_is_refused(tmp_path):
    points = "".join(f"<gml:Point srsName='{one}'><gml:pos>1 2</gml:pos></gml:Point>"
                     for one in ("EPSG:3006", "EPSG:25832"))  # fmt: skip
    service = WfsService(ROWS[:1], formats=GML, shape=f"<gml:MultiGeometry>{points}</gml:MultiGeometry>")
    with pytest.raises(SourceChanged, match=r"page-00001\.xml, field srsName: .* says EPSG:25832"):
        pulled(tmp_path, service)


def test_the_crs_of_the_description_is_asked_for_in_the_notation_of_the_service(tmp_path):
    service = WfsService(list(ROWS), offered=["EPSG:3857", "urn:ogc:def:crs:EPSG::3006"])
    assert len(pulled(tmp_path, service)) == 13
    assert {a.query["srsName"] for a in service.asked if "outputFormat" in a.query} == {
        "urn:ogc:def:crs:EPSG::3006"
    }


def test_a_crs_that_is_not_offered_is_refused_before_a_page_is_asked_for(tmp_path):
    service = WfsService(list(ROWS), offered=["urn:ogc:def:crs:EPSG::25832", "EPSG:3857"])
    with pytest.raises(
        SourceChanged, match=r"offered in EPSG:25832, EPSG:3857, not in EPSG:3006: set record.point"
    ):
        pulled(tmp_path, service)
    assert service.pages == 0


@pytest.mark.parametrize(
    ("layer", "says"),
    [
        ("b:Monument", "did you mean 'a:Monument'"),
        ("Wreck", "did you mean 'a:Wreck'"),
        ("a:Monuments", "did you mean 'a:Monument'"),
        ("streets", "it has a:Monument, a:Wreck"),
    ],
)
def test_an_unknown_layer_is_told_with_those_that_there_are(tmp_path, layer, says):
    with pytest.raises(SourceChanged, match=says):
        pulled(tmp_path, WfsService(list(ROWS)), layer=layer)


@pytest.mark.parametrize("formats", [GML, ["application/json"]])
def test_pages_are_sorted_by_the_id_and_of_the_size_that_the_service_gives(tmp_path, formats):
    service = WfsService(list(ROWS), most=5, formats=formats)
    rows = pulled(tmp_path, service)
    assert [row.cells["nr"] for row in rows] == [row["nr"] for row in ROWS]
    pages = [asked.query for asked in service.asked if "count" in asked.query]
    assert [(page["count"], page.get("startIndex"), page["sortBy"]) for page in pages] == [
        ("5", None, "nr"),
        ("5", "5", "nr"),
        ("5", "10", "nr"),
    ]


@pytest.mark.parametrize("named", ["fixed", "no", "made up"])
@pytest.mark.parametrize("formats", [GML, ["application/json"]])
def test_a_service_that_cannot_sort_and_shuffles_is_found_out(tmp_path, formats, named):
    limits = {"ImplementsResultPaging": "TRUE", "ImplementsSorting": "FALSE"}
    service = WfsService(list(ROWS), most=5, formats=formats, limits=limits, named=named)
    with pytest.raises(SourceChanged, match="came twice"):
        pulled(tmp_path, service)


def test_a_service_without_pages_that_stops_at_its_limit_is_refused(tmp_path):
    limits = {"ImplementsResultPaging": "FALSE"}
    assert len(pulled(tmp_path / "a", WfsService(list(ROWS), limits=limits))) == 13
    with pytest.raises(SourceChanged, match="counts 13 rows and sent 5"):
        pulled(tmp_path / "b", WfsService(list(ROWS), most=5, limits=limits))


@pytest.mark.parametrize("formats", [GML, ["application/json"]])
def test_a_service_that_does_not_count_is_read_up_to_an_empty_page(tmp_path, formats):
    assert len(pulled(tmp_path, WfsService(list(ROWS), most=5, counts=False, formats=formats))) == 13


@pytest.mark.parametrize("formats", [GML, ["application/json"]])
@pytest.mark.parametrize("named", ["fixed", "made up"])
def test_names_and_time_of_an_answer_make_no_new_snapshot(tmp_path, formats, named):
    with serving(WfsService(list(ROWS), formats=formats, named=named)) as service:
        way, spec = Way.over_http(tmp_path), described(tmp_path, service)
        assert way.harvest(spec) == way.harvest(spec)


def test_names_that_are_the_id_are_part_of_what_is_said(tmp_path):
    with serving(WfsService(list(ROWS), named="made up")) as service:
        way, spec = Way.over_http(tmp_path), described(tmp_path, service, number="feature.id")
        assert way.harvest(spec) != way.harvest(spec)


def test_an_exception_report_is_told_with_its_words(tmp_path):
    with pytest.raises(SourceChanged, match="the service says InvalidParameterValue: Something <went> wrong"):
        pulled(tmp_path, WfsService(list(ROWS), faults={1: "error"}))
    busy = WfsService(
        list(ROWS), code="OperationProcessingFailed", faults=dict.fromkeys(range(1, 5), "error")
    )
    with pytest.raises(SourceUnavailable, match="OperationProcessingFailed"):
        pulled(tmp_path, busy)


def test_an_older_version_is_told(tmp_path):
    with pytest.raises(SourceChanged, match=r"speaks version 1\.1\.0 only"):
        pulled(tmp_path, WfsService(list(ROWS), version="1.1.0"))


COLLECTION = '<c:FeatureCollection xmlns:c="http://www.opengis.net/wfs/2.0">%s</c:FeatureCollection>'


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("<a/>", "nothing of GML"),
        (COLLECTION % "", "no layer 'Monument'|cannot be read"),
        (COLLECTION % "<c:member><b/></c:member>", "no layer 'Monument'|cannot be read"),
        (COLLECTION[:60], "ends in the middle|breaks"),
        ("<ExceptionReport><Exception exceptionCode='No'/></ExceptionReport>", "The service says No"),
        ("<!DOCTYPE html><html></html>", "It is an HTML page"),
        ("", "no rows"),
        ('{"features": 7}', "not a GeoJSON FeatureCollection"),
    ],
)  # fmt: skip
def test_a_captured_file_that_is_no_page_is_told(tmp_path, content, says):
    with serving(WfsService(list(ROWS))) as service:
        spec = described(tmp_path, service)
    with pytest.raises(SourceChanged, match=r"^se_demo, page-00001.xml") as raised:
        read_rows(spec, [("page-00001.xml", content.encode())])
    raised.match(says)


def test_a_file_whose_end_is_missing_is_no_shorter_register(tmp_path):
    with serving(WfsService(list(ROWS), formats=GML)) as service:
        spec = described(tmp_path, service)
        (file,) = Way.over_http(tmp_path).fetch(spec)
    with pytest.raises(SourceChanged, match="The file ends in the middle"):
        read_rows(spec, [(file.name, file.content[: len(file.content) * 2 // 3])])
