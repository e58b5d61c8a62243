"""Cases know who waits for a word since when, so that lists of those stay quick; a kept filter knows its list."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

_MOMENTS = ("asked_at", "written_at", "called_at", "contact_at")
_INDEXES = {
    "asked": ("asked_at", "due_at IS NOT NULL AND asked_at IS NOT NULL"),
    "written": ("written_at", "due_at IS NOT NULL AND written_at IS NOT NULL"),
    "uncalled": ("created_at", "due_at IS NOT NULL AND called_at IS NULL"),
    "silent": ("coalesce(contact_at, created_at)", "due_at IS NOT NULL"),
}
_READ_OFF = """
    UPDATE registration r SET called_at = c.called, contact_at = greatest(c.heard, c.wrote, c.reached),
        asked_at = CASE WHEN c.heard > coalesce(greatest(c.wrote, c.reached), '-infinity') THEN c.heard END,
        written_at = CASE WHEN c.wrote > coalesce(greatest(c.heard, c.reached), '-infinity') THEN c.wrote END
    FROM (
        SELECT registration_id, max(at) FILTER (WHERE what = 'heard') AS heard,
               max(at) FILTER (WHERE what = 'wrote') AS wrote, max(at) FILTER (WHERE what LIKE 'call%') AS called,
               max(at) FILTER (WHERE what = 'call reached') AS reached
        FROM (SELECT registration_id, created_at AS at, CASE WHEN actor IS NULL THEN 'heard' ELSE 'wrote' END AS what
              FROM case_message
              UNION ALL
              SELECT registration_id, created_at,
                     CASE WHEN outcome IN ('called', 'met', 'referred') THEN 'call reached' ELSE 'call' END
              FROM case_call) said
        GROUP BY registration_id) c
    WHERE r.id = c.registration_id
"""


def upgrade() -> None:
    for moment in _MOMENTS:
        op.add_column("registration", sa.Column(moment, sa.DateTime(timezone=True), nullable=True))
    op.execute(_READ_OFF)
    for name, (moment, where) in _INDEXES.items():
        for suffix, first in (("", ()), ("_place", ("place_id",))):
            columns = [*first, "priority", sa.text(moment) if "(" in moment else moment, "id"]
            op.create_index(f"ix_registration_{name}{suffix}", "registration", columns, postgresql_where=sa.text(where))
    op.add_column("saved_filter", sa.Column("page", sa.Text(), server_default="registrations", nullable=False))
    op.drop_constraint(op.f("uq_saved_filter_staff_id_name"), "saved_filter", type_="unique")
    op.create_unique_constraint(
        op.f("uq_saved_filter_staff_id_page_name"), "saved_filter", ["staff_id", "page", "name"]
    )


def downgrade() -> None:
    op.execute("DELETE FROM saved_filter WHERE page <> 'registrations'")
    op.drop_constraint(op.f("uq_saved_filter_staff_id_page_name"), "saved_filter", type_="unique")
    op.create_unique_constraint(op.f("uq_saved_filter_staff_id_name"), "saved_filter", ["staff_id", "name"])
    op.drop_column("saved_filter", "page")
    for name in _INDEXES:
        for suffix in ("", "_place"):
            op.drop_index(f"ix_registration_{name}{suffix}", table_name="registration")
    for moment in _MOMENTS:
        op.drop_column("registration", moment)
