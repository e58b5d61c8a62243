"""Log-ins of the desk: making them, checking a password, and sessions that can be ended."""

import asyncio
import hashlib
import secrets
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete, func, insert, or_, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from db.second_factor import SecondFactor
from db.staff import ROLES, LoginStep, Staff, StaffPlace, StaffSession

SESSION_LENGTH = timedelta(hours=10)
"""A working day; after it one logs in again."""
STEP_LENGTH, STEP_TRIES = timedelta(minutes=10), 5
"""For how long, and for how many wrong codes, a right password waits for the second step."""
PASSWORD_LENGTH = 10

_hasher = PasswordHasher()


# Checked when there is no such login, so that the answer takes as long as for a wrong password.
@cache
def _nobody() -> str:
    return _hasher.hash(secrets.token_urlsafe(16))


class StaffError(Exception):
    """The account can't be made or changed as asked; the message says why."""


def new_password() -> str:
    """A one-time password that can be read out over a phone."""
    alphabet = "23456789abcdefghjkmnpqrstuvwxyz"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(3))


async def add_staff(
    engine: AsyncEngine,
    login: str,
    name: str,
    role: str,
    *,
    place_id: int | None = None,
    places: Collection[int] = (),
    lang: str = "vi",
) -> str:
    """Make an account and return its one-time password. Raises ``StaffError``."""
    if role not in ROLES:
        raise StaffError(f"No such role: {role}. One of: {', '.join(ROLES)}")
    password = new_password()
    hashed = await hash_password(password)
    async with AsyncSession(engine) as session, session.begin():
        if await session.scalar(select(Staff.id).where(Staff.login == login.lower())):
            raise StaffError(f"The login {login} is taken")
        staff = Staff(login=login.lower(), name=name, role=role, password=hashed, lang=lang)
        session.add(staff)
        await session.flush()
        await set_places(session, staff.id, [*places, *([place_id] if place_id is not None else [])])
    return password


async def set_places(session: AsyncSession, staff_id: int, places: Collection[int]) -> None:
    """Make these the places that somebody works for."""
    await session.execute(delete(StaffPlace).where(StaffPlace.staff_id == staff_id))
    session.add_all(StaffPlace(staff_id=staff_id, place_id=place) for place in dict.fromkeys(places))
    await session.flush()


async def places_of(session: AsyncSession) -> Mapping[int, list[int]]:
    """The places of everybody who has some, by their number."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for row in await session.execute(select(StaffPlace.staff_id, StaffPlace.place_id)):
        found[row.staff_id].append(row.place_id)
    return found


async def reset_password(engine: AsyncEngine, login: str) -> str:
    """Give an account a new one-time password and end its sessions. Raises ``StaffError``."""
    password = new_password()
    hashed = await hash_password(password)
    async with AsyncSession(engine) as session, session.begin():
        staff = await session.scalar(select(Staff).where(Staff.login == login.lower()))
        if staff is None:
            raise StaffError(f"There is no login {login}")
        staff.password, staff.must_change = hashed, True
        await end_sessions(session, staff.id)
    return password


async def hash_password(password: str) -> str:
    """What is kept of a password. Raises ``StaffError`` for one that is too short."""
    if len(password) < PASSWORD_LENGTH:
        raise StaffError(f"At least {PASSWORD_LENGTH} characters")
    # argon2 takes its time on purpose: not on the event loop's, and not while a connection waits
    return await asyncio.to_thread(_hasher.hash, password)


async def check_password(engine: AsyncEngine, login: str, password: str) -> Staff | None:
    """The account, when login and password fit and it is not disabled; it belongs to no session."""
    async with AsyncSession(engine, expire_on_commit=False) as session:
        staff: Staff | None = await session.scalar(select(Staff).where(Staff.login == login.strip().lower()))
    try:
        # no connection is held meanwhile: a burst of guesses must not take the pool from everybody else
        await asyncio.to_thread(_hasher.verify, staff.password if staff else _nobody(), password)
    except (VerifyMismatchError, InvalidHashError):
        return None
    return staff if staff is not None and staff.disabled_at is None else None


async def still_fits(session: AsyncSession, checked: Staff) -> Staff | None:
    """The account that was checked, inside a transaction, unless it was shut or got another password meanwhile."""
    same = Staff.id == checked.id, Staff.password == checked.password, Staff.disabled_at.is_(None)
    staff: Staff | None = await session.scalar(select(Staff).where(*same).with_for_update())
    return staff


async def open_session(session: AsyncSession, staff: Staff, now: datetime, *, proved_at: datetime | None = None) -> str:
    """Log in; returns the token for the cookie. Only its hash is kept.

    ``proved_at`` is when its owner last proved who they are, if that was not just now.
    """
    token = secrets.token_urlsafe(32)
    until = now + SESSION_LENGTH
    session.add(
        StaffSession(token_hash=token_hash(token), staff_id=staff.id, expires_at=until, proved_at=proved_at or now)
    )
    await session.flush()
    return token


@dataclass(frozen=True)
class LogIn:
    """A session in force: whose, when its owner last proved who they are, and with a second factor or without."""

    staff: Staff
    token_hash: bytes
    proved_at: datetime | None
    has_second: bool


async def login_of_token(session: AsyncSession, token: str, now: datetime) -> LogIn | None:
    """The session under this token, unless it has ended."""
    hashed = token_hash(token)
    second = or_(SecondFactor.app_since.is_not(None), SecondFactor.chat_since.is_not(None))
    query = (
        select(Staff, StaffSession.proved_at, func.coalesce(second, False))
        .join(StaffSession, StaffSession.staff_id == Staff.id)
        .outerjoin(SecondFactor, SecondFactor.staff_id == Staff.id)
        .where(StaffSession.token_hash == hashed, StaffSession.expires_at > now, Staff.disabled_at.is_(None))
    )
    row = (await session.execute(query)).one_or_none()
    return LogIn(row[0], hashed, row[1], row[2]) if row is not None else None


async def close_session(session: AsyncSession, token: str) -> None:
    """Log out."""
    await session.execute(delete(StaffSession).where(StaffSession.token_hash == token_hash(token)))


async def end_sessions(session: AsyncSession, staff_id: int, *, but: bytes = b"") -> None:
    """End an account's sessions and half-done log-ins everywhere, ``but`` one."""
    await session.execute(delete(LoginStep).where(LoginStep.staff_id == staff_id))
    others = StaffSession.staff_id == staff_id, StaffSession.token_hash != but
    await session.execute(delete(StaffSession).where(*others))


async def open_step(session: AsyncSession, staff: Staff, now: datetime) -> str:
    """A right password, whose second step is to come; returns the token of a cookie that opens nothing else."""
    over = LoginStep.staff_id == staff.id, LoginStep.expires_at <= now
    await session.execute(delete(LoginStep).where(*over))
    token = secrets.token_urlsafe(32)
    session.add(LoginStep(token_hash=token_hash(token), staff_id=staff.id, expires_at=now + STEP_LENGTH))
    await session.flush()
    return token


async def step_of_token(session: AsyncSession, token: str, now: datetime) -> tuple[LoginStep, Staff] | None:
    """The log-in that waits under this token, held until the transaction ends, unless its time or tries are over."""
    query = (
        select(LoginStep, Staff)
        .join(Staff, Staff.id == LoginStep.staff_id)
        .where(LoginStep.token_hash == token_hash(token), LoginStep.expires_at > now, Staff.disabled_at.is_(None))
        .where(LoginStep.tries < STEP_TRIES)
        .with_for_update(of=LoginStep)
    )
    row = (await session.execute(query)).one_or_none()
    return (row[0], row[1]) if row is not None else None


async def first_administrator(engine: AsyncEngine) -> str | None:
    """Make the account ``admin`` in a database without an administrator; returns its one-time password, once."""
    async with engine.begin() as connection:
        await connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('first administrator'))"))
        if await connection.scalar(
            select(func.count()).where(or_(Staff.role == "administrator", Staff.login == "admin"))
        ):
            return None
        password = new_password()
        row = {
            "login": "admin",
            "name": "Quản trị",
            "role": "administrator",
            "password": _hasher.hash(password),
        }
        await connection.execute(insert(Staff).values(**row))
    return password


def token_hash(token: str) -> bytes:
    """What is kept of a token: whoever reads the database can't use it."""
    return hashlib.sha256(token.encode()).digest()
