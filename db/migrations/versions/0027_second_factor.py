"""A second step of the desk's log-in, and wrong linking codes are counted by network address, too."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

_MOMENT = sa.DateTime(timezone=True)


def _of_staff(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["staff_id"], ["staff.id"], name=op.f(f"fk_{table}_staff_id_staff"), ondelete="CASCADE"
    )


def upgrade() -> None:
    op.add_column("staff", sa.Column("second_asked_at", _MOMENT, nullable=True))
    op.add_column("staff_session", sa.Column("proved_at", _MOMENT, nullable=True))
    op.create_table(
        "second_factor",
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("app_since", _MOMENT, nullable=True),
        sa.Column("chat_since", _MOMENT, nullable=True),
        sa.Column("used_step", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("wrong", sa.Integer(), server_default="0", nullable=False),
        sa.Column("shut_until", _MOMENT, nullable=True),
        sa.Column("sent", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("sent_since", _MOMENT, nullable=True),
        _of_staff("second_factor"),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        _of_staff("recovery_code"),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_recovery_code")),
    )
    op.create_table(
        "chat_code",
        sa.Column("holder", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        _of_staff("chat_code"),
        sa.PrimaryKeyConstraint("holder", name=op.f("pk_chat_code")),
    )
    op.create_table(
        "login_step",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        _of_staff("login_step"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_login_step")),
    )
    for table in ("recovery_code", "chat_code", "login_step"):
        op.create_index(op.f(f"ix_{table}_staff_id"), table, ["staff_id"], unique=False)
    op.add_column("wrong_code", sa.Column("network", sa.LargeBinary(), nullable=True))
    op.create_index("ix_wrong_code_network", "wrong_code", ["network", "kind"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_wrong_code_network", table_name="wrong_code")
    op.drop_column("wrong_code", "network")
    for table in ("login_step", "chat_code", "recovery_code", "second_factor"):
        op.drop_table(table)
    op.drop_column("staff_session", "proved_at")
    op.drop_column("staff", "second_asked_at")
