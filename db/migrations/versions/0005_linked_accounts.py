"""Codes that join two accounts of one person, and which of a person's accounts is preferred."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "link_code",
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name=op.f("fk_link_code_identity_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("identity_id", name=op.f("pk_link_code")),
        sa.UniqueConstraint("mark", name=op.f("uq_link_code_mark")),
    )
    op.add_column("worker_identity", sa.Column("preferred_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("worker_identity", "preferred_at")
    op.drop_table("link_code")
