"""Logging in by command, as an administrator does it, against the stand-in; and what the doctor says."""

import asyncio
import os
import re
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channels.zalo_oa_tokens import NoToken, TokenKeeper
from tests.channels.test_zalo_oa_tokens import keeper_of
from tests.conftest import MovableClock
from tests.standins.zalo_oa import ZaloStandIn
from tests.standins.zalo_oa.world import APP_ID, APP_SECRET, OA_SECRET


class Shell:
    """Runs ``vieclam`` with the settings of an office."""

    def __init__(self, database: str, zalo: ZaloStandIn, folder: Path) -> None:
        self._environment = {
            "VIECLAM_DATABASE_URL": database,
            "VIECLAM_DATA_DIR": str(folder),
            "VIECLAM_SECRET_KEY": "a secret of the tests",
            "VIECLAM_PUBLIC_URL": "https://vieclam.example.vn",
            "VIECLAM_ZALO_OA_APP_ID": APP_ID,
            "VIECLAM_ZALO_OA_APP_SECRET": APP_SECRET,
            "VIECLAM_ZALO_OA_SECRET_KEY": OA_SECRET,
            "VIECLAM_ZALO_OA_API_BASE": zalo.base_url,
            "VIECLAM_ZALO_OA_OAUTH_BASE": zalo.base_url,
        }

    async def start(self, *words: str) -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        environment = {**os.environ, **self._environment}
        command = (sys.executable, "-m", "bot.cli", *words)
        return await asyncio.create_subprocess_exec(*command, env=environment, stdin=pipe, stdout=pipe, stderr=pipe)

    async def run(self, *words: str, say: str = "") -> tuple[int, str]:
        process = await self.start(*words)
        out, wrong = await process.communicate(say.encode())
        assert process.returncode is not None
        return process.returncode, (out + wrong).decode()


@pytest.fixture
def shell(database: str, zalo: ZaloStandIn, tmp_path: Path) -> Shell:
    return Shell(database, zalo, tmp_path)


@pytest.fixture
def keeper(engine: AsyncEngine, zalo: ZaloStandIn, clock: MovableClock) -> TokenKeeper:
    return keeper_of(engine, zalo, clock)


async def test_an_administrator_agrees_and_the_token_is_kept(
    shell: Shell, zalo: ZaloStandIn, keeper: TokenKeeper
) -> None:
    process = await shell.start("zalo", "login")
    assert process.stdin is not None
    assert process.stdout is not None
    said = b""
    while b"address: " not in said:
        chunk = await process.stdout.read(4000)
        assert chunk, said
        said += chunk
    link = re.search(r"(http\S+/v4/oa/permission\S+)", said.decode())
    assert link is not None
    query = parse_qs(urlsplit(link[1]).query)
    assert query["app_id"] == [APP_ID]
    assert query["redirect_uri"] == ["https://vieclam.example.vn"]
    code = zalo.consent(query["code_challenge"][0])
    landed = f"https://vieclam.example.vn/?code={code}&oa_id=1&state={query['state'][0]}\n"
    out, _ = await process.communicate(landed.encode())
    assert process.returncode == 0
    assert "Văn phòng" in out.decode()
    assert (await keeper.current()).access == zalo.world.tokens.access
    assert zalo.world.tokens.access not in said.decode() + out.decode()


@pytest.mark.parametrize("address", ["https://x.vn/?code=abc&state=other", "https://x.vn/", "https://x.vn/?code=abc"])
async def test_another_address_logs_nobody_in(shell: Shell, keeper: TokenKeeper, address: str) -> None:
    code, said = await shell.run("zalo", "login", say=f"{address}\n")
    assert code != 0
    assert "Traceback" not in said
    with pytest.raises(NoToken):
        await keeper.current()


async def test_a_pair_is_pasted_renewed_and_examined(shell: Shell, zalo: ZaloStandIn, keeper: TokenKeeper) -> None:
    code, said = await shell.run("doctor")
    assert "nobody has logged in" in said
    pair = zalo.world.new_pair()
    code, said = await shell.run("zalo", "login", "--pair", say=f"{pair['access_token']}\n{pair['refresh_token']}\n")
    assert (code, "Tăng trưởng" in said) == (0, True), said
    code, said = await shell.run("zalo", "refresh")
    assert (code, zalo.world.tokens.refreshes) == (0, 0), "so young a token is not renewed"
    code, said = await shell.run("doctor")
    assert "✓ Zalo: token good until" in said
    assert "government account" in said
    assert "0 of 500" in said


async def test_without_a_login_there_is_nothing_to_renew(shell: Shell) -> None:
    code, said = await shell.run("zalo", "refresh")
    assert code != 0
    assert "vieclam zalo login" in said
    assert "Traceback" not in said
