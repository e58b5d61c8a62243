"""Who is to be asked once whether they go on with a form: noted at its start, taken off at its end."""

from datetime import datetime

from db.turn import Turn


async def expect_silence(turn: Turn, due_at: datetime) -> None:
    """Have the clock look at this account's form at ``due_at``."""
    query = """
        INSERT INTO nudge (identity_id, due_at) VALUES ($1, $2)
        ON CONFLICT (identity_id) DO UPDATE SET due_at = excluded.due_at
    """
    await turn.execute(query, await turn.identity_id(), due_at)


async def expect_nothing(turn: Turn) -> None:
    """The form is done with."""
    await turn.execute("DELETE FROM nudge WHERE identity_id = $1", await turn.identity_id())


async def claim_files(turn: Turn, registration_id: int) -> None:
    """Give a registration every file of the account that belongs to none yet."""
    query = "UPDATE attachment SET registration_id = $2 WHERE identity_id = $1 AND registration_id IS NULL"
    await turn.execute(query, await turn.identity_id(), registration_id)
