"""Permissions under licences: given, taken back, asked and answered, and what batches went out on."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_APPEND_ONLY = (
    "batch_grounds",
    "permissions",
    "permission_revocations",
    "licence_questions",
    "gate_results",
)


def upgrade() -> None:
    """Creates the tables, all of them append-only."""
    op.create_table(
        "batch_grounds",
        sa.Column("batch_id", sa.String(64), nullable=False),
        sa.Column("ground", sa.String(64), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "ground", name="pk_batch_grounds"),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.batch_id"], name="fk_batch_grounds_batch_id"),
    )
    op.create_table(
        "permissions",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("dataset", sa.String(200), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("recorded_at", _TIME, nullable=False),
        sa.Column("recorded_by", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_permissions"),
        sa.UniqueConstraint("hash", name="uq_permissions_hash"),
    )
    op.create_index("ix_permissions_dataset", "permissions", ["dataset"])
    op.create_table(
        "permission_revocations",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("revoked_at", _TIME, nullable=False),
        sa.Column("revoked_by", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_permission_revocations"),
    )
    op.create_index("ix_permission_revocations_hash", "permission_revocations", ["hash"])
    op.create_table(
        "licence_questions",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("asked_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_licence_questions"),
        sa.UniqueConstraint("digest", name="uq_licence_questions_digest"),
    )
    op.create_table(
        "gate_results",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("dataset", sa.String(200), nullable=False),
        sa.Column("snapshot", sa.String(64), nullable=False),
        sa.Column("target", sa.String(32), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("found_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_gate_results"),
    )
    op.create_index("ix_gate_results_dataset_target", "gate_results", ["dataset", "target"])
    guard = _guard_postgresql if op.get_bind().dialect.name == "postgresql" else _guard_sqlite
    for table in _APPEND_ONLY:
        guard(table)


def downgrade() -> None:
    """Drops the tables with their triggers."""
    for table in _APPEND_ONLY:
        op.drop_table(table)


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
