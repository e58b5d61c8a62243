"""The three faces on every channel, in Khmer."""

from tests.conftest import MovableClock, Running
from tests.conversation.phones import Phone
from tests.conversation.test_officer import registers
from tests.jobs.test_ratings import SAID, ask, ended
from tests.jobs.test_reminders import change, rows


async def test_on_every_channel_and_in_khmer(phone: Phone, program: Running) -> None:
    assert isinstance(program.program.clock, MovableClock)
    program.program.clock.forward(days=1)  # the Monday is a holiday
    await registers(phone)
    await change(program, "UPDATE identity SET lang = 'km'")
    await ended(program)
    assert await ask(program) == 1
    more = await phone.say("៣")
    assert "សូមទោសបងប្អូន" in more
    assert "កម្មាភិបាលនឹងអាន" in await phone.say("រង់ចាំយូរណាស់ គ្មានអ្នកហៅមក")
    assert await rows(program, SAID) == [("bad", "រង់ចាំយូរណាស់ គ្មានអ្នកហៅមក")]
