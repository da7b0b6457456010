"""Reviews: people under pseudonyms, tasks, answers, what they come to, and how campaigns stand."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_TABLES = (
    "reviewers",
    "review_tasks",
    "review_answers",
    "review_comments",
    "review_outcomes",
    "review_standings",
    "review_uses",
    "review_participants",
    "campaign_states",
    "campaign_health",
)
_APPEND_ONLY = (
    "review_tasks",
    "review_answers",
    "review_outcomes",
    "review_uses",
    "campaign_states",
    "campaign_health",
)


def upgrade() -> None:
    """Creates the tables; what people said and what became of it is append-only."""
    _create_reviewers()
    _create_tasks()
    _create_answers()
    _create_outcomes()
    _create_campaigns()
    guard = _guard_postgresql if op.get_bind().dialect.name == "postgresql" else _guard_sqlite
    for table in _APPEND_ONLY:
        guard(table)


def downgrade() -> None:
    """Drops the tables with their triggers: all reviews are lost."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _text(name: str, length: int | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.String(length) if length else sa.Text(), nullable=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False)


def _figure(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Float, nullable=False)


def _number() -> sa.Column[int]:
    return sa.Column("number", sa.Integer, nullable=False, autoincrement=True)


def _of_task(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["task_id"], ["review_tasks.task_id"], name=f"fk_{table}_task_id_review_tasks"
    )


def _by_reviewer(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["reviewer"], ["reviewers.pseudonym"], name=f"fk_{table}_reviewer_reviewers"
    )


def _create_reviewers() -> None:
    op.create_table(
        "reviewers",
        _text("pseudonym", 40),
        sa.Column("user", sa.String(200)),
        _flag("ranked"),
        sa.Column("joined_at", _TIME, nullable=False),
        _count("gold_seen"),
        _count("gold_right"),
        _figure("weight"),
        _text("pattern"),
        sa.PrimaryKeyConstraint("pseudonym", name="pk_reviewers"),
        sa.UniqueConstraint("user", name="uq_reviewers_user"),
    )


def _create_tasks() -> None:
    op.create_table(
        "review_tasks",
        _text("task_id", 64),
        _text("campaign", 40),
        _text("kind", 16),
        _text("dataset", 200),
        _text("record_id"),
        _text("choices"),
        _text("suggestion"),
        _text("proposed_by", 40),
        _text("content_hash", 64),
        sa.Column("made_at", _TIME, nullable=False),
        _text("gold", 64),
        _flag("experts_only"),
        sa.PrimaryKeyConstraint("task_id", name="pk_review_tasks"),
    )
    op.create_index("ix_review_tasks_dataset_campaign", "review_tasks", ["dataset", "campaign"])
    op.create_index("ix_review_tasks_proposed_by", "review_tasks", ["proposed_by"])


def _create_answers() -> None:
    op.create_table(
        "review_answers",
        _number(),
        _text("task_id", 64),
        _text("campaign", 40),
        _text("reviewer", 40),
        _text("choice", 64),
        sa.Column("given_at", _TIME, nullable=False),
        _text("key", 64),
        _text("correction"),
        sa.Column("seconds", sa.Float),
        _flag("expert"),
        _flag("gold"),
        sa.PrimaryKeyConstraint("number", name="pk_review_answers"),
        sa.UniqueConstraint("reviewer", "key", name="uq_review_answers_reviewer_key"),
        _of_task("review_answers"),
        _by_reviewer("review_answers"),
    )
    op.create_index("ix_review_answers_campaign", "review_answers", ["campaign"])
    op.create_index("ix_review_answers_task_id_reviewer", "review_answers", ["task_id", "reviewer"])
    op.create_index("ix_review_answers_reviewer_gold", "review_answers", ["reviewer", "gold"])
    op.create_table(
        "review_comments",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        _text("comment"),
        sa.PrimaryKeyConstraint("number", name="pk_review_comments"),
        sa.ForeignKeyConstraint(
            ["number"], ["review_answers.number"], name="fk_review_comments_number_review_answers"
        ),
    )


def _create_outcomes() -> None:
    op.create_table(
        "review_outcomes",
        _number(),
        _text("task_id", 64),
        *_outcome(),
        _text("reason"),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_review_outcomes"),
        _of_task("review_outcomes"),
    )
    op.create_index("ix_review_outcomes_task_id", "review_outcomes", ["task_id"])
    op.create_table(
        "review_standings",
        _text("task_id", 64),
        _text("campaign", 40),
        _text("dataset", 200),
        *_outcome(),
        _flag("gold"),
        _flag("experts_only"),
        _text("proposed_by", 40),
        _count("place"),
        _flag("used"),
        sa.PrimaryKeyConstraint("task_id", name="pk_review_standings"),
        _of_task("review_standings"),
    )
    op.create_index(
        "ix_review_standings_next",
        "review_standings",
        ["campaign", "verdict", "gold", "experts_only", "stuck", "answers", "place"],
    )
    op.create_index("ix_review_standings_dataset_verdict", "review_standings", ["dataset", "verdict"])
    op.create_table(
        "review_uses",
        _number(),
        _text("task_id", 64),
        _text("used_for", 32),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_review_uses"),
        _of_task("review_uses"),
    )
    op.create_index("ix_review_uses_task_id", "review_uses", ["task_id"])


def _outcome() -> tuple[sa.Column[str] | sa.Column[float] | sa.Column[int] | sa.Column[bool], ...]:
    return (
        _text("verdict", 16),
        _text("choice", 64),
        _figure("confidence"),
        _count("answers"),
        _text("by_expert", 40),
        _figure("up"),
        _figure("down"),
        _flag("stuck"),
    )


def _create_campaigns() -> None:
    op.create_table(
        "review_participants",
        _text("campaign", 40),
        _text("reviewer", 40),
        _count("answers"),
        _count("place"),
        _count("gold"),
        _count("judged"),
        _count("agreed"),
        sa.PrimaryKeyConstraint("campaign", "reviewer", name="pk_review_participants"),
        _by_reviewer("review_participants"),
    )
    op.create_table(
        "campaign_states",
        _number(),
        _text("campaign", 40),
        _text("state", 16),
        _text("reason"),
        _text("set_by", 40),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_campaign_states"),
    )
    op.create_index("ix_campaign_states_campaign", "campaign_states", ["campaign"])
    op.create_table(
        "campaign_health",
        _number(),
        _text("campaign", 40),
        _count("answers"),
        _count("judged"),
        sa.Column("alpha", sa.Float),
        _count("redundancy"),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_campaign_health"),
    )
    op.create_index("ix_campaign_health_campaign", "campaign_health", ["campaign"])


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
