"""Alembic's entry point: migrates the connection that `engine.upgrade` hands over, in its transaction."""

from alembic import context

from heritage.adapters.database.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table="heritage_version",  # Airflow keeps its own alembic_version when both share a database
)
context.run_migrations()
