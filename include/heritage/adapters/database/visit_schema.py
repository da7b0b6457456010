"""The table of visits to items that we edited; append-only (triggers, see the migration)."""

from sqlalchemy import Column, Integer, String, Table, Text, UniqueConstraint

from heritage.adapters.database.schema import METADATA, UtcDateTime

VISITS = Table(
    "visits",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("target", String(200), nullable=False),
    Column("edit_id", String(64), nullable=False),
    Column("occasion", Integer, nullable=False),
    Column("batch_id", String(64), nullable=False, index=True),
    Column("dataset", String(200), nullable=False),
    Column("due_again", UtcDateTime, nullable=False),
    Column("fate", String(16), nullable=False),
    Column("content", Text, nullable=False),  # JSON of model.visit.Visit
    UniqueConstraint("target", "edit_id", "occasion", name="uq_visits_target_edit_id_occasion"),
)
