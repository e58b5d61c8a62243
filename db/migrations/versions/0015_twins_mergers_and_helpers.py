"""People who may be the same, mergers that can be taken back, who helped, and rows that were imported."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"

# who was marked as somebody's twin so far waits for a verdict
_KNOWN = """
INSERT INTO twin (worker_id, other_id, ground, found_at)
SELECT DISTINCT ON (least(worker_id, twin_id), greatest(worker_id, twin_id))
       least(worker_id, twin_id), greatest(worker_id, twin_id), 'name', created_at
FROM registration WHERE twin_id IS NOT NULL AND twin_id <> worker_id
ORDER BY least(worker_id, twin_id), greatest(worker_id, twin_id), created_at
"""


def upgrade() -> None:
    op.add_column("worker", sa.Column("merged_into", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_worker_merged_into"), "worker", "worker", ["merged_into"], ["id"], ondelete="CASCADE"
    )
    op.create_index(op.f("ix_worker_merged_into"), "worker", ["merged_into"])
    op.add_column("consent", sa.Column("worker_id", sa.BigInteger(), nullable=True))
    op.add_column("consent", sa.Column("helper_id", sa.BigInteger(), nullable=True))
    op.add_column("consent", sa.Column("taken", sa.Text(), nullable=True))
    op.create_foreign_key(op.f("fk_consent_worker_id"), "consent", "worker", ["worker_id"], ["id"], ondelete="SET NULL")
    op.create_foreign_key(op.f("fk_consent_helper_id"), "consent", "staff", ["helper_id"], ["id"], ondelete="SET NULL")
    op.create_index(op.f("ix_consent_worker_id"), "consent", ["worker_id"])
    op.add_column("registration", sa.Column("helper_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_registration_helper_id"), "registration", "staff", ["helper_id"], ["id"], ondelete="SET NULL"
    )
    op.create_table(
        "twin",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("worker_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("worker_id < other_id", name=op.f("ck_twin_order")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_twin_worker_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["other_id"], ["worker.id"], name=op.f("fk_twin_other_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_twin_staff_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_twin")),
        sa.UniqueConstraint("worker_id", "other_id", name=op.f("uq_twin_worker_id_other_id")),
    )
    op.create_index(op.f("ix_twin_other_id"), "twin", ["other_id"])
    op.create_index("ix_twin_waiting", "twin", ["id"], postgresql_where=sa.text("verdict IS NULL"))
    op.create_table(
        "merger",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kept_id", sa.BigInteger(), nullable=False),
        sa.Column("gone_id", sa.BigInteger(), nullable=False),
        sa.Column("twin_id", sa.BigInteger(), nullable=True),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("moved", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["kept_id"], ["worker.id"], name=op.f("fk_merger_kept_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["gone_id"], ["worker.id"], name=op.f("fk_merger_gone_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["twin_id"], ["twin.id"], name=op.f("fk_merger_twin_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_merger_staff_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merger")),
    )
    op.create_index(op.f("ix_merger_kept_id"), "merger", ["kept_id"])
    op.create_index(op.f("ix_merger_gone_id"), "merger", ["gone_id"])
    op.create_table(
        "imported_row",
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("registration_id", sa.BigInteger(), nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_imported_row_registration_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_imported_row")),
    )
    op.create_index(op.f("ix_imported_row_registration_id"), "imported_row", ["registration_id"])
    op.execute(_KNOWN)


def downgrade() -> None:
    op.drop_table("imported_row")
    op.drop_table("merger")
    op.drop_table("twin")
    op.drop_column("registration", "helper_id")
    for column in ("taken", "helper_id", "worker_id"):
        op.drop_column("consent", column)
    op.drop_column("worker", "merged_into")
