"""A turn's lock is taken before its transaction, which is then one statement in most turns (db/turn.py)."""

from alembic import op

revision = "0009"
down_revision = "0008"


# A function rather than one statement: in it each statement sees what was committed while the lock was awaited.
# The lock is the connection's own and outlives the function; a replayed update lets it go at once.
_OPEN_TURN = """
CREATE OR REPLACE FUNCTION open_turn(the_channel text, the_chat bigint, the_update bigint)
RETURNS TABLE (fresh boolean, id bigint, lang text, source text, state text, data jsonb, active_at timestamptz,
               blocked_at timestamptz, muted_at timestamptz, hours_told_at timestamptz, owed bigint[], newest bigint)
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_lock(hashtextextended(the_channel, the_chat));
    fresh := NOT EXISTS (SELECT 1 FROM seen_update s WHERE s.channel = the_channel AND s.update_id = the_update);
    IF NOT fresh THEN
        PERFORM pg_advisory_unlock(hashtextextended(the_channel, the_chat));
        RETURN NEXT;
        RETURN;
    END IF;
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
# The transaction takes the lock over, and keeps it until its commit is seen by everybody.
_LET_CHAT_GO = """
CREATE FUNCTION let_chat_go(the_channel text, the_chat bigint) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(the_channel, the_chat));
    PERFORM pg_advisory_unlock(hashtextextended(the_channel, the_chat));
END $$
"""
_OPEN_TURN_BEFORE = """
CREATE OR REPLACE FUNCTION open_turn(the_channel text, the_chat bigint, the_update bigint)
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


def upgrade() -> None:
    op.execute(_OPEN_TURN)
    op.execute(_LET_CHAT_GO)


def downgrade() -> None:
    op.execute("DROP FUNCTION let_chat_go(text, bigint)")
    op.execute(_OPEN_TURN_BEFORE)
