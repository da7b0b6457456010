"""What a record says as Wikidata statements, and what of it an item lacks. We only ever add."""
