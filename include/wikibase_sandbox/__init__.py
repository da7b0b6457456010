"""A local stand-in for a Wikibase: the part of its Action API that pywikibot uses.

It is a test target for uploads: it listens on the loopback interface only, keeps its items in one
SQLite file and refuses what a real Wikibase refuses. Start it with `python -m wikibase_sandbox`
or, in a test, with `wikibase_sandbox.testing.running`. It knows nothing about the product that
uploads to it, so that the two cannot agree by accident.
"""
