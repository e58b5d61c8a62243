"""The last administrator who lost the second step: the command line takes it away."""

import asyncio

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.settings import Settings
from tests.desk.conftest import Enter, House
from tests.desk.test_second_factor import link, said, set_up

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_command_takes_the_second_step_away(
    house: House, enter: Enter, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = await enter("administrator")
    await set_up(house, browser)
    await link(house, "administrator", "web", 5)
    monkeypatch.setenv("VIECLAM_DATABASE_URL", database)
    command = ["staff", "second-reset", "Administrator"]
    done = await asyncio.to_thread(CliRunner().invoke, app, command)
    assert done.exit_code == 0, done.output
    assert (await browser.get("/desk/")).status_code == 303
    assert (await house.browser().log_in("administrator")).headers["location"] == "/desk/"
    assert "đặt lại" in (await said(house, "web"))[-1]
    (entry,) = await house.record("second_reset")
    assert (entry.actor, entry.detail["by"]) == ("system", "command")
    assert (await asyncio.to_thread(CliRunner().invoke, app, command)).exit_code == 2, "there is none any more"


@pytest.mark.parametrize(("words", "roles"), [("", ()), ("administrator, Office ,", ("administrator", "office"))])
async def test_the_roles_of_the_setting(words: str, roles: tuple[str, ...]) -> None:
    assert Settings(second_factor=words).second_roles == roles


async def test_a_role_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="No such role: boss"):
        Settings(second_factor="administrator,boss")
