import pytest
import yaml

from heritage.errors import SpecError
from heritage.spec.dataset import DatasetSpec
from heritage.spec.harvest import Csv
from heritage.spec.loader import LoadedSpec, SpecFailure, load_spec, load_specs
from heritage.spec.thresholds import load_thresholds
from register_examples import VOCABULARIES, description


def write(folder, text, name="se_demo"):
    path = folder / "se" / name / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        text if isinstance(text, str) else yaml.safe_dump(text, allow_unicode=True), encoding="utf-8"
    )
    return path


def failure(folder, **changes):
    answer = load_spec(write(folder, description(**changes)))
    assert isinstance(answer, SpecFailure)
    return str(answer)


def test_one_broken_description_does_not_touch_the_others(tmp_path):
    write(tmp_path, description())
    write(tmp_path, "a: [", "se_broken")
    specs, failures = load_specs(tmp_path)
    assert [one.spec.id for one in specs] == ["se_demo"]
    assert [one.dataset for one in failures] == ["se_broken"]


def test_two_descriptions_with_one_id_are_both_refused(tmp_path):
    write(tmp_path, description())
    path = tmp_path / "aa" / "se_demo" / "se_demo.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(yaml.safe_dump(description()), encoding="utf-8")
    specs, failures = load_specs(tmp_path)
    assert specs == []
    assert {str(one) for one in failures} == {
        "se_demo.yaml: id: 'se_demo' is described 2 times, once in aa/se_demo",
        "se_demo.yaml: id: 'se_demo' is described 2 times, once in se/se_demo",
    }


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"harvest": {"encodng": "x"}}, "harvest.encodng: unknown key, did you mean 'encoding'"),
        ({"record": {"point": {"x": "lon"}}}, "record.point: give x and y, or pair, or grid"),
        ({"ignore": ["nr"]}, "mapped and ignored at once: nr"),
        ({"checks": {"fill": {"nmae": 1.0}}}, "checks.fill.nmae"),
        ({"record": {"point": {"x": "a", "y": "b", "crs": 5514}}}, "as EPSG:3006: write EPSG:5514"),
        ({"record": {"point": {"x": "a", "y": "b", "crs": "5514"}}}, "as EPSG:3006: write EPSG:5514"),
        ({"record": {"point": {"x": "a", "y": "b", "crs": "epsg:5514"}}}, ": write EPSG:5514"),
        ({"record": {"point": {"x": "a", "y": "b", "crs": "S-JTSK"}}}, "'S-JTSK' is not a code of a CRS"),
        ({"item": {"identifier": 7001}}, "as P1260: write P7001"),
        ({"item": {"identifier": "p7001"}}, "as P1260: write P7001"),
        ({"item": {"country": 34}}, "as Q16970: write Q34"),
        ({"item": {"classes": {"kyrka": 16970}}}, "as Q16970: write Q16970"),
        ({"checks": {"rows": 150}}, "checks.rows: write [least, most], as [140, 160]"),
        ({"checks": {"rows": "many"}}, "checks.rows: write [least, most], as [140, 160]"),
        ({"checks": {"rows": [9, 1]}}, "the lower bound is above the upper one"),
        ({"harvest": {"url": "ftp://x/y"}}, "harvest.url"),
        ({"harvest": {"file": "../x"}}, "harvest.file"),
        ({"harvest": {"encoding": "utf-9"}}, "harvest.encoding: 'utf-9' is no known encoding"),
        ({"harvest": {"encoding": "base64"}}, "harvest.encoding: 'base64' is no known encoding"),
        ({"harvest": {"schedule": "@montly"}}, "harvest.schedule: '@montly' never comes up: give five cron"),
        ({"harvest": {"schedule": "61 * * * *"}}, "harvest.schedule: '61 * * * *' never comes up"),
        ({"harvest": {"schedule": "0 0 31 2 *"}}, "harvest.schedule: '0 0 31 2 *' never comes up"),
        ({"harvest": {"schedule": "0 0 1 1 * *"}}, "harvest.schedule: '0 0 1 1 * *' never comes up"),
        ({"item": {"classes": {"kyrka": "16970"}}}, "item.classes.kyrka: '16970' is no item of Wikidata"),
        ({"item": {"classes": {"kyrka": "Q16970 (church)"}}}, "as Q16970: write Q16970"),
        ({"item": {"identifier": "1260"}}, "item.identifier: '1260' is not a property of Wikidata"),
        (
            {"record": {"name": {"Swedish": "namn"}}},
            "record.name.Swedish: 'Swedish' is not a code of a language",
        ),
        ({"record": {"name": {False: "navn"}}}, "YAML reads no, yes, on and off as false and true"),
        ({"harvest": {"protocol": "cvs"}}, "harvest: unknown protocol 'cvs', did you mean 'csv'?"),
        ({"harvest": {"protocol": "CSV"}}, "harvest: unknown protocol 'CSV', did you mean 'csv'?"),
        ({"title": 1890}, "title: a text is wanted: put it in quotes, as '1890'"),
        ({"title": None}, "title: there is no text"),
        ({"id": "Demo"}, "id: 'Demo' is not an id: small letters"),
        ({"record": {"type": {"column": "sort", "extract": "a|b"}}}, "'a|b' has no group"),
        ({"record": {"type": {"column": "sort", "extract": "(a)(b)"}}}, "'(a)(b)' has several groups"),
        ({"record": {"point": {"crs": "EPSG:999999"}}}, "record.point.crs: EPSG:999999 is no CRS"),
        ({"record": {"point": {"crs": "EPSG:5773"}}}, "does not say where on a map"),
        ({"harvest": {"url": "https://me:pw@x.org/list"}}, "harvest.url: an address with a password"),
        ({"harvest": {"encoding": "idna"}}, "harvest.encoding"),
        ({"item": {"identifier": "P528"}}, "item.identifier: P528 holds the ids of any collection"),
    ],
)
def test_a_fault_is_told_with_file_and_key(tmp_path, changes, says):
    message = failure(tmp_path, **changes)
    assert message.startswith("se_demo.yaml: ")
    assert says in message


@pytest.mark.parametrize("key", ["item", "reconcile"])
def test_an_at_risk_register_has_nothing_to_reconcile(tmp_path, key):
    content = description(
        kind="at_risk",
        risk=[{"scheme": "unesco_danger", "field": "type"}],
        subjects=[{"property": "P1435", "id": "id"}],
    )
    del content["item"]
    assert isinstance(load_spec(write(tmp_path, content)), LoadedSpec)
    assert f"{key}: the rows of an at_risk register" in str(load_spec(write(tmp_path, content | {key: {}})))


def test_what_is_missing_is_told_where_it_belongs(tmp_path):
    content = description()
    del content["record"]["id"], content["publisher"]
    answer = load_spec(write(tmp_path, content))
    assert isinstance(answer, SpecFailure)
    assert [message.partition(": ")[2] for message in answer.messages] == [
        "it is missing, and has to be there"
    ] * 2
    assert "record.id" in str(answer)


@pytest.mark.parametrize("schedule", ["@quarterly", "30 4 * * 1", "0 6 1 jan,jul *", "0 0 29 2 *"])
def test_a_schedule_is_kept_to_the_letter(tmp_path, schedule):
    answer = load_spec(write(tmp_path, description(harvest={"schedule": schedule})))
    assert isinstance(answer, LoadedSpec)
    assert answer.spec.harvest.schedule == schedule


def test_a_lookup_table_stands_beside_the_description(tmp_path):
    path = write(tmp_path, description(item={"admin": "towns.csv"}))
    (path.parent / "towns.csv").write_text(
        "term,item,mapped_by\nÅre,Q1,anna\nHabo,Q2,anna\nOrsa,,anna\n", encoding="utf-8"
    )
    answer = load_spec(path)
    assert isinstance(answer, LoadedSpec)
    assert answer.spec.item.admin == {"Åre": "Q1", "Habo": "Q2"}


@pytest.mark.parametrize(
    "text", ["\ufeffterm,item,mapped_by\r\nÅre,Q1,anna\r\n", "item,mapped_by,term\nQ1,,Åre\n"]
)
def test_a_lookup_table_may_come_from_a_spreadsheet(tmp_path, text):
    path = write(tmp_path, description(item={"admin": "towns.csv"}))
    (path.parent / "towns.csv").write_bytes(text.encode())
    answer = load_spec(path)
    assert isinstance(answer, LoadedSpec), str(answer)
    assert answer.spec.item.admin == {"Åre": "Q1"}


def test_a_lookup_table_may_wait_for_its_first_term(tmp_path):
    path = write(tmp_path, description(item={"admin": "towns.csv"}))
    (path.parent / "towns.csv").write_text("term,item,mapped_by\n", encoding="utf-8")
    assert isinstance(load_spec(path), LoadedSpec)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        (
            "missing.csv",
            None,
            "there is no missing.csv beside the description; `heritage source terms se_demo",
        ),
        ("../towns.csv", "term,item,mapped_by\na,Q1,x\n", "must lie beside the description"),
        ("towns.csv", "town,qid\na,Q1\n", "needs the columns term, item and mapped_by"),
        (
            "towns.csv",
            "term;item;mapped_by\na;Q1;x\n",
            "with commas between them; it has 'term;item;mapped_by'",
        ),
        (
            "towns.csv",
            "term,item,mapped_by\na,Q1,x\nb,Q2,x\na,Q3,x\n",
            "line 4: the term 'a' stands in line 2 already",
        ),
        ("towns.csv", "term,item,mapped_by\na,Q1\n", "line 2: it has more or fewer cells"),
        ("towns.csv", "term,item,mapped_by\na,b,Q1,x\n", "line 2: it has more or fewer cells"),
        ("towns.csv", "term,item,mapped_by\na,1,x\n", "towns.csv, line 2, term 'a': '1' is no item"),
        ("towns.csv", 'term,item,mapped_by\n"a\nb",Q1,x\nc,16970,x\n', "line 4, term 'c': '16970' is no"),
        ("towns.csv", "term,item,mapped_by\na,q7,x\n", "as Q16970: write Q7"),
        ("towns.csv", "term,item,mapped_by\na,https://www.wikidata.org/wiki/Q7,x\n", ": write Q7"),
        ("towns.csv", "term,item,mapped_by\na,church no. 2,x\n", "'church no. 2' is no item of Wikidata"),
        ("towns.csv", "term,item,mapped_by\na,P31,x\n", "as Q16970: look it up there"),
        ("towns.csv", b"term,item,mapped_by\nH\xe4bo,Q1,x\n", "towns.csv is not in UTF-8"),
    ],
)
def test_a_bad_lookup_table_is_told(tmp_path, name, content, says):
    path = write(tmp_path, description(item={"admin": name}))
    if content:
        (path.parent / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    answer = load_spec(path)
    assert isinstance(answer, SpecFailure)
    assert says in str(answer)


def test_every_bad_row_of_every_table_is_told_at_once(tmp_path):
    path = write(tmp_path, description(item={"admin": "towns.csv", "classes": "types.csv"}))
    (path.parent / "towns.csv").write_text("term,item,mapped_by\na,1,x\nb,Q2,x\nc, Q3 ,x\nd,?,x\n")
    answer = load_spec(path)
    assert isinstance(answer, SpecFailure)
    assert [message.split(":")[0] for message in answer.messages] == [
        "line 16, item.classes",
        "towns.csv, line 2, term 'a'",
        "towns.csv, line 5, term 'd'",
    ]


@pytest.mark.parametrize(
    ("url", "file", "name"),
    [
        ("https://x.org/a/list.csv?y=1", None, "list.csv"),
        ("https://x.org/a/b%20c.csv", None, "b_20c.csv"),
        ("https://x.org/a/..", None, "register"),
        ("https://x.org/export/?2019", "sites.csv", "sites.csv"),
    ],
)
def test_a_file_has_a_safe_name(url, file, name):
    assert Csv(protocol="csv", url=url, file=file).file_name == name


def test_the_digest_follows_every_word():
    spec = DatasetSpec.model_validate(description())
    assert spec.digest() == DatasetSpec.model_validate(description()).digest()
    assert spec.digest() != DatasetSpec.model_validate(description(title="Other")).digest()


def test_thresholds_are_closed_and_told_with_their_file(tmp_path):
    text = (VOCABULARIES / "thresholds.yaml").read_text(encoding="utf-8")
    path = tmp_path / "thresholds.yaml"
    path.write_text(text.replace("rejected_stop: 0.20", "rejected_stop: 20"), encoding="utf-8")
    with pytest.raises(SpecError, match=r"thresholds\.yaml: line \d+, snapshot\.rejected_stop"):
        load_thresholds(path)
    path.write_text(text.replace("moved_m", "moved"), encoding="utf-8")
    with pytest.raises(SpecError, match=r"thresholds\.yaml: .*moved"):
        load_thresholds(path)
