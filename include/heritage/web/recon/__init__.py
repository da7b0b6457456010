"""The reconciliation service over HTTP: version 0.2 of the protocol, which OpenRefine speaks, and the draft
of 1.0, each below an address of its own, because no manifest satisfies both.

Source: https://reconciliation-api.github.io/specs/ (0.2, and 1.0-draft as of July 2026).
"""
