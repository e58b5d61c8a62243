"""The steps of joining accounts, and which of them ask for the year of birth first."""

from db.register import worker_of
from handlers import linking
from handlers.my_registrations import check_identity
from handlers.talk import Talk


async def tapped(talk: Talk, step: list[str]) -> bool:
    """Act on a button of joining; False for one that means nothing."""
    match step:
        case ["show"]:
            await linking.show(talk)
        case ["code"]:
            await _checked(talk, "link:code")
        case ["enter"]:
            linking.ask_code(talk)
        case ["prefer"]:
            await linking.ask_which(talk, "prefer")
        case ["unlink"]:
            await linking.ask_which(talk, "drop")
        case [("yes" | "no") as said, number] if number.isdecimal():
            await linking.answer_owner(talk, int(number), yes=said == "yes")
        case ["own_yes", number] if number.isdecimal():
            await check_identity(talk, f"link:join:{number}")
        case ["own_no", number] if number.isdecimal():
            await linking.refuse(talk, int(number))
        case ["prefer", number] if number.isdecimal():
            await linking.prefer(talk, int(number))
        case ["drop", number] if number.isdecimal():
            await _drop(talk, int(number))
        case _:
            return False
    return True


async def hear_code(talk: Talk, code: str) -> None:
    """A code was typed."""
    await linking.take_code(talk, code)


async def _checked(talk: Talk, purpose: str) -> None:
    """Where nothing is kept there is nothing to check, and nothing that a code could open."""
    if await worker_of(talk.turn.session, await talk.turn.identity_id()) is None:
        await linking.go_on(talk, purpose)
    else:
        await check_identity(talk, purpose)


async def _drop(talk: Talk, identity_id: int) -> None:
    """This chat may always leave; sending another away is for the person alone."""
    if identity_id == await talk.turn.identity_id():
        await linking.drop(talk, identity_id)
    else:
        await check_identity(talk, f"link:drop:{identity_id}")
