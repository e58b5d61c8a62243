"""Who took the last slice of a channel's pace."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("pace", sa.Column("holder", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("pace", "holder")
