"""An index for the alerts that wait to be sent."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_WAITING = sa.text("outgoing_id IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_officer_alert_waiting",
        "officer_alert",
        ["id"],
        unique=False,
        postgresql_where=sa.text("outgoing_id IS NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_officer_alert_waiting", table_name="officer_alert", postgresql_where=sa.text("outgoing_id IS NULL")
    )
