"""Alembic's environment and revisions; `engine.upgrade` runs them."""
