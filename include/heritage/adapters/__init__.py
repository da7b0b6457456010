"""All I/O: one module per protocol or service. Steps never import from here, wiring does."""
