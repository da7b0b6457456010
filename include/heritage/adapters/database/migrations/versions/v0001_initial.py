"""First tables: rounds, votes, decisions, batches, edits. There is no way back: it would drop the log."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_APPEND_ONLY = ("round_proposals", "votes", "decisions")


def upgrade() -> None:
    """Creates everything, and triggers that refuse to change what is append-only."""
    _create_governance()
    _create_journal()
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _create_governance() -> None:
    op.create_table(
        "rounds",
        sa.Column("round_id", sa.String(64), nullable=False),
        sa.Column("opened_at", _TIME, nullable=False),
        sa.Column("closes_at", _TIME, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("seats", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("round_id", name="pk_rounds"),
    )
    op.create_table(
        "round_proposals",
        sa.Column("round_id", sa.String(64), nullable=False),
        sa.Column("proposal_id", sa.String(200), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("ranked", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("round_id", "proposal_id", name="pk_round_proposals"),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.round_id"], name="fk_round_proposals_round_id"),
    )
    op.create_table(
        "votes",
        sa.Column("vote_number", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("round_id", sa.String(64), nullable=False),
        sa.Column("proposal_id", sa.String(200), nullable=False),
        sa.Column("member", sa.String(200), nullable=False),
        sa.Column("answer", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("cast_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("vote_number", name="pk_votes"),
        sa.ForeignKeyConstraint(
            ["round_id", "proposal_id"],
            ["round_proposals.round_id", "round_proposals.proposal_id"],
            name="fk_votes_round_id_proposal_id",
        ),
    )
    op.create_index("ix_votes_round_id_proposal_id", "votes", ["round_id", "proposal_id"])
    op.create_table(
        "decisions",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("round_id", sa.String(64), nullable=False),
        sa.Column("proposal_id", sa.String(200), nullable=False),
        sa.Column("dataset", sa.String(200), nullable=False),
        sa.Column("inputs_hash", sa.String(64), nullable=False),
        sa.Column("result", sa.String(16), nullable=False),
        sa.Column("votes", sa.Text, nullable=False),
        sa.Column("recusals", sa.Text, nullable=False),
        sa.Column("quorum", sa.Integer, nullable=False),
        sa.Column("reasons", sa.Text, nullable=False),
        sa.Column("decided_at", sa.String(40), nullable=False),
        sa.Column("prev_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_decisions"),
        sa.ForeignKeyConstraint(
            ["round_id", "proposal_id"],
            ["round_proposals.round_id", "round_proposals.proposal_id"],
            name="fk_decisions_round_id_proposal_id",
        ),
        sa.UniqueConstraint("round_id", "proposal_id", name="uq_decisions_round_id_proposal_id"),
        sa.UniqueConstraint("hash", name="uq_decisions_hash"),
    )


def _create_journal() -> None:
    op.create_table(
        "batches",
        sa.Column("batch_id", sa.String(64), nullable=False),
        sa.Column("target", sa.String(200), nullable=False),
        sa.Column("decision_numbers", sa.JSON, nullable=False),
        sa.Column("planned_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("batch_id", name="pk_batches"),
    )
    op.create_table(
        "edits",
        sa.Column("position", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("target", sa.String(200), nullable=False),
        sa.Column("edit_id", sa.String(64), nullable=False),
        sa.Column("batch_id", sa.String(64), nullable=False),
        sa.Column("dataset", sa.String(200), nullable=False),
        sa.Column("record_id", sa.Text, nullable=False),
        sa.Column("qid", sa.String(32)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("revision", sa.BigInteger),
        sa.Column("sent_at", _TIME),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("settled_at", _TIME),
        sa.PrimaryKeyConstraint("position", name="pk_edits"),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.batch_id"], name="fk_edits_batch_id"),
        sa.UniqueConstraint("target", "edit_id", name="uq_edits_target_edit_id"),
    )
    op.create_index("ix_edits_batch_id_state", "edits", ["batch_id", "state"])
    op.create_index("ix_edits_target_dataset_state", "edits", ["target", "dataset", "state"])


def _guard_sqlite() -> None:
    for table in _APPEND_ONLY:
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION heritage_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in _APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION heritage_append_only()"
        )
