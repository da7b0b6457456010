"""What every side of the comparison adds: four statements with a reference of three parts, and a name."""

KIND, COUNTRY, DESIGNATION, IDENTIFIER = "P31", "P17", "P1435", "P1216"
STATED_IN, URL, RETRIEVED = "P248", "P854", "P813"
DATATYPES = {
    **dict.fromkeys([KIND, COUNTRY, DESIGNATION, STATED_IN], "wikibase-item"),
    IDENTIFIER: "external-id",
    URL: "url",
    RETRIEVED: "time",
}
VALUES = {KIND: "Q811979", COUNTRY: "Q145", DESIGNATION: "Q15700834"}
REGISTER = "Q6973052"
DAY = "+2026-11-20T00:00:00Z"
FIRST = 1_000_001
USER, PASSWORD = "Bot", "bot-password"


def url_of(number: int) -> str:
    return f"https://register.example/list-entry/{number}"


def entities(count: int) -> list[dict[str, object]]:
    """The properties, the items named above, and so many items to add to."""
    made: list[dict[str, object]] = [
        {"id": pid, "datatype": datatype, "labels": {"en": pid}} for pid, datatype in DATATYPES.items()
    ]
    made += [{"id": qid, "labels": {"en": qid}} for qid in (*VALUES.values(), REGISTER)]
    made += [
        {"id": f"Q{FIRST + n}", "labels": {"en": f"Tower {n}"}, "descriptions": {"en": f"tower no. {n}"}}
        for n in range(count)
    ]
    return made
