"""Khmer has an index of its own: pg_trgm knows letters by the database's locale, and ours knows no Khmer ones."""

from alembic import op

revision = "0032"
down_revision = "0031"

_GRAMS = r"""
CREATE FUNCTION khmer_grams(words text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT COST 1000 AS
$$ SELECT coalesce(array_agg(DISTINCT gram), '{}') FROM (
    SELECT letters[i] || letters[i + 1] || letters[i + 2] AS gram
    FROM string_to_array(CASE WHEN words ~ E'[\u1780-\u17d3]' THEN words END, NULL) letters,
         generate_series(1, cardinality(letters) - 2) i) grams
   WHERE gram ~ E'^[\u1780-\u17d3]{3}$' $$
"""
_TABLES = ("worker", "case_message", "case_note", "case_call")


def upgrade() -> None:
    op.execute(_GRAMS)
    for table in _TABLES:
        op.execute(f"CREATE INDEX ix_{table}_khmer ON {table} USING gin (khmer_grams(search))")


def downgrade() -> None:
    for table in _TABLES:
        op.execute(f"DROP INDEX ix_{table}_khmer")
    op.execute("DROP FUNCTION khmer_grams(text)")
