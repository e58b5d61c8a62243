"""The Official Account: tokens, incoming events, money, templates; and alarms."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"


def _moment(name: str, *, born: bool = False, nullable: bool = True) -> "sa.Column[object]":
    default = sa.text("now()") if born else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=nullable and not born)


def _json(name: str) -> "sa.Column[object]":
    return sa.Column(name, postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False)


def upgrade() -> None:
    op.add_column("identity", _moment("interacted_at"))
    op.add_column("identity", _moment("human_until"))
    op.create_table(
        "alarm",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        _json("detail"),
        _moment("since", nullable=False),
        _moment("told_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
        sa.UniqueConstraint("kind", name=op.f("uq_alarm_kind")),
    )
    op.create_table(
        "zalo_token",
        sa.Column("app", sa.Text(), nullable=False),
        sa.Column("verifier", sa.LargeBinary(), nullable=True),
        sa.Column("access", sa.LargeBinary(), nullable=True),
        sa.Column("refresh", sa.LargeBinary(), nullable=True),
        sa.Column("generation", sa.Integer(), server_default="0", nullable=False),
        _moment("got_at"),
        _moment("expires_at"),
        _moment("asked_at"),
        _moment("lost_at"),
        sa.Column("lost_why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("app", name=op.f("pk_zalo_token")),
    )
    op.create_table(
        "zalo_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        _moment("done_at"),
        _moment("created_at", born=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zalo_event")),
        sa.UniqueConstraint("key", name=op.f("uq_zalo_event_key")),
    )
    op.create_index(op.f("ix_zalo_event_done_at"), "zalo_event", ["done_at"], unique=False)
    op.create_index(
        "ix_zalo_event_waiting", "zalo_event", ["id"], unique=False, postgresql_where=sa.text("done_at IS NULL")
    )
    op.create_table(
        "zalo_month",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("taken", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_zalo_month")),
    )
    op.create_table(
        "zalo_charge",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), server_default="reserved", nullable=False),
        _moment("settled_at"),
        _moment("created_at", born=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_zalo_charge")),
    )
    op.create_index(op.f("ix_zalo_charge_month"), "zalo_charge", ["month"], unique=False)
    op.create_table(
        "zalo_template",
        sa.Column("template_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("lang", sa.Text(), nullable=True),
        _json("fields"),
        sa.Column("state", sa.Text(), server_default="PENDING_REVIEW", nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("price_uid", sa.Integer(), nullable=True),
        sa.Column("price_phone", sa.Integer(), nullable=True),
        _moment("checked_at"),
        _moment("created_at", born=True),
        sa.PrimaryKeyConstraint("template_id", name=op.f("pk_zalo_template")),
        sa.UniqueConstraint("purpose", "lang", name=op.f("uq_zalo_template_purpose_lang")),
    )


def downgrade() -> None:
    for table in ("zalo_template", "zalo_charge", "zalo_month", "zalo_event", "zalo_token", "alarm"):
        op.drop_table(table)
    op.drop_column("identity", "human_until")
    op.drop_column("identity", "interacted_at")
