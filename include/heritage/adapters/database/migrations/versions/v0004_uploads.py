"""What people order about a batch, capacity and plans, the pace of a wiki, what was undone, and media."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_APPEND_ONLY = ("batch_orders", "capacities", "schedules")


def upgrade() -> None:
    """Creates the tables; orders, capacities and schedules are append-only."""
    op.add_column("edits", sa.Column("creates", sa.Boolean, nullable=False, server_default=sa.false()))
    _create_lists()
    _create_journals()
    guard = _guard_postgresql if op.get_bind().dialect.name == "postgresql" else _guard_sqlite
    for table in _APPEND_ONLY:
        guard(table)


def downgrade() -> None:
    """Drops the tables with their triggers, and the column."""
    for table in (*_APPEND_ONLY, "paces", "undone_edits", "media_files"):
        op.drop_table(table)
    op.drop_column("edits", "creates")


def _create_lists() -> None:
    op.create_table(
        "batch_orders",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("batch_id", sa.String(64), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("given_by", sa.String(200), nullable=False),
        sa.Column("given_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_batch_orders"),
    )
    op.create_index("ix_batch_orders_batch_id", "batch_orders", ["batch_id"])
    op.create_table(
        "capacities",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("given_by", sa.String(200), nullable=False),
        sa.Column("given_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_capacities"),
    )
    op.create_table(
        "schedules",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("inputs", sa.String(64), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_schedules"),
    )
    op.create_table(
        "paces",
        sa.Column("target", sa.String(200), nullable=False),
        sa.Column("next_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("target", name="pk_paces"),
    )


def _create_journals() -> None:
    op.create_table(
        "undone_edits",
        sa.Column("target", sa.String(200), nullable=False),
        sa.Column("edit_id", sa.String(64), nullable=False),
        sa.Column("batch_id", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("revision", sa.BigInteger),
        sa.Column("sent_at", _TIME),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("settled_at", _TIME),
        sa.PrimaryKeyConstraint("target", "edit_id", name="pk_undone_edits"),
    )
    op.create_index("ix_undone_edits_batch_id_state", "undone_edits", ["batch_id", "state"])
    op.create_table(
        "media_files",
        sa.Column("position", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("target", sa.String(200), nullable=False),
        sa.Column("edit_id", sa.String(64), nullable=False),
        sa.Column("batch_id", sa.String(64), nullable=False),
        sa.Column("dataset", sa.String(200), nullable=False),
        sa.Column("record_id", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("sha1", sa.String(40)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("stash", sa.Text, nullable=False),
        sa.Column("page", sa.BigInteger),
        sa.Column("revision", sa.BigInteger),
        sa.Column("sent_at", _TIME),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("settled_at", _TIME),
        sa.PrimaryKeyConstraint("position", name="pk_media_files"),
        sa.UniqueConstraint("target", "edit_id", name="uq_media_files_target_edit_id"),
    )
    op.create_index("ix_media_files_batch_id_state", "media_files", ["batch_id", "state"])


def _guard_sqlite(table: str) -> None:
    for action in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _guard_postgresql(table: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION heritage_append_only()"
    )
