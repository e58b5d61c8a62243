"""The processes that share a channel's pace."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column(
        "pace", sa.Column("senders", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False)
    )
    op.drop_column("pace", "holder")


def downgrade() -> None:
    op.add_column("pace", sa.Column("holder", sa.INTEGER(), autoincrement=False, nullable=True))
    op.drop_column("pace", "senders")
