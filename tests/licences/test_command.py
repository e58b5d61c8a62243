"""``vieclam licences load``: the same checks as at the desk, and nothing kept by a dry run."""

import asyncio
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from typer.testing import CliRunner, Result

from bot.cli import app
from tests.licences.sheets import FIRMS, SAO_MAI, VIET_THANG, workbook


@pytest.fixture
def file(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VIECLAM_DATABASE_URL", database)
    monkeypatch.setenv("VIECLAM_DATA_DIR", str(tmp_path))
    return tmp_path / "danh-sach.xlsx"


async def load(file: Path, content: bytes, *more: str, day: str = "2026-11-01") -> Result:
    await asyncio.to_thread(file.write_bytes, content)
    return await asyncio.to_thread(CliRunner().invoke, app, ["licences", "load", str(file), "--date", day, *more])


async def kept(engine: AsyncEngine) -> list[tuple[date, str]]:
    async with engine.connect() as connection:
        rows = await connection.execute(text("SELECT listed_on, source FROM licence_list ORDER BY id"))
        return [(row.listed_on, row.source) for row in rows]


async def test_a_dry_run_says_what_would_change_and_keeps_nothing(file: Path, engine: AsyncEngine) -> None:
    first = await load(file, workbook((SAO_MAI,)), day="2026-05-01")
    assert first.exit_code == 0, first.output
    dry = await load(file, workbook(FIRMS), "--dry-run")
    assert dry.exit_code == 0, dry.output
    assert "3 firms" in dry.output
    assert "Mới có: 2" in dry.output
    assert await kept(engine) == [(date(2026, 5, 1), "danh-sach.xlsx")]
    assert (await load(file, workbook(FIRMS))).exit_code == 0
    assert len(await kept(engine)) == 2
    async with engine.connect() as connection:
        actors = await connection.scalars(text("SELECT actor FROM audit_entry WHERE action = 'licences_accept'"))
        assert list(actors) == ["system", "system"]


async def test_faults_are_named_by_row_and_nothing_is_kept(file: Path, engine: AsyncEngine) -> None:
    bad = await load(file, workbook((VIET_THANG, (2, "", "", "9/GP", None, "", "", ""))))
    assert bad.exit_code == 2
    assert "5:" in bad.output
    assert (await load(file, b"no sheet")).exit_code == 2
    assert (await load(file, workbook(), day="yesterday")).exit_code == 2
    assert await kept(engine) == []
