"""A call for a person remembers since when somebody has it."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.add_column("help_request", sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True))
    # who has one took it, unless it went up to them
    op.execute("UPDATE help_request SET taken_at = now() WHERE owner_id IS NOT NULL AND level = 0")


def downgrade() -> None:
    op.drop_column("help_request", "taken_at")
