"""Alembic's entry point: migrates the connection that `engine.upgrade` hands over, in its transaction."""

from alembic import context

import heritage.adapters.database.review_schema  # noqa: F401 - its tables belong to METADATA
from heritage.adapters.database.schema import METADATA, VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
)
context.run_migrations()
