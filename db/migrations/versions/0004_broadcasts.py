"""Broadcasts: groups, the ledger of recipients, and what the cap and the pace count."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "pace",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("next_at", sa.Double(), server_default="0", nullable=False),
        sa.Column("stopped_until", sa.Double(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_pace")),
    )
    op.create_table(
        "proactive",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name=op.f("fk_proactive_identity_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proactive")),
    )
    op.create_index(op.f("ix_proactive_at"), "proactive", ["at"], unique=False)
    op.create_index("ix_proactive_identity_id_at", "proactive", ["identity_id", "at"], unique=False)
    op.create_table(
        "audience",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["staff.id"], name=op.f("fk_audience_created_by"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audience")),
        sa.UniqueConstraint("name", name=op.f("uq_audience_name")),
    )
    op.create_table(
        "broadcast",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("notice_id", sa.BigInteger(), nullable=False),
        sa.Column("series_id", sa.BigInteger(), nullable=True),
        sa.Column("audience", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("within", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("corrects", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("words", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("repeat", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("useful_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("on_doubt", sa.Text(), server_default="uncertain", nullable=False),
        sa.Column("on_holidays", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("urgent", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("urgent_why", sa.Text(), nullable=True),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("released_by", sa.BigInteger(), nullable=True),
        sa.Column("rehearsed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "NOT urgent OR (urgent_why IS NOT NULL AND urgent_why <> '')", name=op.f("ck_broadcast_urgent_why")
        ),
        sa.CheckConstraint("on_doubt IN ('resend', 'uncertain')", name=op.f("ck_broadcast_on_doubt")),
        sa.CheckConstraint(
            "state IN ('draft', 'rehearsed', 'released', 'running', 'paused', 'done', 'cancelled')",
            name=op.f("ck_broadcast_state"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["staff.id"], name=op.f("fk_broadcast_created_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_broadcast_notice_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["released_by"], ["staff.id"], name=op.f("fk_broadcast_released_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["broadcast.id"], name=op.f("fk_broadcast_series_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcast")),
    )
    op.create_index(op.f("ix_broadcast_notice_id"), "broadcast", ["notice_id"], unique=False)
    op.create_index(op.f("ix_broadcast_series_id"), "broadcast", ["series_id"], unique=False)
    op.create_index("ix_broadcast_state_start_at", "broadcast", ["state", "start_at"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("broadcast_id", sa.BigInteger(), nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=True),
        sa.Column("worker_id", sa.BigInteger(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default="queued", nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("part", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("doubts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("holder", sa.Integer(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'failed', 'uncertain', 'skipped', 'unreachable')",
            name=op.f("ck_delivery_state"),
        ),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcast.id"], name=op.f("fk_delivery_broadcast_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name=op.f("fk_delivery_identity_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_delivery_worker_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("identity_id", "broadcast_id", name=op.f("uq_delivery_identity_id_broadcast_id")),
        sa.UniqueConstraint("worker_id", "broadcast_id", name=op.f("uq_delivery_worker_id_broadcast_id")),
        postgresql_with={"fillfactor": "80"},
    )
    op.create_index(
        "ix_delivery_broadcast_id_state_reason", "delivery", ["broadcast_id", "state", "reason"], unique=False
    )
    op.create_index(
        "ix_delivery_queued",
        "delivery",
        ["broadcast_id", "channel", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index(
        "ix_delivery_sending", "delivery", ["holder"], unique=False, postgresql_where=sa.text("state = 'sending'")
    )


def downgrade() -> None:
    op.drop_index("ix_delivery_sending", table_name="delivery", postgresql_where=sa.text("state = 'sending'"))
    op.drop_index("ix_delivery_queued", table_name="delivery", postgresql_where=sa.text("state = 'queued'"))
    op.drop_index("ix_delivery_broadcast_id_state_reason", table_name="delivery")
    op.drop_table("delivery")
    op.drop_index("ix_broadcast_state_start_at", table_name="broadcast")
    op.drop_index(op.f("ix_broadcast_series_id"), table_name="broadcast")
    op.drop_index(op.f("ix_broadcast_notice_id"), table_name="broadcast")
    op.drop_table("broadcast")
    op.drop_table("audience")
    op.drop_index("ix_proactive_identity_id_at", table_name="proactive")
    op.drop_index(op.f("ix_proactive_at"), table_name="proactive")
    op.drop_table("proactive")
    op.drop_table("pace")
