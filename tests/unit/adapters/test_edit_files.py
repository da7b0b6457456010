"""Files for people who upload by hand: what stands in them is read back to the letter by readers that are not
ours, and what cannot be said is left out and told."""

import csv
import io
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heritage.adapters.exports.edits_csv import edits_csv
from heritage.adapters.exports.openrefine import Wikibase, openrefine
from heritage.adapters.exports.quickstatements import quickstatements
from heritage.model.edit import (
    UNKNOWN,
    Calendar,
    Content,
    CoordinateValue,
    ItemValue,
    Kind,
    MonolingualValue,
    QuantityValue,
    Snak,
    Statement,
    TextValue,
    TimeValue,
    Value,
)
from heritage.ports.exports import FileBatch, FileEdit, LeftOut
from quickstatements_readers import Command, Read, read_commands, read_csv

HOSTILE = "ab1é中\t\n\r\v\0\x1c\x85\u2028\u2029\u00a0\u200b\u200f\u202e“”„\"'|/*\\,;=+-@ QLP#"
NASTY = [
    'He said "no"', '"quoted"', '""""', '""x""', "a | b", "a||b", "a /* b */", "a */", "x\\", 'x\\"y', ', \\',
    "Q42", "P31", "1898", "LAST", "CREATE", "somevalue", "#SOMEVALUE#", "+1898-00-00T00:00:00Z/9",
    "@1/2", "-1",
    'en:"x"', "=1+1",
    "עִבְרִית \u202e(1)", "მონასტერი", "Ó", "''", '"', '""', '"""', "“x”",
    "Q1\tP31\tQ5", "x\nQ1\tP31\tQ5",
    *(text for c in HOSTILE for text in (f"a{c}b", f"{c}b", f"a{c}")),
]  # fmt: skip
names = st.text(st.sampled_from(HOSTILE), min_size=1, max_size=12) | st.sampled_from(NASTY)
languages = st.sampled_from(["en", "sv", "nds", "be-tarask", "zh"])
days = st.sampled_from(
    [
        TimeValue("+2026-11-21T00:00:00Z", 11),
        TimeValue("+1898-05-00T00:00:00Z", 10),
        TimeValue("+1700-00-00T00:00:00Z", 9, Calendar.JULIAN),
        TimeValue("+1890-00-00T00:00:00Z", 8),
    ]
)
points = st.builds(
    CoordinateValue,
    st.integers(-90_000_000, 90_000_000).map(lambda n: n / 1e6),
    st.integers(-180_000_000, 180_000_000).map(lambda n: n / 1e6),
    st.sampled_from([1e-6, 0.00027, 0.009]),
)
items = st.integers(1, 10**9).map(lambda n: ItemValue(f"Q{n}"))
texts = names.map(TextValue)
numbers = st.integers(-(10**12), 10**12).map(lambda n: QuantityValue(f"{n:+d}"))
values: st.SearchStrategy[Value] = st.one_of(
    items, texts, points, days, numbers, st.builds(MonolingualValue, languages, names), st.just(UNKNOWN)
)
snaks = st.builds(Snak, st.sampled_from(["P248", "P854", "P813", "P1810"]), values)
statements = st.builds(
    Statement,
    st.sampled_from(["P31", "P1435", "P625", "P1216"]),
    values,
    st.just(Kind.PLACE),
    st.lists(st.lists(snaks, min_size=1, max_size=3).map(tuple), max_size=2).map(tuple),
    st.lists(snaks, max_size=2).map(tuple),
)
contents = st.builds(
    Content,
    st.dictionaries(languages, names, max_size=2),
    st.dictionaries(languages, names, max_size=1),
    st.dictionaries(languages, st.lists(names, min_size=1, max_size=2).map(tuple), max_size=2),
    st.lists(statements, max_size=3).map(tuple),
)
edits = st.builds(
    FileEdit,
    st.integers(0, 2**64 - 1).map(lambda n: f"{n:016x}"),
    names,
    st.none() | st.integers(1, 10**6).map(lambda n: f"Q{n}"),
    names,
    contents,
)
BOTH = pytest.mark.parametrize("three", [False, True], ids=["QuickStatements 2", "QuickStatements 3"])


def batch(*some: FileEdit, title: str = "A | list /* of \t churches") -> list[FileBatch]:
    return [FileBatch("abcdef123456", title, "xx_list", (3, 4), some)]


def expected(edit: FileEdit) -> list[Command]:
    """The commands that say an edit, in no form yet."""
    item, content = edit.qid or "LAST", edit.content
    told: list[Command] = [] if edit.qid else [("create",)]
    told += [(item, "L", *term) for term in content.labels.items()]
    told += [(item, "D", *term) for term in content.descriptions.items()]
    told += [(item, "A", lang, text) for lang, some in content.aliases.items() for text in some]
    for s in content.statements:
        references = [[(snak.property, read(snak.value)) for snak in one] for one in s.references]
        qualifiers = [(snak.property, read(snak.value)) for snak in s.qualifiers]
        told.append((item, s.property, read(s.value), qualifiers, references))
    return told


def read(value: Value) -> Read:
    """A value as a reader should give it."""
    match value:
        case ItemValue(qid):
            return "item", qid
        case TextValue(text):
            return "string", text
        case MonolingualValue(lang, text):
            return "mono", (lang, text)
        case CoordinateValue(lat, lon):
            return "point", (lat, lon)
        case TimeValue(time, precision, calendar):
            return "time", (time, precision, calendar is Calendar.JULIAN)
        case QuantityValue(amount):
            return "quantity", amount
    return "special", "somevalue"


def holds(edit: FileEdit, told: list[Command], left: tuple[LeftOut, ...]) -> None:
    """What was read is exactly what the edit says, in its order, less what is told to be left out."""
    wanted = expected(edit)
    if edit.qid is None:
        assert told == ([] if left or edit.content.empty else wanted)
        return
    rest = iter(told)
    missing, command = 0, next(rest, None)
    for one in wanted:
        if one == command:
            command = next(rest, None)
        else:
            missing += 1
    assert command is None, "something was read that the edit does not say"
    assert missing == len(left)


@given(edit=edits)
@BOTH
def test_commands_are_read_back_to_the_letter(three: bool, edit: FileEdit) -> None:
    written = quickstatements(batch(edit), points=True)
    holds(edit, read_commands(written.files["commands.txt"], three=three), written.left_out)


@given(some=st.lists(edits, max_size=4))
def test_no_name_breaks_a_line(some: list[FileEdit]) -> None:
    text = quickstatements(batch(*some), points=True).files["commands.txt"]
    lines = text.split("\n")
    assert text.splitlines() == lines[:-1], "some character ends a line for some program"
    assert all(line.endswith(" */") and line.count("/*") == 1 for line in lines[:-1])
    alone = [quickstatements(batch(one), points=True).files["commands.txt"] for one in some]
    assert text == "".join(alone), "no edit changes what stands of another"


@given(edit=edits)
@BOTH
def test_tables_are_read_back_to_the_letter(three: bool, edit: FileEdit) -> None:
    written = edits_csv(batch(edit), points=True)
    (text,) = written.files.values()
    holds(edit, read_csv(text, three=three), written.left_out)


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize("qid", [None, "Q7"])
def test_every_nasty_name_is_said_in_every_place_or_told(name: str, qid: str | None) -> None:
    cited = (Snak("P854", TextValue("x")), Snak("P1810", TextValue(name)))
    stated = [
        Statement("P1216", TextValue(name), Kind.IDENTIFIERS, ((cited[0],),)),
        Statement("P1448", MonolingualValue("sv", name), Kind.NAMES, ((cited[0],),)),
        Statement("P31", ItemValue("Q5"), Kind.DESIGNATION, (cited, cited), (cited[1],)),
    ]
    said = [
        Content(labels={"sv": name}),
        Content(descriptions={"sv": name}),
        Content(aliases={"sv": (name,)}),
    ]
    for content in (*said, *(Content(statements=(one,)) for one in stated)):
        edit = FileEdit("00ff", "1", qid, name, content)
        commands, tables = quickstatements(batch(edit)), edits_csv(batch(edit))
        lines = commands.files["commands.txt"]
        assert len(lines.splitlines()) == lines.count("\n") == commands.edits + (commands.edits and not qid)
        (table,) = tables.files.values()
        assert len(table.splitlines()) == 1 + tables.edits
        for three in (False, True):
            holds(edit, read_commands(lines, three=three), commands.left_out)
            holds(edit, read_csv(table, three=three), tables.left_out)


@given(some=st.lists(edits, max_size=5))
def test_no_cell_of_a_table_is_empty_and_no_name_breaks_a_row(some: list[FileEdit]) -> None:
    written = edits_csv(batch(*some), points=True)
    rows = 0
    for text in written.files.values():
        header, *table = csv.reader(text.splitlines())
        assert header[0] == "qid"
        assert all(len(row) == len(header) and all(row[1:]) for row in table)
        rows += len(table)
    assert rows == written.edits


def church(**changes: Any) -> FileEdit:
    entry = (
        Snak("P248", ItemValue("Q500")),
        Snak("P854", TextValue("https://reg.example/1")),
        Snak("P813", TimeValue("+2026-11-21T00:00:00Z", 11)),
    )
    content = Content(
        labels={"sv": "Testkyrka"},
        statements=(
            Statement("P31", ItemValue("Q16970"), Kind.DESIGNATION, (entry,)),
            Statement("P625", CoordinateValue(59.123456, -18.5, 0.00027), Kind.PLACE, (entry,)),
        ),
    )
    return replace(FileEdit("00ff", "1", "Q7", "Testkyrka", content), **changes)


def test_every_command_names_dataset_batch_decision_and_edit() -> None:
    lines = quickstatements(batch(church(), title="Churches"), points=True).files["commands.txt"].splitlines()
    assert lines[1] == (
        'Q7\tP31\tQ16970\tS248\tQ500\tS854\t"https://reg.example/1"\tS813\t+2026-11-21T00:00:00Z/11'
        " /* Churches (batch abcdef123456, decision 3+4, edit 00ff) */"
    )
    assert all("(batch abcdef123456, decision 3+4, edit 00ff)" in line for line in lines)


def test_a_point_that_quickstatements_would_overstate_goes_out_only_when_asked_for() -> None:
    strict = quickstatements(batch(church(), church(qid=None)))
    assert "@" not in strict.files["commands.txt"]
    assert "CREATE" not in strict.files["commands.txt"], "half of a new item is another item"
    assert [(one.what, strict.edits, strict.new_items) for one in strict.left_out] == [
        ("P625", 1, 0),
        ("the new item", 1, 0),
    ]
    assert (
        "\t@59.123456/-18.5\t"
        in quickstatements(batch(church(), title="Churches"), points=True).files["commands.txt"]
    )


def test_openrefine_gets_rows_a_schema_and_what_to_do_in_one_go() -> None:
    new = church(edit_id="00aa", qid=None, record_id="2")
    written = openrefine(batch(church(), new), wiki=Wikibase())
    rows = list(csv.DictReader(io.StringIO(written.files["rows.csv"])))
    assert [(row["item"], row["new item"], row["label sv"]) for row in rows] == [
        ("Q7", "", "Testkyrka"),
        ("", "00aa", "Testkyrka"),
    ]
    assert rows[0]["2 P625"] == "59.123456,-18.5,0.00027", "the precision is not lost here"
    assert rows[0]["2 P625 › reference 1.3 P813"] == "2026-11-21"
    operations = json.loads(written.files["operations.json"])
    named = [(one["op"], one.get("columnName")) for one in operations]
    assert named[0] == ("core/recon-use-values-as-identifiers", "item")
    assert ("core/recon-use-values-as-identifiers", "1 P31 › reference 1.1 P248") in named
    assert named[-2:] == [("core/recon-mark-new-topics", "new item"), ("wikidata/save-wikibase-schema", None)]
    assert operations[-1]["schema"] == json.loads(written.files["schema.json"])


def columns_named(part: Any) -> set[str]:
    """Every column that a schema draws from."""
    if isinstance(part, dict):
        own = {part["columnName"]} if "columnName" in part else set()
        return own.union(*(columns_named(one) for one in part.values()), set())
    return set().union(*(columns_named(one) for one in part)) if isinstance(part, list) else set()


TYPES = {
    "wbitemeditexpr": {"type", "subject", "nameDescs", "statementGroups"},
    "wbitemvariable": {"type", "columnName"},
    "wbstringvariable": {"type", "columnName"},
    "wbdatevariable": {"type", "columnName"},
    "wblocationvariable": {"type", "columnName"},
    "wbmonolingualexpr": {"type", "language", "value"},
    "wbquantityexpr": {"type", "amount"},  # and "unit", where it has one
    "wblanguageconstant": {"type", "id", "label"},
    "wbpropconstant": {"type", "pid", "label", "datatype"},
    "snak": {"type", "valueMatcher"},
    "strict": {"type"},
    "lax": {"type"},
}
"""The expressions of a schema that we use, and what each has (org.openrefine.wikibase.schema)."""


def faults(part: Any) -> list[Any]:
    if isinstance(part, list):
        return [fault for one in part for fault in faults(one)]
    if not isinstance(part, dict):
        return []
    wrong = [part] if "type" in part and TYPES.get(part["type"]) != set(part) else []
    return wrong + [fault for one in part.values() for fault in faults(one)]


def column_of(expression: Any) -> str:
    """The column that a value is made of."""
    inside = expression.get("value") or expression.get("amount") or expression
    return str(inside["columnName"])


def evaluated(row: dict[str, str], schema: Any) -> list[tuple[str, dict[str, set[str]]]]:
    """What OpenRefine makes of a row: an edit for every subject that is there, of what is not blank."""
    made = []
    for edit in schema["entityEdits"]:
        subject = row[edit["subject"]["columnName"]]
        if not subject:
            continue
        told: dict[str, set[str]] = {}
        for term in edit["nameDescs"]:
            cell = row[term["value"]["value"]["columnName"]]
            if cell:
                key = f"{term['name_type']} {term['value']['language']['id']}"
                told.setdefault(key, set()).add(cell)
        for group in edit["statementGroups"]:
            for statement in group["statements"]:
                cell = row[column_of(statement["value"])]
                if cell:
                    cited = [s for r in statement["references"] for s in r["snaks"]] + statement["qualifiers"]
                    said = "\x1f".join([cell, *(row[column_of(s["value"])] for s in cited)])
                    told.setdefault(group["property"]["pid"], set()).add(said)
        made.append((subject, told))
    return made


@given(some=st.lists(edits, max_size=4, unique_by=(lambda one: one.edit_id, lambda one: one.record_id)))
def test_openrefine_reads_every_row_back_to_the_letter(some: list[FileEdit]) -> None:
    written = openrefine(batch(*some), wiki=Wikibase())
    schema = json.loads(written.files["schema.json"])
    rows = list(csv.DictReader(io.StringIO(written.files["rows.csv"], newline="")))
    assert columns_named(schema) <= set(rows[0] if rows else ())
    assert faults(schema) == []
    assert len(rows) == written.edits
    made = [evaluated(row, schema) for row in rows]
    assert all(len(one) == 1 for one in made), "a row is one edit"
    by_edit = {row["edit"].rpartition(" ")[2]: one[0] for row, one in zip(rows, made, strict=True)}
    refused = {one.record_id for one in written.left_out}
    for edit in some:
        if edit.record_id in refused or edit.content.empty:
            continue
        subject, told = by_edit[edit.edit_id]
        assert subject == (edit.qid or edit.edit_id)
        assert told == as_openrefine(edit)


def as_openrefine(edit: FileEdit) -> dict[str, set[str]]:
    told: dict[str, set[str]] = {}
    for kind, terms in (("LABEL", edit.content.labels), ("DESCRIPTION", edit.content.descriptions)):
        told |= {f"{kind}_IF_NEW {lang}": {text} for lang, text in terms.items()}
    told |= {f"ALIAS {lang}": set(aliases) for lang, aliases in edit.content.aliases.items()}
    for one in edit.content.statements:
        cited = [snak for reference in one.references for snak in reference]
        values = [one.value, *(snak.value for snak in (*cited, *one.qualifiers))]
        told.setdefault(one.property, set()).add("\x1f".join(map(in_a_cell, values)))
    return told


DAYS = {11: "2026-11-21", 10: "1898-05", 9: "1700_Q1985786", 8: "1890D"}


def in_a_cell(value: Value) -> str:
    match value:
        case ItemValue(qid):
            return qid
        case TextValue(text) | MonolingualValue(text=text):
            return text
        case CoordinateValue(lat, lon, precision):
            return f"{lat},{lon},{precision}"
        case TimeValue(precision=precision):
            return DAYS[precision]
        case QuantityValue(amount):
            return amount
    return "#SOMEVALUE#"
