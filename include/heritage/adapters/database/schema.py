"""The tables. Triggers (see the migrations) keep ballots, votes and decisions append-only."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time in UTC, also on SQLite, which forgets the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is not None and value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value}")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


REVISION = "0008"
"""The newest migration: the one that makes these tables."""
VERSION_TABLE = "heritage_version"
"""Airflow keeps its own `alembic_version` when both share a database."""

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ROUNDS = Table(
    "rounds",
    METADATA,
    Column("round_id", String(64), primary_key=True),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closes_at", UtcDateTime, nullable=False),
    Column("state", String(16), nullable=False),
    Column("seats", JSON, nullable=False),
    Column("kind", String(16), nullable=False, server_default="regular"),
    Column("terms", Text, nullable=False, server_default=""),  # JSON of the terms that hold in it
)

ROUND_PROPOSALS = Table(
    "round_proposals",
    METADATA,
    Column("round_id", ForeignKey("rounds.round_id"), primary_key=True),
    Column("proposal_id", String(200), primary_key=True),
    Column("position", Integer, nullable=False),
    Column(
        "ranked", Text, nullable=False
    ),  # JSON of model.governance.Ranked, to the digit as it was decided on
)

VOTES = Table(
    "votes",
    METADATA,
    Column("vote_number", Integer, primary_key=True, autoincrement=True),
    Column("round_id", String(64), nullable=False),
    Column("proposal_id", String(200), nullable=False),
    Column("member", String(200), nullable=False),
    Column("answer", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("cast_at", UtcDateTime, nullable=False),
    ForeignKeyConstraint(
        ["round_id", "proposal_id"], ["round_proposals.round_id", "round_proposals.proposal_id"]
    ),
    Index(None, "round_id", "proposal_id"),
)

DECISIONS = Table(
    "decisions",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("round_id", String(64), nullable=False),
    Column("proposal_id", String(200), nullable=False),
    Column("dataset", String(200), nullable=False),
    Column("inputs_hash", String(64), nullable=False),
    Column("result", String(16), nullable=False),
    Column("votes", Text, nullable=False),  # JSON, member to answer
    Column("recusals", Text, nullable=False),  # JSON list of members
    Column("quorum", Integer, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("decided_at", String(40), nullable=False),  # text: it is part of what is hashed
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    ForeignKeyConstraint(
        ["round_id", "proposal_id"], ["round_proposals.round_id", "round_proposals.proposal_id"]
    ),
    Column("type", String(16), nullable=False, server_default="priority"),
    Column("options", Text, nullable=False, server_default="[]"),
    Column("dissent", Text, nullable=False, server_default="[]"),
    Column("paid", Text, nullable=False, server_default="[]"),
    Column("effective", String(40), nullable=False, server_default=""),
    Column("review_by", String(40), nullable=False, server_default=""),
    Column("ratify_by", String(40), nullable=False, server_default=""),
    Column("supersedes", Integer),
    Column("basis", Text, nullable=False, server_default="[]"),  # JSON, pairs of what it is and its digest
    UniqueConstraint("round_id", "proposal_id"),
    UniqueConstraint("hash"),
)

PULLS = Table(
    "pulls",
    METADATA,
    Column("round_id", String(64), primary_key=True),
    Column("proposal_id", String(200), primary_key=True),
    Column("member", String(200), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("pulled_at", UtcDateTime, nullable=False),
    ForeignKeyConstraint(
        ["round_id", "proposal_id"], ["round_proposals.round_id", "round_proposals.proposal_id"]
    ),
)

APPEALS = Table(
    "appeals",
    METADATA,
    Column("appeal_id", String(64), primary_key=True),
    Column("decision", ForeignKey("decisions.number"), nullable=False, index=True),
    Column("by", Text, nullable=False),
    Column("standing", String(32), nullable=False),
    Column("grounds", Text, nullable=False),
    Column("filed_by", String(200), nullable=False),
    Column("filed_at", UtcDateTime, nullable=False),
)

HELPDESK_REQUESTS = Table(
    "helpdesk_requests",
    METADATA,
    Column("request_id", String(64), primary_key=True),
    Column("content", Text, nullable=False),  # JSON of model.governance.HelpdeskRequest
    Column("asked_at", UtcDateTime, nullable=False),
)

REQUEST_STATES = Table(
    "request_states",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("request_id", ForeignKey("helpdesk_requests.request_id"), nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("set_by", String(200), nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
)

ASSESSMENTS = Table(
    "assessments",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("request_id", ForeignKey("helpdesk_requests.request_id"), nullable=False, index=True),
    Column("member", String(200), nullable=False),
    Column("content", Text, nullable=False),  # JSON of model.governance.Assessment
    Column("made_at", UtcDateTime, nullable=False),
)

ACTIONS = Table(
    "actions",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("user", String(200), nullable=False),
    Column("action", String(32), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("detail", Text, nullable=False),
    Index(None, "subject"),
)

BATCHES = Table(
    "batches",
    METADATA,
    Column("batch_id", String(64), primary_key=True),
    Column("target", String(200), nullable=False),
    Column("decision_numbers", JSON, nullable=False),
    Column("planned_at", UtcDateTime, nullable=False),
)

EDITS = Table(
    "edits",
    METADATA,
    Column("position", Integer, primary_key=True, autoincrement=True),
    Column("target", String(200), nullable=False),
    Column("edit_id", String(64), nullable=False),
    Column("batch_id", ForeignKey("batches.batch_id"), nullable=False),
    Column("dataset", String(200), nullable=False),
    Column("record_id", Text, nullable=False),
    Column("qid", String(32)),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("revision", BigInteger),
    Column("sent_at", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    Column("settled_at", UtcDateTime),
    Column("creates", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("target", "edit_id"),
    Index(None, "batch_id", "state"),
    Index(None, "target", "dataset", "state"),
)

BATCH_GROUNDS = Table(
    "batch_grounds",
    METADATA,
    Column("batch_id", ForeignKey("batches.batch_id"), primary_key=True),
    Column("ground", String(64), primary_key=True),
    Column("content", Text, nullable=False),  # JSON of ports.decisions.Ground
)

PERMISSIONS = Table(
    "permissions",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("dataset", String(200), nullable=False, index=True),
    Column("content", Text, nullable=False),  # JSON of licence.permission.Permission
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("recorded_by", String(200), nullable=False),
)

PERMISSION_REVOCATIONS = Table(
    "permission_revocations",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("hash", String(64), nullable=False, index=True),  # also of a decision of the body
    Column("reason", Text, nullable=False),
    Column("revoked_at", UtcDateTime, nullable=False),
    Column("revoked_by", String(200), nullable=False),
)

LICENCE_QUESTIONS = Table(
    "licence_questions",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("content", Text, nullable=False),  # JSON of licence.question.Question
    Column("asked_at", UtcDateTime, nullable=False),
)

GATE_RESULTS = Table(
    "gate_results",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("dataset", String(200), nullable=False),
    Column("snapshot", String(64), nullable=False),
    Column("target", String(32), nullable=False),
    Column("content", Text, nullable=False),  # JSON of ports.permissions.GateResult
    Column("found_at", UtcDateTime, nullable=False),
    Index(None, "dataset", "target"),
)

DISCLOSURE_REQUESTS = Table(
    "disclosure_requests",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("dataset", String(200), nullable=False),
    Column("record_id", Text, nullable=False),
    Column("asked", String(16), nullable=False),
    Column("disclosure", String(2)),
    Column("by", String(16)),
    Column("evidence", Text, nullable=False),
    Column("rules", Text, nullable=False),  # JSON list
    Column("decision", Integer),
    Column("entered_by", String(200), nullable=False),
    Column("entered_at", String(40), nullable=False),  # text: it is part of what is hashed
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
)

BATCH_ORDERS = Table(
    "batch_orders",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("batch_id", String(64), nullable=False, index=True),
    Column("action", String(16), nullable=False),  # model.upload.Action
    Column("reason", Text, nullable=False),
    Column("given_by", String(200), nullable=False),
    Column("given_at", UtcDateTime, nullable=False),
)

CAPACITIES = Table(
    "capacities",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("content", Text, nullable=False),  # JSON: what people say can be done; the newest counts
    Column("given_by", String(200), nullable=False),
    Column("given_at", UtcDateTime, nullable=False),
)

SCHEDULES = Table(
    "schedules",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("inputs", String(64), nullable=False),
    Column("content", Text, nullable=False),  # JSON of a plan
    Column("made_at", UtcDateTime, nullable=False),
)

PACES = Table(
    "paces",
    METADATA,
    Column("target", String(200), primary_key=True),
    Column("next_at", UtcDateTime, nullable=False),
)

UNDONE_EDITS = Table(
    "undone_edits",
    METADATA,
    Column("target", String(200), primary_key=True),
    Column("edit_id", String(64), primary_key=True),
    Column("batch_id", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("revision", BigInteger),
    Column("sent_at", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    Column("settled_at", UtcDateTime),
    Index(None, "batch_id", "state"),
)

MEDIA_FILES = Table(
    "media_files",
    METADATA,
    Column("position", Integer, primary_key=True, autoincrement=True),
    Column("target", String(200), nullable=False),
    Column("edit_id", String(64), nullable=False),
    Column("batch_id", String(64), nullable=False),
    Column("dataset", String(200), nullable=False),
    Column("record_id", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("sha1", String(40)),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("stash", Text, nullable=False),
    Column("page", BigInteger),
    Column("revision", BigInteger),
    Column("sent_at", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    Column("settled_at", UtcDateTime),
    UniqueConstraint("target", "edit_id"),
    Index(None, "batch_id", "state"),
)
