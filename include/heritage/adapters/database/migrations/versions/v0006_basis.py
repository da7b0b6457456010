"""What decisions were made on: terms, votes and pulls, by digest."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Earlier decisions have none, and keep their hash."""
    op.add_column("decisions", sa.Column("basis", sa.Text, nullable=False, server_default="[]"))


def downgrade() -> None:
    """Drops the column."""
    op.drop_column("decisions", "basis")
