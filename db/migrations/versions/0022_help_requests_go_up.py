"""A call for a person has somebody who does it, goes up when its promise is broken, and officers are told of it."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

_OPEN = sa.text("done_at IS NULL")
_UNTOLD = sa.text("alert_at IS NOT NULL AND done_at IS NULL")


def upgrade() -> None:
    op.add_column("help_request", sa.Column("owner_id", sa.BigInteger(), nullable=True))
    op.add_column("help_request", sa.Column("level", sa.SmallInteger(), server_default="0", nullable=False))
    op.add_column("help_request", sa.Column("alert_at", sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(
        op.f("fk_help_request_owner_id"), "help_request", "staff", ["owner_id"], ["id"], ondelete="SET NULL"
    )
    op.create_index(op.f("ix_help_request_owner_id"), "help_request", ["owner_id"], unique=False)
    op.create_index("ix_help_request_promised_at", "help_request", ["promised_at"], postgresql_where=_OPEN)
    op.create_index("ix_help_request_alert_at", "help_request", ["alert_at"], postgresql_where=_UNTOLD)


def downgrade() -> None:
    op.drop_index("ix_help_request_alert_at", table_name="help_request", postgresql_where=_UNTOLD)
    op.drop_index("ix_help_request_promised_at", table_name="help_request", postgresql_where=_OPEN)
    op.drop_index(op.f("ix_help_request_owner_id"), table_name="help_request")
    op.drop_constraint(op.f("fk_help_request_owner_id"), "help_request", type_="foreignkey")
    for column in ("alert_at", "level", "owner_id"):
        op.drop_column("help_request", column)
