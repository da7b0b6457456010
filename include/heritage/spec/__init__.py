"""Dataset descriptions: closed models of the YAML and a loader that never raises for one bad file."""
