"""Linking waits for a word, wrong codes are counted for everybody, a merger is doubted, cases are handed over."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("worker_identity", sa.Column("merged_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("link_code", sa.Column("asked_by", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_link_code_asked_by"), "link_code", "identity", ["asked_by"], ["id"], ondelete="CASCADE"
    )
    op.create_index(op.f("ix_link_code_asked_by"), "link_code", ["asked_by"], unique=False)
    op.create_table(
        "wrong_code",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name=op.f("fk_wrong_code_identity_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wrong_code")),
    )
    op.create_index(op.f("ix_wrong_code_at"), "wrong_code", ["at"], unique=False)
    op.create_index("ix_wrong_code_identity_id", "wrong_code", ["identity_id", "kind"], unique=False)
    op.create_table(
        "handover",
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("after_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("moved", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["asked_by"], ["staff.id"], name=op.f("fk_handover_asked_by"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_handover_staff_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_handover")),
    )


def downgrade() -> None:
    op.drop_table("handover")
    op.drop_index("ix_wrong_code_identity_id", table_name="wrong_code")
    op.drop_index(op.f("ix_wrong_code_at"), table_name="wrong_code")
    op.drop_table("wrong_code")
    op.drop_index(op.f("ix_link_code_asked_by"), table_name="link_code")
    op.drop_constraint(op.f("fk_link_code_asked_by"), "link_code", type_="foreignkey")
    op.drop_column("link_code", "asked_by")
    op.drop_column("worker_identity", "merged_at")
