"""A small Wikidata: churches and museums with all that the index keeps, and what does not belong in it."""

from collections.abc import Mapping
from typing import Any

from heritage.spec.index_rules import IndexRules, Scope

GREGORIAN = "http://www.wikidata.org/entity/Q1985727"
URL = {"P854": [{"snaktype": "value", "property": "P854", "datavalue": {"value": "https://example.org"}}]}


def statement(name: str, value: Any, rank: str = "normal", datatype: str = "", **more: Any) -> dict[str, Any]:
    """A statement as entities have it."""
    snak = {"snaktype": "value", "property": name, "datavalue": {"value": value}, "datatype": datatype}
    return {"mainsnak": snak, "rank": rank, **more}


def dated(name: str, time: str, precision: int = 11) -> dict[str, Any]:
    """A qualifier or part of a reference that is a time."""
    value = {"time": time, "precision": precision, "calendarmodel": GREGORIAN}
    return {name: [{"snaktype": "value", "property": name, "datavalue": {"value": value}}]}


def linked(**claims: str | list[str]) -> dict[str, Any]:
    """Claims whose values are items."""
    return {
        name: [statement(name, {"id": one}) for one in ([said] if isinstance(said, str) else said)]
        for name, said in claims.items()
    }


def item(qid: str, label: str, claims: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """An item with one label."""
    named = {"labels": {"en": {"language": "en", "value": label}}, "descriptions": {}, "aliases": {}}
    return {"type": "item", "id": qid, **named, "claims": dict(claims or {}), "sitelinks": {}, **more}


def place(lat: float, lon: float, precision: float | None = 1 / 3600, globe: str = "Q2") -> dict[str, Any]:
    """A coordinate as entities have it."""
    globe = f"http://www.wikidata.org/entity/{globe}"
    return {"latitude": lat, "longitude": lon, "precision": precision, "globe": globe}


def year(time: str, precision: int = 9) -> dict[str, Any]:
    """A time as entities have it."""
    return {"time": time, "precision": precision, "calendarmodel": GREGORIAN}


CIRCA = {"P1480": [{"snaktype": "value", "property": "P1480", "datavalue": {"value": {"id": "Q5727902"}}}]}

CHURCH = item(
    "Q42",
    "Church of the Saviour",
    {
        **linked(P31="Q16970", P17="Q230", P131="Q21", P1435="Q900", P361="Q43"),
        "P625": [statement("P625", place(41.8, 44.7)), statement("P625", place(1, 2, None, "Q111"))],
        "P380": [
            statement("P380", "PA1", datatype="external-id"),
            statement("P380", "PA2", "preferred", "external-id"),
            statement("P380", "PA3", "deprecated", "external-id"),
        ],
        "P571": [
            statement("P571", year("+1890-00-00T00:00:00Z"), qualifiers=CIRCA),
            statement("P571", year("-0500-00-00T00:00:00Z")),
            statement("P571", year("+1850-05-12T00:00:00Z", 11)),
            statement("P571", year("+1700-00-00T00:00:00Z", 7)),
        ],
        "P5816": [
            statement(
                "P5816",
                {"id": "Q55555088"},
                references=[{"snaks": URL | dated("P813", "+2025-03-04T00:00:00Z")}],
            ),
            statement("P5816", {"id": "Q5"}, qualifiers=dated("P582", "+2020-01-01T00:00:00Z")),
            statement("P5816", {"id": "Q6"}, qualifiers=dated("P585", "+2024-05-01T00:00:00Z")),
        ],
        "P18": [statement("P18", "Church, east side.jpg")],
    },
    labels={
        "en": {"language": "en", "value": "Church of the Saviour"},
        "ka": {"language": "ka", "value": "მაცხოვრის ეკლესია"},
    },
    aliases={"en": [{"language": "en", "value": "Saviour's"}, {"language": "en", "value": "St Saviour"}]},
    descriptions={"en": {"language": "en", "value": "church in a test"}},
    sitelinks={"kawiki": {"site": "kawiki"}, "commonswiki": {"site": "commonswiki"}},
)
ENTITIES = [
    item("Q16970", "church building", linked(P279=["Q24398318", "Q811979"])),
    item("Q24398318", "religious building", linked(P279="Q811979")),
    item("Q811979", "architectural structure", linked(P279="Q16970")),  # the circle is on purpose
    item("Q33506", "museum", linked(P279="Q811979")),
    item("Q7", "village museum", linked(P279="Q33506")),
    item("Q20", "Mtskheta-Mtianeti", linked(P131="Q230", P31="Q10")),
    item("Q21", "Mtskheta", linked(P131=["Q20", "Q21"], P31="Q10")),
    item("Q230", "Georgia", linked(P31="Q6256")),
    item("Q183", "Germany", linked(P31="Q6256")),
    item("Q10", "town"),
    item("Q900", "monument of Georgia"),
    CHURCH,
    item("Q43", "monastery complex", linked(P31="Q7", P17="Q230")),
    item("Q44", "museum without a country", linked(P31="Q33506")),
    item("Q45", "house with a designation", linked(P31="Q3947", P17="Q230", P1435="Q900", P131="Q20")),
    item("Q3947", "house", linked(P279="Q811979")),
    item(
        "Q46",
        "bridge of a register",
        {"P380": [statement("P380", "PA9", datatype="external-id")], **linked(P17="Q142", P31="Q12280")},
    ),
    item("Q47", "museum in another country", linked(P31="Q33506", P17="Q183")),
    item("Q48", "a person", linked(P31="Q5", P17="Q230")),
    item("Q49", "a second church", linked(P31="Q16970", P17="Q230", P131="Q21")),
    item("Q50", "a third church", linked(P31=["Q16970", "Q7"], P17="Q230", P131="Q20")),
    {"type": "property", "id": "P31", "labels": {}},
    {"type": "item", "id": "Q51", "redirect": "Q42"},
]
IN_SCOPE = ["Q42", "Q43", "Q44", "Q45", "Q46", "Q49", "Q50"]
"""What the query service has of the scope; a dump has Q47 too, as it is not asked by country."""
CONTEXT = ["Q7", "Q20", "Q21", "Q230", "Q900", "Q3947", "Q16970", "Q33506", "Q811979", "Q24398318"]
SCOPE = Scope(("Q16970", "Q33506"), ("P1435",), ("P380",), ("Q230",))


def rules(**changes: int) -> IndexRules:
    """Rules for a small Wikidata."""
    figures = {
        "fresh_days": 14,
        "changes_days": 25,
        "full_days": 90,
        "resume_days": 5,
        "kept": 2,
        "filter_from_bytes": 10**9,
    }
    sizes = {"most_items": 20, "classes_together": 10, "items_together": 20}
    return IndexRules(
        version="1",
        properties=["P1435"],
        classes={"Q16970": "church", "Q33506": "museum"},
        **{**figures, **sizes, **changes},
    )
