"""The properties of Wikidata that every register uses, and what a second value of each would mean."""

from enum import StrEnum

INSTANCE_OF = "P31"
SUBCLASS_OF = "P279"
"""Never stated: only read, to know what a class is a kind of."""
COUNTRY = "P17"
ADMIN = "P131"
POINT = "P625"
DESIGNATION = "P1435"
INCEPTION = "P571"
START = "P580"
"""Qualifies a designation: since when."""
IMAGE = "P18"
STATED_IN = "P248"
REFERENCE_URL = "P854"
RETRIEVED = "P813"
OWNER = "P127"
"""Never stated: records hold no owners, and nobody has confirmed that a value is an organisation."""


class Occupied(StrEnum):
    """What to do when an item has a current value that is not ours."""

    CONFLICT = "conflict"
    """One of the two is wrong or outdated: people look, nothing is edited."""
    ENOUGH = "enough"
    """The item says something of this sort already; ours would not help."""
    ADD = "add"
    """Several values are usual."""


OCCUPIED = {INSTANCE_OF: Occupied.ENOUGH, DESIGNATION: Occupied.ADD, IMAGE: Occupied.ENOUGH}


def when_occupied(property: str) -> Occupied:
    """Identifiers, dates, place and country have one value; so has a property nobody thought about."""
    return OCCUPIED.get(property, Occupied.CONFLICT)
