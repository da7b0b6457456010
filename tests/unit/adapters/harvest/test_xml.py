"""Any XML becomes rows, whatever its size; and it never grows, reads files, or asks a network."""

import pytest

from heritage.adapters.harvest import Reader
from heritage.errors import SourceChanged
from heritage.spec.dataset import DatasetSpec
from register_examples import description, fetched


def read(content, records="site", **changes):
    harvest = {"protocol": "xml", "records": records}
    spec = DatasetSpec.model_validate(description(harvest=harvest) | changes)
    content = content if isinstance(content, bytes) else content.encode()
    rows = [row for some in Reader().rows(spec, [fetched("list.xml", content)]) for row in some.each()]
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    return [row.cells for row in rows]


def test_elements_and_attributes_become_columns():
    content = """<?xml version="1.0"?><list xmlns="urn:x" xmlns:d="urn:d"><head><site/></head>
      <d:site id="1"><name>Kyrka åäö</name><name>Church &amp; yard</name>
      <place kind="town"><lat>59.30</lat></place><none/></d:site></list>"""
    assert read(content)[1] == {
        "@id": "1",
        "name": "Kyrka åäö",
        "name[2]": "Church & yard",
        "place/@kind": "town",
        "place/lat": "59.30",
        "none": "",
    }


def test_an_element_within_one_of_its_name_is_part_of_it():
    assert read("<l><site><nr>1</nr><site><nr>2</nr></site></site><site><nr>3</nr></site></l>") == [
        {"nr": "1", "site/nr": "2"},
        {"nr": "3"},
    ]


def test_other_encodings_are_read_as_the_file_declares():
    content = '<?xml version="1.0" encoding="windows-1251"?><l><site><name>Церква</name></site></l>'
    assert read(content.encode("cp1251")) == [{"name": "Церква"}]


def test_many_rows_come_in_order():
    content = "<l>" + "".join(f"<site><nr>{n}</nr></site> text <!-- c -->" for n in range(45_000)) + "</l>"
    assert [row["nr"] for row in read(content)] == [str(n) for n in range(45_000)]


LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><l><site><name>&b;</name></site></l>'
FILE = '<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><l><site><name>&a;</name></site></l>'
PARAMETER = '<!DOCTYPE l [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x"> %a;]><l><site/></l>'


@pytest.mark.parametrize("content", [LAUGHS, FILE, PARAMETER])
def test_entities_of_its_own_are_refused(content):
    with pytest.raises(SourceChanged, match="declares entities of its own"):
        read(content)


def test_a_document_type_alone_does_no_harm():
    assert read('<!DOCTYPE l SYSTEM "http://127.0.0.1:9/l.dtd"><l><site><nr>1</nr></site></l>') == [
        {"nr": "1"}
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<l><site><nr>1</nr></site><site><nr>2", "The file ends in the middle"),
        ("<l><site><nr>1</nr></site>", "The file ends in the middle"),
        ("<l><site><nr>1</nr></sight></l>", "The XML breaks: .*line 1"),
        ("<l><Site><nr>1</nr></Site><x/></l>", r"no element 'site'; did you mean 'Site'\?"),
        ("<l><row/><row/><x/></l>", r"no element 'site'; most often there are row \(2\)"),
        ("<!DOCTYPE html><html></html>", "It is an HTML page"),
        ("", "no rows"),
        ("nr,namn", "The XML breaks"),
        (f"<l><site><a>{'x' * 11_000_000}</a></site></l>", "The XML breaks"),
        ("<l><site>" + "<a>" * 5000 + "</a>" * 5000 + "</site></l>", "The XML breaks"),
        ("<l><site>" + "".join(f"<a{n}/>" for n in range(6000)) + "</site></l>", "It has 6000 columns"),
    ],
)
def test_what_cannot_be_read_is_told(content, said):
    with pytest.raises(SourceChanged, match=rf"^se_demo, list\.xml.*{said}"):
        read(content)


def test_a_name_that_no_namespace_can_hold_is_told():
    with pytest.raises(SourceChanged, match="Failed to parse QName 'd:4th'"):
        read('<l xmlns:d="urn:d"><site><nr>1</nr><d:4th>y</d:4th></site></l>')
