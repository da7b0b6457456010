"""The local index of Wikidata: built from a dump of entities, read as one table."""
