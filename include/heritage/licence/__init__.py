"""What a register's licence allows towards Wikidata, Commons and our own exports."""
