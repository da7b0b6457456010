"""What kind a round is and on what terms, pulls, appeals, Helpdesk requests, and who did what."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_TEXTS = {"type": "priority", "options": "[]", "dissent": "[]", "paid": "[]"}
_DATES = ("effective", "review_by", "ratify_by")
_APPEND_ONLY = ("pulls", "appeals", "helpdesk_requests", "request_states", "assessments", "actions")


def upgrade() -> None:
    """Adds what later decisions say besides, and creates the tables; all of them are append-only."""
    op.add_column("rounds", sa.Column("kind", sa.String(16), nullable=False, server_default="regular"))
    op.add_column("rounds", sa.Column("terms", sa.Text, nullable=False, server_default=""))
    for name, default in _TEXTS.items():
        kind = sa.String(16) if name == "type" else sa.Text()
        op.add_column("decisions", sa.Column(name, kind, nullable=False, server_default=default))
    for name in _DATES:
        op.add_column("decisions", sa.Column(name, sa.String(40), nullable=False, server_default=""))
    op.add_column("decisions", sa.Column("supersedes", sa.Integer))
    _create_tables()
    guard = _guard_postgresql if op.get_bind().dialect.name == "postgresql" else _guard_sqlite
    for table in _APPEND_ONLY:
        guard(table)


def downgrade() -> None:
    """Drops the tables with their triggers, those that refer to others first, and the columns."""
    for table in ("assessments", "request_states", "helpdesk_requests", "actions", "appeals", "pulls"):
        op.drop_table(table)
    for name in ("supersedes", *_DATES, *_TEXTS):
        op.drop_column("decisions", name)
    for name in ("terms", "kind"):
        op.drop_column("rounds", name)


def _create_tables() -> None:
    op.create_table(
        "pulls",
        sa.Column("round_id", sa.String(64), nullable=False),
        sa.Column("proposal_id", sa.String(200), nullable=False),
        sa.Column("member", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("pulled_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("round_id", "proposal_id", "member", name="pk_pulls"),
        sa.ForeignKeyConstraint(
            ["round_id", "proposal_id"],
            ["round_proposals.round_id", "round_proposals.proposal_id"],
            name="fk_pulls_round_id_round_proposals",
        ),
    )
    op.create_table(
        "appeals",
        sa.Column("appeal_id", sa.String(64), nullable=False),
        sa.Column("decision", sa.Integer, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("standing", sa.String(32), nullable=False),
        sa.Column("grounds", sa.Text, nullable=False),
        sa.Column("filed_by", sa.String(200), nullable=False),
        sa.Column("filed_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("appeal_id", name="pk_appeals"),
        sa.ForeignKeyConstraint(["decision"], ["decisions.number"], name="fk_appeals_decision_decisions"),
    )
    op.create_index("ix_appeals_decision", "appeals", ["decision"])
    op.create_table(
        "helpdesk_requests",
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("asked_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("request_id", name="pk_helpdesk_requests"),
    )
    _create_answers("request_states", ("state", sa.String(16)), ("reason", sa.Text()), by="set")
    _create_answers("assessments", ("member", sa.String(200)), ("content", sa.Text()))
    op.create_table(
        "actions",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("user", sa.String(200), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_actions"),
    )
    op.create_index("ix_actions_subject", "actions", ["subject"])


def _create_answers(table: str, *columns: tuple[str, sa.types.TypeEngine[str]], by: str = "") -> None:
    """A table of what people said of a request, one after the other."""
    who = (sa.Column(f"{by}_by", sa.String(200), nullable=False),) if by else ()
    when = sa.Column(f"{by}_at" if by else "made_at", _TIME, nullable=False)
    op.create_table(
        table,
        sa.Column("number", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("request_id", sa.String(64), nullable=False),
        *(sa.Column(name, kind, nullable=False) for name, kind in columns),
        *who,
        when,
        sa.PrimaryKeyConstraint("number", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(
            ["request_id"], ["helpdesk_requests.request_id"], name=f"fk_{table}_request_id_helpdesk_requests"
        ),
    )
    op.create_index(f"ix_{table}_request_id", table, ["request_id"])


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
