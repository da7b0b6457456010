"""What became of our edits, as it was found when their items were looked at again."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Creates the table; visits are append-only."""
    op.create_table(
        "visits",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("target", sa.String(200), nullable=False),
        sa.Column("edit_id", sa.String(64), nullable=False),
        sa.Column("occasion", sa.Integer, nullable=False),
        sa.Column("batch_id", sa.String(64), nullable=False),
        sa.Column("dataset", sa.String(200), nullable=False),
        sa.Column("due_again", _TIME, nullable=False),
        sa.Column("fate", sa.String(16), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_visits"),
        sa.UniqueConstraint("target", "edit_id", "occasion", name="uq_visits_target_edit_id_occasion"),
    )
    op.create_index("ix_visits_batch_id", "visits", ["batch_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER visits_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON visits "
            "FOR EACH STATEMENT EXECUTE FUNCTION heritage_append_only()"
        )
        return
    for action in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER visits_no_{action.lower()} BEFORE {action} ON visits "
            "BEGIN SELECT RAISE(ABORT, 'visits is append-only'); END"
        )


def downgrade() -> None:
    """Drops the table with its triggers: what was found is lost, and is looked for again."""
    op.drop_table("visits")
