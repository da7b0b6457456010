"""A table, and what OpenRefine needs to make edits of its rows: a Wikibase schema
(https://openrefine.org/docs/manual/wikibase/schema-alignment), which it imports by itself, and a history of
operations (Undo / Redo, Apply…) that also says which cells are items and which rows are new ones.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from heritage.adapters.exports.openrefine_table import (
    ITEM,
    NEW,
    SOME_VALUE,
    Slot,
    Table,
    TermColumn,
    add,
    as_csv,
    columns_of,
    datatype_of,
)
from heritage.adapters.exports.sayable import Fault, sayable, text_fault
from heritage.model.edit import (
    CoordinateValue,
    ItemValue,
    MonolingualValue,
    QuantityValue,
    Snak,
    TextValue,
    TimeValue,
)
from heritage.ports.exports import FileBatch, LeftOut, Written

Json = dict[str, Any]
_KEYWORDS = frozenset({"#NOVALUE#", SOME_VALUE})
_HOW_TO = """\
1. Create a project from rows.csv: UTF-8, separated by commas, and do not parse cells into numbers or dates.
2. Undo / Redo, Apply…: paste operations.json. It marks what is an item and what is new, and sets the schema.
3. Wikibase, Preview and then Upload edits. Each edit is one of the column "edit".
schema.json is the schema alone. Let nobody else upload the same batch meanwhile.
"""


@dataclass(frozen=True, slots=True)
class Wikibase:
    """The wiki that edits are for: what its ids begin with, its API and a service that knows its items."""

    entities: str = "http://www.wikidata.org/entity/"
    properties: str = "http://www.wikidata.org/prop/direct/"
    api: str = "https://www.wikidata.org/w/api.php"
    reconciliation: str = "https://wikidata.reconci.link/en/api"


def openrefine(batches: Sequence[FileBatch], *, wiki: Wikibase) -> Written:
    """`rows.csv`, `schema.json`, `operations.json`, and in `how-to.txt` what to do with them."""
    table, left = Table(), list[LeftOut]()
    for batch in batches:
        for edit in batch.edits:
            content, without = sayable(edit, _term_fault, _value_fault)
            left += without
            if not content.empty:
                add(table, batch, edit, content)
    schema = _schema(table, wiki)
    files = {
        "rows.csv": as_csv(table),
        "schema.json": _json(schema),
        "operations.json": _json(list(_operations(table, schema, wiki))),
        "how-to.txt": _HOW_TO,
    }
    new_items = sum(NEW in row for row in table.rows)
    return Written(files, len(table.rows), new_items, tuple(left))


def _schema(table: Table, wiki: Wikibase) -> Json:
    """One expression for rows that are items and one for those that become some: a row has one subject."""
    edits = [
        {
            "type": "wbitemeditexpr",
            "subject": {"type": "wbitemvariable", "columnName": NEW if new else ITEM},
            "nameDescs": [_term(key, table) for key in used if isinstance(key, tuple)],
            "statementGroups": _groups([slot for slot in used if isinstance(slot, Slot)], table),
        }
        for new, used in sorted(table.used.items())
    ]
    return {
        "entityEdits": edits,
        "siteIri": wiki.entities,
        "entityTypeSiteIRI": {"item": wiki.entities, "property": wiki.entities},
        "mediaWikiApiEndpoint": wiki.api,
    }


def _term(key: TermColumn, table: Table) -> Json:
    kind, lang, _ = key
    # somebody may have given the item a label since
    name = {"label": "LABEL_IF_NEW", "description": "DESCRIPTION_IF_NEW", "alias": "ALIAS"}[kind]
    return {"name_type": name, "value": _monolingual(lang, table.terms[key])}


def _monolingual(lang: str, column: str) -> Json:
    return {
        "type": "wbmonolingualexpr",
        "language": {"type": "wblanguageconstant", "id": lang, "label": lang},
        "value": {"type": "wbstringvariable", "columnName": column},
    }


def _groups(slots: Sequence[Slot], table: Table) -> list[Json]:
    groups: dict[str, list[Slot]] = defaultdict(list)
    for slot in slots:
        groups[slot.property].append(slot)
    return [
        {
            "property": _property(pid, same[0].kinds[0][0]),
            "statements": [_statement(slot, table) for slot in same],
        }
        for pid, same in groups.items()
    ]


def _statement(slot: Slot, table: Table) -> Json:
    columns = columns_of(slot, table.slots[slot])
    value = _variable(next(columns), table)
    qualifiers = [_snak(pid, next(columns), table) for pid in slot.qualifiers]
    references = [
        {"snaks": [_snak(pid, next(columns), table) for pid in reference]} for reference in slot.references
    ]
    # the same value, whatever its qualifiers, gets our reference; points count as one within their precision
    matcher = "lax" if slot.kinds[0][0] == "globe-coordinate" else "strict"
    return {
        "value": value,
        "qualifiers": qualifiers,
        "references": references,
        "mode": "add_or_merge",
        "mergingStrategy": {"type": "snak", "valueMatcher": {"type": matcher}},
    }


def _snak(pid: str, column: str, table: Table) -> Json:
    return {
        "prop": _property(pid, datatype_of(Snak(pid, table.kinds[column]))),
        "value": _variable(column, table),
    }


def _variable(column: str, table: Table) -> Json:
    match table.kinds[column]:
        case ItemValue():
            return {"type": "wbitemvariable", "columnName": column}
        case CoordinateValue():
            return {"type": "wblocationvariable", "columnName": column}
        case TimeValue():
            return {"type": "wbdatevariable", "columnName": column}
        case MonolingualValue(lang):
            return _monolingual(lang, column)
        case QuantityValue():
            # a number without a unit has no unit in the schema
            return {"type": "wbquantityexpr", "amount": {"type": "wbstringvariable", "columnName": column}}
    return {"type": "wbstringvariable", "columnName": column}


def _property(pid: str, datatype: str) -> Json:
    return {"type": "wbpropconstant", "pid": pid, "label": pid, "datatype": datatype}


def _operations(table: Table, schema: Json, wiki: Wikibase) -> Iterator[Json]:
    about = {
        "engineConfig": {"facets": [], "mode": "row-based"},
        "service": wiki.reconciliation,
        "identifierSpace": wiki.entities,
        "schemaSpace": wiki.properties,
    }
    items = [ITEM] * (False in table.used) + list(table.items)
    for column in items:
        yield {
            "op": "core/recon-use-values-as-identifiers",
            "columnName": column,
            "description": f"The values of {column} are ids of items",
            **about,
        }
    if True in table.used:
        yield {
            "op": "core/recon-mark-new-topics",
            "columnName": NEW,
            "shareNewTopics": False,
            "description": f"Every value of {NEW} becomes an item of its own",
            **about,
        }
    yield {
        "op": "wikidata/save-wikibase-schema",
        "description": "Set the Wikibase schema",
        "schema": schema,
    }


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _term_fault(_: str, text: str) -> Fault:
    if fault := _text_fault(text):
        return fault
    return "begins like a formula of a spreadsheet" if text[0] in "=+-@" else None


def _value_fault(snak: Snak) -> Fault:
    value = snak.value
    return _text_fault(value.text) if isinstance(value, TextValue | MonolingualValue) else None


def _text_fault(text: str) -> Fault:
    if fault := text_fault(text):
        return fault
    return "is read as no value or some value" if text in _KEYWORDS else None
