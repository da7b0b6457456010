"""Use cases: core and ports put together, each safe to run again."""
