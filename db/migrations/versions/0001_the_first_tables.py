"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


# A function rather than one statement: in it each statement sees what was committed while the lock was awaited.
_OPEN_TURN = """
CREATE FUNCTION open_turn(the_channel text, the_chat bigint, the_update bigint)
RETURNS TABLE (fresh boolean, id bigint, lang text, source text, state text, data jsonb, active_at timestamptz,
               blocked_at timestamptz, muted_at timestamptz, hours_told_at timestamptz, owed bigint[], newest bigint)
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(the_channel, the_chat));
    INSERT INTO seen_update (channel, update_id) VALUES (the_channel, the_update) ON CONFLICT DO NOTHING;
    fresh := FOUND;
    SELECT i.id, i.lang, i.source, i.state, i.data, i.active_at, i.blocked_at, i.muted_at, i.hours_told_at
    INTO id, lang, source, state, data, active_at, blocked_at, muted_at, hours_told_at
    FROM identity i WHERE i.channel = the_channel AND i.chat_id = the_chat;
    owed := ARRAY(SELECT o.id FROM outgoing o
                  WHERE o.channel = the_channel AND o.chat_id = the_chat AND o.sent_at IS NULL);
    SELECT o.id INTO newest FROM outgoing o WHERE o.channel = the_channel AND o.chat_id = the_chat
    ORDER BY o.id DESC LIMIT 1;
    RETURN NEXT;
END $$
"""

# unaccent is only "stable", since its rules could be edited; ours never are, so the wrapper may be indexed.
_FOLD = """
CREATE FUNCTION fold_text(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS
$$ SELECT lower(public.unaccent('public.unaccent', normalize(words, NFC))) $$
"""


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS unaccent")
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.execute(_FOLD)
    op.execute("CREATE SEQUENCE web_chat_id")  # chat numbers for channels whose accounts have no number
    op.execute("CREATE SEQUENCE process_number")  # who is running; see db/outbox.py
    op.execute(_OPEN_TURN)
    op.create_table(
        "erasure",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("reference", name=op.f("uq_erasure_reference")),
    )
    op.create_table(
        "identity",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("lang", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("active_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("muted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hours_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("channel", "address", name=op.f("uq_identity_channel_address")),
        sa.UniqueConstraint("channel", "chat_id", name=op.f("uq_identity_channel_chat_id")),
        postgresql_with={"fillfactor": "80"},
    )
    op.create_index(
        "ix_identity_draft",
        "identity",
        ["active_at"],
        unique=False,
        postgresql_where=sa.text("data ? 'draft'"),
    )
    op.create_table(
        "outgoing",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("holder", sa.Integer(), nullable=True),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing")),
    )
    op.create_index("ix_outgoing_chat", "outgoing", ["channel", "chat_id", "id"], unique=False)
    op.create_index(
        "ix_outgoing_owed",
        "outgoing",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("sent_at IS NULL AND channel <> 'web'"),
    )
    op.create_table(
        "place",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("successor_id", sa.BigInteger(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["place.id"], name=op.f("fk_place_parent_id")),
        sa.ForeignKeyConstraint(["successor_id"], ["place.id"], name=op.f("fk_place_successor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("code", "version", name=op.f("uq_place_code_version")),
    )
    op.create_index(op.f("ix_place_parent_id"), "place", ["parent_id"], unique=False)
    op.create_index(op.f("ix_place_successor_id"), "place", ["successor_id"], unique=False)
    op.create_table(
        "seen_update",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("channel", "update_id", name=op.f("pk_seen_update")),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=True),
        sa.Column("text_version", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name=op.f("fk_consent_identity_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_identity_id"), "consent", ["identity_id"], unique=False)
    op.create_table(
        "help_request",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name=op.f("fk_help_request_identity_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_request")),
    )
    op.create_index(op.f("ix_help_request_done_at"), "help_request", ["done_at"], unique=False)
    op.create_index(op.f("ix_help_request_identity_id"), "help_request", ["identity_id"], unique=False)
    op.create_table(
        "nudge",
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name=op.f("fk_nudge_identity_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("identity_id", name=op.f("pk_nudge")),
    )
    op.create_index(op.f("ix_nudge_due_at"), "nudge", ["due_at"], unique=False)
    op.create_table(
        "staff",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=True),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("must_change", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("lang", sa.Text(), server_default="vi", nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_staff_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("login", name=op.f("uq_staff_login")),
    )
    op.create_table(
        "worker",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("birth_year", sa.SmallInteger(), nullable=True),
        sa.Column("sex", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("phone_owner", sa.Text(), nullable=True),
        sa.Column("place_id", sa.BigInteger(), nullable=True),
        sa.Column("hamlet", sa.Text(), nullable=True),
        sa.Column("schooling", sa.Text(), nullable=True),
        sa.Column("work_state", sa.Text(), nullable=True),
        sa.Column("idle_time", sa.Text(), nullable=True),
        sa.Column("household", sa.LargeBinary(), nullable=True),
        sa.Column("ethnicity", sa.LargeBinary(), nullable=True),
        sa.Column(
            "search",
            sa.Text(),
            sa.Computed(
                "fold_text(coalesce(name, '') || ' ' || coalesce(phone, '') || ' ' || coalesce(hamlet, ''))",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_worker_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker")),
    )
    op.create_index("ix_worker_birth_year_place_id", "worker", ["birth_year", "place_id"], unique=False)
    op.create_index("ix_worker_phone", "worker", ["phone"], unique=False)
    op.create_index(op.f("ix_worker_place_id"), "worker", ["place_id"], unique=False)
    op.create_index(
        "ix_worker_search",
        "worker",
        ["search"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
    )
    op.create_index(
        "ix_worker_words",
        "worker",
        [sa.literal_column("to_tsvector('simple', search)")],
        unique=False,
        postgresql_using="gin",
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_audit_entry_staff_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_created_at"), "audit_entry", ["created_at"], unique=False)
    op.create_index(op.f("ix_audit_entry_staff_id"), "audit_entry", ["staff_id"], unique=False)
    op.create_index("ix_audit_entry_subject", "audit_entry", ["subject", "subject_id"], unique=False)
    op.create_table(
        "registration",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("worker_id", sa.BigInteger(), nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=True),
        sa.Column("place_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="new", nullable=False),
        sa.Column("closed_reason", sa.Text(), nullable=True),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("twin_id", sa.BigInteger(), nullable=True),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name=op.f("fk_registration_identity_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_registration_place_id")),
        sa.ForeignKeyConstraint(["twin_id"], ["worker.id"], name=op.f("fk_registration_twin_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["worker.id"], name=op.f("fk_registration_worker_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
    )
    op.create_index("ix_registration_created_at", "registration", ["created_at", "id"], unique=False)
    op.create_index(op.f("ix_registration_identity_id"), "registration", ["identity_id"], unique=False)
    op.create_index("ix_registration_kind_created_at", "registration", ["kind", "created_at", "id"], unique=False)
    op.create_index(
        "ix_registration_kind_status_created_at",
        "registration",
        ["kind", "status", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_registration_place_id_created_at", "registration", ["place_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "ix_registration_place_kind_status",
        "registration",
        ["place_id", "kind", "status", "created_at", "id"],
        unique=False,
    )
    op.create_index("ix_registration_status_created_at", "registration", ["status", "created_at", "id"], unique=False)
    op.create_index(op.f("ix_registration_twin_id"), "registration", ["twin_id"], unique=False)
    op.create_index(op.f("ix_registration_worker_id"), "registration", ["worker_id"], unique=False)
    op.create_table(
        "staff_session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_session_staff_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_session")),
    )
    op.create_index(op.f("ix_staff_session_staff_id"), "staff_session", ["staff_id"], unique=False)
    op.create_table(
        "worker_identity",
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        sa.Column("worker_id", sa.BigInteger(), nullable=False),
        sa.Column("relation", sa.Text(), server_default="self", nullable=False),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name=op.f("fk_worker_identity_identity_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["worker.id"], name=op.f("fk_worker_identity_worker_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("identity_id", "worker_id", name=op.f("pk_worker_identity")),
    )
    op.create_index(op.f("ix_worker_identity_worker_id"), "worker_identity", ["worker_id"], unique=False)
    op.create_table(
        "attachment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        sa.Column("registration_id", sa.BigInteger(), nullable=True),
        sa.Column("question", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=True),
        sa.Column("mime", sa.Text(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("path", sa.Text(), nullable=True),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name=op.f("fk_attachment_identity_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_attachment_registration_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index(op.f("ix_attachment_identity_id"), "attachment", ["identity_id"], unique=False)
    op.create_index(op.f("ix_attachment_registration_id"), "attachment", ["registration_id"], unique=False)
    op.create_index(
        "ix_attachment_waiting",
        "attachment",
        ["id"],
        unique=False,
        postgresql_where=sa.text("stored_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_attachment_waiting", table_name="attachment", postgresql_where=sa.text("stored_at IS NULL"))
    op.drop_index(op.f("ix_attachment_registration_id"), table_name="attachment")
    op.drop_index(op.f("ix_attachment_identity_id"), table_name="attachment")
    op.drop_table("attachment")
    op.drop_index(op.f("ix_worker_identity_worker_id"), table_name="worker_identity")
    op.drop_table("worker_identity")
    op.drop_index(op.f("ix_staff_session_staff_id"), table_name="staff_session")
    op.drop_table("staff_session")
    op.drop_index(op.f("ix_registration_worker_id"), table_name="registration")
    op.drop_index(op.f("ix_registration_twin_id"), table_name="registration")
    op.drop_index("ix_registration_status_created_at", table_name="registration")
    op.drop_index("ix_registration_place_kind_status", table_name="registration")
    op.drop_index("ix_registration_place_id_created_at", table_name="registration")
    op.drop_index("ix_registration_kind_status_created_at", table_name="registration")
    op.drop_index("ix_registration_kind_created_at", table_name="registration")
    op.drop_index(op.f("ix_registration_identity_id"), table_name="registration")
    op.drop_index("ix_registration_created_at", table_name="registration")
    op.drop_table("registration")
    op.drop_index("ix_audit_entry_subject", table_name="audit_entry")
    op.drop_index(op.f("ix_audit_entry_staff_id"), table_name="audit_entry")
    op.drop_index(op.f("ix_audit_entry_created_at"), table_name="audit_entry")
    op.drop_table("audit_entry")
    op.drop_index("ix_worker_words", table_name="worker", postgresql_using="gin")
    op.drop_index(
        "ix_worker_search",
        table_name="worker",
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
    )
    op.drop_index(op.f("ix_worker_place_id"), table_name="worker")
    op.drop_index("ix_worker_phone", table_name="worker")
    op.drop_index("ix_worker_birth_year_place_id", table_name="worker")
    op.drop_table("worker")
    op.drop_table("staff")
    op.drop_index(op.f("ix_nudge_due_at"), table_name="nudge")
    op.drop_table("nudge")
    op.drop_index(op.f("ix_help_request_identity_id"), table_name="help_request")
    op.drop_index(op.f("ix_help_request_done_at"), table_name="help_request")
    op.drop_table("help_request")
    op.drop_index(op.f("ix_consent_identity_id"), table_name="consent")
    op.drop_table("consent")
    op.drop_table("seen_update")
    op.drop_index(op.f("ix_place_successor_id"), table_name="place")
    op.drop_index(op.f("ix_place_parent_id"), table_name="place")
    op.drop_table("place")
    op.drop_index(
        "ix_outgoing_owed",
        table_name="outgoing",
        postgresql_where=sa.text("sent_at IS NULL AND channel <> 'web'"),
    )
    op.drop_index("ix_outgoing_chat", table_name="outgoing")
    op.drop_table("outgoing")
    op.drop_index("ix_identity_draft", table_name="identity", postgresql_where=sa.text("data ? 'draft'"))
    op.drop_table("identity")
    op.drop_table("erasure")
    op.execute("DROP FUNCTION open_turn(text, bigint, bigint)")
    op.execute("DROP SEQUENCE process_number")
    op.execute("DROP SEQUENCE web_chat_id")
    op.execute("DROP FUNCTION fold_text(text)")
