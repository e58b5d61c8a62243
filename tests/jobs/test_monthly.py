"""The list of the month before is made on the first, or as soon as the program runs again, and told of once."""

from datetime import UTC, datetime

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.people import Identity, Worker
from db.places import Place
from db.registrations import Registration
from db.staff import Staff, StaffIdentity, StaffPlace
from jobs.monthly import make_due_list, tell_of_list
from tests.conftest import MovableClock, Running
from tests.conversation.phones import TelegramPhone
from tests.standins.telegram import TelegramStandIn

HAM_GIANG = "29488"


async def fill(program: Running, at: datetime) -> None:
    """A worker of Hàm Giang, and its hamlet head with a linked chat."""
    async with AsyncSession(program.engine) as session, session.begin():
        place = (await session.scalars(select(Place.id).where(Place.code == HAM_GIANG, Place.version == "2020"))).one()
        worker = Worker(name="Thạch Một", work_state="none", place_id=place, hamlet="Ấp Chợ")
        head = Staff(login="truong-ap", name="Kim Hai", role="commune", password="")
        chat = Identity(channel="web", chat_id=77, lang="km")
        session.add_all([worker, head, chat])
        await session.flush()
        session.add(StaffPlace(staff_id=head.id, place_id=place))
        session.add(StaffIdentity(identity_id=chat.id, staff_id=head.id))
        session.add(
            Registration(worker_id=worker.id, place_id=place, kind="job", answers={}, created_at=at, updated_at=at)
        )


async def messages(program: Running) -> list[str]:
    async with program.engine.connect() as connection:
        return list(await connection.scalars(text("SELECT payload ->> 'text' FROM outgoing WHERE chat_id = 77")))


async def look(program: Running) -> tuple[bool, int]:
    office, now = program.program.office, program.program.clock()
    made = await make_due_list(program.engine, office, now)
    return made, await tell_of_list(program.engine, office, "https://x.vn/desk", now)


async def test_made_on_the_first_and_told_in_office_hours(program: Running, clock: MovableClock) -> None:
    await fill(program, clock())
    assert await look(program) == (False, 0), "nothing was there in October"
    clock.now = datetime(2026, 11, 30, 16, 59, tzinfo=UTC)
    assert await look(program) == (False, 0)
    clock.now = datetime(2026, 11, 30, 17, 5, tzinfo=UTC)  # five past midnight where the office is
    assert await look(program) == (True, 0)
    assert await look(program) == (False, 0)
    clock.now = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
    assert await look(program) == (False, 1)
    assert await look(program) == (False, 0), "once"
    (words,) = await messages(program)
    assert "1 នាក់" in words
    assert "https://x.vn/desk/lists?month=2026-11" in words


async def test_a_month_that_was_slept_through_is_made_up_for(program: Running, clock: MovableClock) -> None:
    await fill(program, clock())
    clock.now = datetime(2026, 12, 17, 2, 0, tzinfo=UTC)
    assert await look(program) == (True, 1)
    async with program.engine.connect() as connection:
        as_of = await connection.scalar(text("SELECT as_of FROM monthly_list"))
    assert as_of == datetime(2026, 11, 30, 17, 0, tzinfo=UTC)


async def test_whom_it_does_not_concern_is_not_told(program: Running, clock: MovableClock) -> None:
    await fill(program, clock())
    async with AsyncSession(program.engine) as session, session.begin():
        await session.execute(text("DELETE FROM staff_place"))
    clock.now = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
    assert await look(program) == (True, 0)


async def test_the_list_is_read_in_the_heads_own_chat(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    await fill(program, clock())
    chat = TelegramPhone(program, telegram, 77)
    await chat.say("/start")
    async with AsyncSession(program.engine) as session, session.begin():
        place = (await session.scalars(select(StaffPlace.place_id))).one()
        mine = (await session.scalars(select(Identity).where(Identity.channel == "telegram"))).one()
        await session.execute(text("UPDATE staff_identity SET identity_id = :id"), {"id": mine.id})
        mine.lang, mine.state = "vi", None
        for at in range(9):
            worker = Worker(name=f"Kim Văn {at}", phone="+84912345678", work_state="under", place_id=place)
            session.add(worker)
            await session.flush()
            need = {"kind": "training", "answers": {}, "created_at": clock(), "updated_at": clock()}
            session.add(Registration(worker_id=worker.id, place_id=place, **need))
    clock.now = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
    assert await look(program) == (True, 1)
    await program.program.delivery.look()
    assert "10 người" in await chat.answer()
    first = await chat.tap("Xem danh sách")
    assert "1. Kim Văn 0, 0912 345 678 – thiếu việc, muốn học nghề" in first
    last = await chat.tap("Xem tiếp")
    assert "10. Thạch Một, Ấp Chợ – không có việc" in last and "Xem tiếp" not in last.buttons
    async with program.engine.begin() as connection:
        seen = "SELECT sum((detail ->> 'count')::int) FROM audit_entry WHERE subject = 'monthly_list'"
        assert await connection.scalar(text(seen)) == 10
        await connection.execute(text("DELETE FROM staff_place"))
    assert "không còn ai" in await chat.tap_data(first.message, "ml:2026-11:0")
