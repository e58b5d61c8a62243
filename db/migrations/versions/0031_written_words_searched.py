"""What was written about a case can be searched, without accents and in Khmer."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

# Signs become spaces, Khmer digits those that numbers are compared in, and invisible letters go, as content/fold.py
# has it; a space at either end lets whole words be told from parts.
_FOLD_WORDS = """
CREATE FUNCTION fold_words(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS
$$ SELECT ' ' || translate(fold_text(words),
    E'\\u17E0\\u17E1\\u17E2\\u17E3\\u17E4\\u17E5\\u17E6\\u17E7\\u17E8\\u17E9.,;:!?()[]{}<>"''/\\\\|*-+=&%#@~^`$\\n\\r\\t\\u00A0\\u2013\\u2014\\u2018\\u2019\\u201C\\u201D\\u2026\\u00AB\\u00BB\\u17D4\\u17D5\\u17D6\\u17D8\\u17D9\\u17DA\\u17DB\\u00AD\\u200B\\u200C\\u200D\\u2060\\uFEFF',
    '0123456789' || repeat(' ', 51)) || ' ' $$
"""
_TABLES = {"case_message": None, "case_note": None, "case_call": "words <> ''"}


def upgrade() -> None:
    op.execute(_FOLD_WORDS)
    for table, where in _TABLES.items():
        column = sa.Column("search", sa.Text(), sa.Computed("fold_words(words)", persisted=True), nullable=False)
        op.add_column(table, column)
        only = sa.text(where) if where else None
        op.create_index(
            f"ix_{table}_search",
            table,
            ["search"],
            postgresql_using="gin",
            postgresql_ops={"search": "gin_trgm_ops"},
            postgresql_where=only,
        )
        op.create_index(f"ix_{table}_created_at", table, ["created_at", "id"], postgresql_where=only)
    op.create_index("ix_help_request_told", "help_request", ["id"], postgresql_where=sa.text("detail IS NOT NULL"))


def downgrade() -> None:
    op.drop_index("ix_help_request_told", table_name="help_request")
    for table in _TABLES:
        op.drop_index(f"ix_{table}_created_at", table_name=table)
        op.drop_index(f"ix_{table}_search", table_name=table)
        op.drop_column(table, "search")
    op.execute("DROP FUNCTION fold_words(text)")
