"""Connections to PostgreSQL: the address, the pool, and the database itself, made when missing."""

import re

import asyncpg
import orjson
from sqlalchemy import make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as SQLTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

NAME = "vieclam"

_AWAY = (InterfaceError, OperationalError, SQLTimeout, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
_AWAY_STATES = ("08", "53", "57P0", "25006")
"""SQLSTATEs, or their beginnings, of a server that is stopping, full, or only to be read from."""


def is_away(error: BaseException) -> bool:
    """Whether the server can't be reached or can't work just now, so that the same work may succeed later."""
    if isinstance(error, (*_AWAY, TimeoutError)):
        return True
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or (error.orig is not None and _is_away_state(error.orig))
    return _is_away_state(error)


def _is_away_state(error: BaseException) -> bool:
    state = getattr(error, "sqlstate", None)
    return isinstance(state, str) and state.startswith(_AWAY_STATES)


def asyncpg_url(address: str) -> URL:
    """Read a ``postgresql://`` address, with any or no driver named, as one for asyncpg."""
    url = make_url(re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql+asyncpg://", address))
    return url if url.database else url.set(database=NAME)


async def ensure_database(address: str, name: str = NAME) -> URL:
    """Create the database ``name`` on our own server when it is not there, and return its address.

    Its locale is PostgreSQL's own C.UTF-8, which lower-cases Vietnamese alike on every machine.
    """
    url = asyncpg_url(address)
    engine = create_async_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            found = await connection.scalar(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name})
            if not found:
                await connection.exec_driver_sql(
                    f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8' "
                    "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"
                )
    finally:
        await engine.dispose()
    return url.set(database=name)


def make_engine(url: URL, *, pool_size: int = 16) -> AsyncEngine:
    """Open the pool. JSON goes through orjson: it is in every turn."""
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=10,
        hide_parameters=True,  # an error's text goes into the log, and what people wrote must not
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
        connect_args={"server_settings": {"application_name": NAME}},
    )
