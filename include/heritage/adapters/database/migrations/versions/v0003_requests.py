"""What owners, communities and authorities asked for and consented to, and what was relaxed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the table, append-only."""
    op.create_table(
        "disclosure_requests",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("dataset", sa.String(200), nullable=False),
        sa.Column("record_id", sa.Text, nullable=False),
        sa.Column("asked", sa.String(16), nullable=False),
        sa.Column("disclosure", sa.String(2)),
        sa.Column("by", sa.String(16)),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("rules", sa.Text, nullable=False),
        sa.Column("decision", sa.Integer),
        sa.Column("entered_by", sa.String(200), nullable=False),
        sa.Column("entered_at", sa.String(40), nullable=False),
        sa.Column("prev_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_disclosure_requests"),
        sa.UniqueConstraint("hash", name="uq_disclosure_requests_hash"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER disclosure_requests_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
            "ON disclosure_requests FOR EACH STATEMENT EXECUTE FUNCTION heritage_append_only()"
        )
        return
    for action in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER disclosure_requests_no_{action.lower()} BEFORE {action} ON disclosure_requests "
            "BEGIN SELECT RAISE(ABORT, 'disclosure_requests is append-only'); END"
        )


def downgrade() -> None:
    """Drops the table with its triggers."""
    op.drop_table("disclosure_requests")
