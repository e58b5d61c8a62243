"""The desk is made when it is first opened, and finds its own addresses behind the program's."""

import aiohttp

from tests.conftest import Running


async def test_the_desk_opens_in_the_whole_program(program: Running) -> None:
    async with aiohttp.ClientSession(program.url) as browser:
        async with browser.get("/desk/registrations") as answer:
            assert (answer.status, answer.url.path) == (200, "/desk/login")
        async with browser.get("/") as chat:
            assert chat.status == 200
