"""Heritage Guard: from heritage registers to Wikidata, decided by people, uploaded exactly once."""

__version__ = "0.1.0"
