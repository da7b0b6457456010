"""What other systems read: a module a convention of the field, validated in the tests by its own suite."""

TITLE = "Heritage Guard: registers of heritage"
ABOUT = "Registers of monuments, sites, protected areas, museums, libraries and archives."
ENTITY = "http://www.wikidata.org/entity/"
"""What the URIs of items begin with."""
