"""The nouns. Records travel as Arrow tables with the schemas of `tables`; the rest are frozen values."""
