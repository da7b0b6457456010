"""A Wikibase (Wikidata, test.wikidata, Metabase, the sandbox) read and written through pywikibot."""
