import json
import logging

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heritage.errors import SourceChanged, SourceUnavailable
from heritage.model.issue import IssueCode
from publishers.service import serving
from publishers.wiki import Wiki
from register_examples import Way, loaded, read_rows


def row(number, **values):
    given = "".join(f"| {name} = {value}\n" for name, value in values.items())
    return f"{{{{Tabelrij rijksmonument\n| objnr = {number}\n{given}}}}}\n"


def lists(pages, rows_each=2):
    return [
        {
            "title": f"Lijst {page}",
            "text": "{|\n" + "".join(row(f"{page}-{n}", naam=f"Kerk {n}") for n in range(rows_each)) + "|}",
        }
        for page in range(1, pages + 1)
    ]


def described(tmp_path, url, record=None, **harvest):
    harvest = {"protocol": "wikipedia", "url": url, "template": "tabelrij_rijksmonument", **harvest}
    record = {"id": "objnr", "name": {"nl": "naam"}, "point": None, "type": None, **(record or {})}
    return loaded(tmp_path, harvest=harvest, record=record, ignore=[], personal=[])


def pulled(tmp_path, service, record=None, **harvest):
    with serving(service):
        spec = described(tmp_path, service.url + service.path, record, **harvest)
        return read_rows(spec, Way.over_http(tmp_path).fetch(spec))


def read(tmp_path, text, record=None, aliases=(), **harvest):
    """The rows of one page with this wikitext."""
    revision = {"revid": 7, "slots": {"main": {"content": text}}}
    query = {
        "pages": [{"pageid": 1, "title": "Lijst & zo", "revisions": [revision]}],
        "backlinks": [{"title": f"Sjabloon:{alias}"} for alias in aliases],
    }
    body = json.dumps({"query": query}).encode()
    return read_rows(
        described(tmp_path, "https://nl.wikipedia.org", record, **harvest), [("page-00001.json", body)]
    )


def numbers(rows):
    return [row.cells["objnr"] for row in rows]


@pytest.mark.parametrize("most", [1, 4, 50, 500])
@pytest.mark.parametrize("pages", [1, 7, 120])
def test_every_call_on_every_page_arrives_once(tmp_path, pages, most):
    rows = pulled(tmp_path, Wiki(lists(pages), most=most))
    assert numbers(rows) == [f"{page}-{n}" for page in range(1, pages + 1) for n in range(2)]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    each=st.lists(st.integers(0, 4), min_size=1, max_size=9),
    most=st.integers(1, 5),
    deleted=st.sets(st.integers(1, 9), max_size=3),
    lags=st.integers(0, 2),
    faults=st.dictionaries(
        st.integers(1, 4), st.sampled_from(["short", "repeat", "skip", "empty", "cut", "503"]), max_size=2
    ),
)
def test_every_call_arrives_once_or_the_pull_is_refused(tmp_path_factory, each, most, deleted, lags, faults):
    pages = [lists(page, rows)[-1] for page, rows in enumerate(each, start=1)]
    there = [(page, rows) for page, rows in enumerate(each, start=1) if page not in deleted]
    service = Wiki(pages, most=most, deleted=set(deleted), lags=lags, faults=dict(faults))
    try:
        rows = pulled(tmp_path_factory.mktemp("wiki"), service)
    except SourceChanged:
        assert faults or not any(rows for page, rows in there)
        return
    assert sorted(numbers(rows)) == sorted(f"{page}-{n}" for page, rows in there for n in range(rows))


def test_a_page_that_is_deleted_while_it_is_read_is_told(tmp_path, caplog):
    with caplog.at_level(logging.INFO):
        rows = pulled(tmp_path, Wiki(lists(4), deleted={2}))
    assert numbers(rows) == ["1-0", "1-1", "3-0", "3-1", "4-0", "4-1"]
    assert "1 of 4 pages were deleted while they were read" in caplog.text


def test_lists_stand_in_the_namespaces_of_content_unless_the_description_names_others(tmp_path):
    pages = [page | {"ns": ns} for page, ns in zip(lists(5), (0, 1, 4, 10, 104), strict=True)]
    assert set(numbers(pulled(tmp_path / "a", Wiki(list(pages))))) == {"1-0", "1-1", "5-0", "5-1"}
    named = pulled(tmp_path / "b", Wiki(list(pages)), namespaces=[4])
    assert numbers(named) == ["3-0", "3-1"]
    with pytest.raises(SourceChanged, match=r"no page calls Template:Tabelrij rijksmonument in .* 0, 104"):
        pulled(tmp_path / "c", Wiki(pages[1:4]))


@pytest.mark.parametrize(
    ("wiki", "says"),
    [
        (
            Wiki(lists(3), template="Other"),
            "has no Template:Tabelrij rijksmonument; it may have been renamed",
        ),
        (Wiki(lists(3), redirects_to="Rij"), "redirects to Template:Rij: set harvest.template"),
        (Wiki(lists(3), most=1, faults={2: "error"}), "the wiki says badtitle: Bad title"),
        (Wiki(lists(3), most=1, faults={2: "html"}), "the answer is not JSON"),
        (Wiki(lists(3), most=1, faults={2: "empty"}), "sends no text of the pages that it lists"),
    ],
)
def test_what_cannot_be_read_refuses_the_pull(tmp_path, wiki, says):
    with pytest.raises(SourceChanged, match=says):
        pulled(tmp_path, wiki)


def test_a_lagging_wiki_is_asked_again_and_then_later(tmp_path):
    with serving(Wiki(lists(2), lags=3)) as service:
        spec, way = described(tmp_path / "again", service.url), Way.over_http(tmp_path)
        assert len(read_rows(spec, way.fetch(spec))) == 4
        assert way.waits == [5.0, 5.0, 5.0]
    with pytest.raises(SourceUnavailable, match="the wiki says maxlag: Waiting for db1"):
        pulled(tmp_path / "later", Wiki(lists(2), lags=9))


def test_calls_by_other_names_of_the_template_are_rows(tmp_path):
    text = (
        "{{Tabelrij rijksmonument|objnr=1}}{{tabelrij_rijksmonument|objnr=2}}"
        "{{ Tabelrij  rijksmonument\n|objnr=3}}"
        "{{Template:Tabelrij rijksmonument|objnr=4}}{{TRR|objnr=5}}{{tRR<!-- old -->|objnr=6}}"
        "{{Tabelrij rijksmonument/kop|objnr=no}}{{Tabelrij|objnr=no}}"
    )
    assert numbers(read(tmp_path / "a", text, aliases=["TRR"])) == ["1", "2", "3", "4", "5", "6"]
    pages = [{"title": "Lijst", "text": text}]
    assert len(pulled(tmp_path / "b", Wiki(pages, aliases=["TRR"]))) == 6


def test_what_nobody_sees_is_no_row(tmp_path):
    hidden = "<!-- {{Tabelrij rijksmonument|objnr=1}} --><nowiki>{{Tabelrij rijksmonument|objnr=2}}</nowiki>"
    hidden += "<pre>{{Tabelrij rijksmonument|objnr=3}}</pre>"
    assert numbers(read(tmp_path, f"{hidden}{row(4)}<nowiki>{row(5)}")) == ["4", "5"]


@pytest.mark.parametrize(
    ("wikitext", "text", "link"),
    [
        ("De Dom", "De Dom", ""),
        ("[[De Dom]]", "De Dom", "De Dom"),
        ("[[Dom (Utrecht)|Dom]]", "Dom", "Dom (Utrecht)"),
        ("'''[[Dom_(Utrecht)#Toren|Dom]]'''<ref>x</ref>", "Dom", "Dom (Utrecht)#Toren"),
        ("[[:en:Dom|Dom]]", "Dom", "en:Dom"),
        ("De [[Dom (Utrecht)|Dom]] in [[Utrecht]]", "De Dom in Utrecht", ""),
        ("0042 <!-- zie boven -->", "0042", ""),
        ("A<ref name=a/>B<ref>{{cite|x|y}}</ref>", "AB", ""),
        ("''cursief'' en '''vet''' en d'Orsay", "cursief en vet en d'Orsay", ""),
        ("<nowiki>[[a]] | b</nowiki>", "[[a]] | b", ""),
        ("Kerk&nbsp;A &amp; B &#x161;", "Kerk\xa0A & B š", ""),
        ("a<br/>b<small>c</small><span style='x'>d</span>", "a\nbcd", ""),
        ("[[Bestand:Dom toren.jpg|thumb|100px|De [[Dom]]]]", "Dom toren.jpg", "Bestand:Dom toren.jpg"),
        ("Dom toren.jpg", "Dom toren.jpg", ""),
        ("[https://x.example/a?b=c De site]", "De site", ""),
        ("https://x.example/a", "https://x.example/a", ""),
        ("{{Datum|1|2|1900}}", "{{Datum|1|2|1900}}", ""),
        ("{{{naam|Dom}}}", "Dom", ""),
        ("", "", ""),
    ],
)
def test_values_are_what_a_reader_sees(tmp_path, wikitext, text, link):
    record = {"links": ["naam.link"]}
    (one,) = read(tmp_path, row(1, naam=wikitext, leeg=""), record)
    assert (one.cells["naam"], one.cells["naam.link"], one.cells["leeg"]) == (text, link, "")


def test_parameters_without_a_name_have_their_number(tmp_path):
    (one,) = read(tmp_path, "{{Tabelrij rijksmonument|objnr=1| Dom |naam=x|Utrecht}}")
    assert one.cells == {
        "objnr": "1",
        "1": "Dom",
        "naam": "x",
        "2": "Utrecht",
        "page": "Lijst & zo",
        "page.url": "https://nl.wikipedia.org/wiki/Lijst_%26_zo",
        "page.revision": "7",
    }


@pytest.mark.parametrize(
    ("wikitext", "lat", "lon"),
    [
        ("{{coord|52.09|5.12|type:landmark|display=inline}}", "52.09", "5.12"),
        ("{{Coord|52|5|27|N|5|7|18.5|E}}", "52°5'27\"N", "5°7'18.5\"E"),
        ("{{coord|33.9|S|18.4|W}}", "33.9°S", "18.4°W"),
        ("{{Coordinate|NS=52/5/27/N|EW=5/7/18/E|type=landmark}}", "52°5'27\"N", "5°7'18\"E"),
        ("{{coord|52|5|27|N|5|7|18|O}}", "", ""),  # O is east in German and west in Spanish
        ("{{coord|52.1|4.3|O}}", "", ""),
        ("{{coord|5|E|52|N}}", "", ""),
        ("{{coord}}", "", ""),
        ("52.09", "", ""),
        ("{{coord|52.1|4.3}} and more", "", ""),
    ],
)
def test_a_template_of_coordinates_gives_them_where_the_description_reads_them(tmp_path, wikitext, lat, lon):
    record = {"point": {"x": "plek.lon", "y": "plek.lat"}}
    (one,) = read(tmp_path, row(1, plek=wikitext), record)
    assert (one.cells["plek"], one.cells["plek.lat"], one.cells["plek.lon"]) == (wikitext, lat, lon)


def test_the_parameters_of_the_header_join_every_row_below_it(tmp_path):
    text = (
        f"{row(1)}{{{{Tabelkop|gemeente=[[Utrecht (stad)|Utrecht]]|prov-iso=NL-UT}}}}{row(2)}{row(3)}"
        f"{{{{tabelkop|gemeente=Zeist}}}}{row(4)}"
    )
    rows = read(tmp_path, text, header="Tabelkop")
    assert [one.cells.get("header.gemeente") for one in rows] == [None, "Utrecht", "Utrecht", "Zeist"]
    assert [one.cells.get("header.prov-iso") for one in rows] == [None, "NL-UT", "NL-UT", None]
    around = f"{{{{Tabelkop|gemeente=Ede|rijen={row(5)}{row(6)}}}}}"
    assert [one.cells["header.gemeente"] for one in read(tmp_path, around, header="Tabelkop")] == [
        "Ede",
        "Ede",
    ]


def test_a_call_that_is_never_closed_is_kept_with_a_fault_and_takes_no_other_with_it(tmp_path):
    rows = read(tmp_path, f"{row(1)}{{{{Tabelrij rijksmonument|objnr=2|naam={{{{x|y}}}}\n{row(3)}{row(4)}")
    assert [(one.cells.get("objnr"), one.fault) for one in rows] == [
        ("1", None),
        (None, IssueCode.ROW_RAGGED),
        ("3", None),
        ("4", None),
    ]


def test_a_call_inside_another_is_a_row_of_its_own(tmp_path):
    rows = read(tmp_path, f"{{{{Tabelrij rijksmonument|objnr=1|naam=A {row(2, naam='B')} C|deel=x}}}}")
    assert [one.cells["objnr"] for one in rows] == ["1", "2"]
    assert [" ".join(one.cells["naam"].split()) for one in rows] == ["A C", "B"]


@pytest.mark.parametrize(
    "start", ["{{Tabelrij rijksmonument|a=", "<nowiki ", "<nowiki>", "<ref>", "{{", "}}", "[[", "<!--", "{|"]
)
def test_markup_that_never_ends_takes_no_row_and_no_time(tmp_path, start):
    rows = read(tmp_path, row(1) + start * 20_000 + "\n" + row(2))
    assert [one.cells["objnr"] for one in rows if not one.fault] == (["1"] if start == "<!--" else ["1", "2"])


def test_the_same_texts_are_the_same_snapshot(tmp_path):
    service = Wiki(lists(3))
    with serving(service):
        spec, way = described(tmp_path, service.url), Way.over_http(tmp_path)
        first = way.harvest(spec)
        assert way.harvest(spec) == first
        service.rows[0]["text"] += row("new")
        assert way.harvest(spec) != first


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"[]",
        b'{"query": 7}',
        b'{"query": {"pages": [1]}}',
        b'{"query": {"pages": {"1": {}}}}',
        b'{"query": {"pages": [{"revisions": [{"slots": 1}]}]}}',
    ],
)
def test_what_are_no_pages_is_refused_with_a_sentence(tmp_path, body):
    with pytest.raises(SourceChanged, match="no pages of a wiki's API"):
        read_rows(described(tmp_path, "https://nl.wikipedia.org"), [("page-00001.json", body)])


def test_a_title_with_half_a_letter_harms_only_its_rows(tmp_path):
    titles = ["Lijst \\ud800", "Lijst"]
    page = '{"title": "%s", "revisions": [{"slots": {"main": {"content": "%s"}}}]}'
    pages = ", ".join(page % (title, row(n)) for n, title in enumerate(titles, start=1))
    body = f'{{"query": {{"pages": [{pages}]}}}}'.replace("\n", "\\n").encode()
    rows = read_rows(described(tmp_path, "https://nl.wikipedia.org"), [("page-00001.json", body)])
    assert [one.fault for one in rows] == [IssueCode.TEXT_BROKEN, None]


@pytest.mark.shared_data
def test_every_mapping_of_the_monuments_database_finds_its_columns(tmp_path, shared_data):
    """A list as each mapping expects it: the columns that it reads are there under the names that it uses."""
    folder = shared_data / "protocol-samples/heritage-lists/erfgoedbot/monuments_config"
    mappings = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    mappings = [one for one in mappings if "rowTemplate" in one]
    assert len(mappings) == 114
    for one in mappings:
        columns = list(dict.fromkeys(field["source"] for field in one["fields"] if field["source"]))
        values = "".join(f"| {name} = [[Huis {n}|Waarde {n}]]\n" for n, name in enumerate(columns))
        text = f"{{{{{one['headerTemplate']}|streek=A}}}}\n{{{{{one['rowTemplate']}\n{values}}}}}\n"
        linked = [field["source"] for field in one["fields"] if field.get("conv") == "extractWikilink"]
        record = {"id": columns[0], "name": {"nl": columns[-1]}, "links": [f"{name}.link" for name in linked]}
        rows = read(tmp_path, text, record, template=one["rowTemplate"], header=one["headerTemplate"])
        cells = rows[-1].cells
        assert [cells[name] for name in columns] == [f"Waarde {n}" for n in range(len(columns))]
        assert [cells[f"{name}.link"] for name in linked] == [
            f"Huis {columns.index(name)}" for name in linked
        ]
        same = one["headerTemplate"] == one["rowTemplate"]
        assert cells.get("header.streek") == (None if same else "A")
