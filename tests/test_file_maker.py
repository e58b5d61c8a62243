"""Files that staff wait for are written by a process of its own, which finds all it needs by itself."""

import io

import orjson
from openpyxl.reader.excel import load_workbook
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.assembly import wall_clock
from bot.file_maker import make_files
from db.made_files import MadeFile
from db.staff import Staff
from db.staff_accounts import add_staff
from desk.access import viewer_of
from desk.made_files import sight_of
from tests.conftest import Running


async def test_a_file_is_made_in_a_process_of_its_own(program: Running) -> None:
    run = program.program
    assert not await make_files(run), "nothing waits"
    await add_staff(run.engine, "office", "Cán bộ", "office")
    asked = {"kind": "registration", "query": "", "columns": ["name", "place"], "dates": {}}
    async with AsyncSession(run.engine, expire_on_commit=False) as session, session.begin():
        staff = (await session.execute(select(Staff))).scalar_one()
        sight = sight_of(await viewer_of(session, staff))
        sealed = run.seal.close(orjson.dumps(asked))
        kept = {"kind": "registration", "name": "dang-ky.xlsx", "lang": "km", "state": "waiting", "sight": sight}
        session.add(MadeFile(staff_id=staff.id, asked=sealed, asked_at=wall_clock(), **kept))
    assert await make_files(run)
    async with AsyncSession(run.engine) as session:
        job = (await session.execute(select(MadeFile))).scalar_one()
    assert (job.state, job.why) == ("ready", None)
    assert job.path is not None
    book = load_workbook(io.BytesIO(run.files.open(job.path)))  # type: ignore[no-untyped-call]
    assert book.active["A4"].value == "ឈ្មោះ", "in the language of who asked"
