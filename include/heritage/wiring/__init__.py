"""The one place that reads settings and chooses adapters."""
