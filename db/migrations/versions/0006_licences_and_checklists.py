"""Licence lists, contract checklists, and what is told with a call for help."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "licence_list",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("listed_on", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("loaded_by", sa.Text(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licence_list")),
    )
    op.create_table(
        "licence",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("number_key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short_name", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column(
            "search",
            sa.Text(),
            sa.Computed("fold_text(coalesce(name, '') || ' ' || coalesce(short_name, ''))", persisted=True),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["list_id"], ["licence_list.id"], name=op.f("fk_licence_list_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licence")),
    )
    op.create_index("ix_licence_list_id_number_key", "licence", ["list_id", "number_key"])
    op.create_index(
        "ix_licence_search",
        "licence",
        ["search"],
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
    )
    op.create_table(
        "contract_check",
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        sa.Column("ticked", postgresql.ARRAY(sa.TEXT()), server_default="{}", nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name=op.f("fk_contract_check_identity_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("identity_id", name=op.f("pk_contract_check")),
    )
    op.add_column("help_request", sa.Column("detail", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("help_request", "detail")
    op.drop_table("contract_check")
    op.drop_index("ix_licence_search", table_name="licence")
    op.drop_index("ix_licence_list_id_number_key", table_name="licence")
    op.drop_table("licence")
    op.drop_table("licence_list")
