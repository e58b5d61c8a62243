"""What Zalo tells of messages that arrived, of its account and its templates; a bot's events, kept first."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0019"
down_revision = "0018"

_KNOWN = sa.text("channel = 'zalo_oa' AND external_id IS NOT NULL")


def _moment(name: str, *, born: bool = False) -> "sa.Column[object]":
    default = sa.text("now()") if born else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=not born)


def upgrade() -> None:
    op.add_column("delivery", _moment("delivered_at"))
    op.add_column("delivery", _moment("read_at"))
    # what Zalo called a message was not kept before
    op.execute("UPDATE delivery SET external_id = NULL WHERE channel = 'zalo_oa'")
    op.create_index("ix_delivery_external_id", "delivery", ["external_id"], unique=False, postgresql_where=_KNOWN)
    op.create_table(
        "zalo_receipt",
        sa.Column("message_id", sa.Text(), nullable=False),
        _moment("delivered_at"),
        _moment("read_at"),
        _moment("created_at", born=True),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_zalo_receipt")),
    )
    op.create_table(
        "zalo_bot_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("body", JSONB(astext_type=sa.Text()), nullable=False),
        _moment("put_aside_at"),
        _moment("created_at", born=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zalo_bot_event")),
    )
    op.create_table(
        "zalo_account",
        sa.Column("app", sa.Text(), nullable=False),
        sa.Column("oa", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("plan", sa.Text(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("allowance_left", sa.Integer(), nullable=True),
        sa.Column("allowance_whole", sa.Integer(), nullable=True),
        _moment("read_at"),
        _moment("tried_at"),
        _moment("wanted_at"),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("app", name=op.f("pk_zalo_account")),
    )
    op.add_column("zalo_template", sa.Column("params", JSONB(astext_type=sa.Text()), nullable=True))


def downgrade() -> None:
    op.drop_column("zalo_template", "params")
    op.drop_table("zalo_account")
    op.drop_table("zalo_bot_event")
    op.drop_table("zalo_receipt")
    op.drop_index("ix_delivery_external_id", table_name="delivery", postgresql_where=_KNOWN)
    op.drop_column("delivery", "read_at")
    op.drop_column("delivery", "delivered_at")
