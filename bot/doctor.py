"""What is configured, what is missing, and what to do about it."""

from sqlalchemy import text

from bot.assembly import office_of, open_engine, wall_clock
from bot.channels import zalo_oa, zalo_oa_health
from bot.channels.limits import zalo_bot
from bot.settings import Settings
from db.engine import is_away
from db.seal import Seal

GOOD, MISSING, WRONG = "✓", "–", "✗"


def fatal(settings: Settings) -> str | None:
    """What makes a start impossible, in words that say what to do; None when nothing does."""
    if settings.telegram_token and settings.telegram_mode == "webhook" and not settings.telegram_webhook_secret:
        return "TELEGRAM_MODE=webhook needs TELEGRAM_WEBHOOK_SECRET: any 1-256 letters, digits, _ and -"
    if settings.zalo_bot_token and settings.zalo_bot_mode == "webhook":
        secret = settings.zalo_bot_webhook_secret
        if secret is None or len(secret.get_secret_value()) not in zalo_bot.SECRET_LENGTHS:
            return "ZALO_BOT_MODE=webhook needs ZALO_BOT_WEBHOOK_SECRET: 8-256 characters"
    try:
        office_of(settings)
    except ValueError as error:
        return f"The office's hours or days can't be read: {error}"
    return None


async def examine(settings: Settings) -> tuple[list[str], bool]:
    """Lines for people, and whether the program can run."""
    database, database_ok = await _database(settings)
    problem = fatal(settings)
    lines = [
        database,
        _line(settings.database_url, "Database server named", "no DATABASE_URL: our own PostgreSQL is used"),
        _line(settings.telegram_token, "Telegram token", "no TELEGRAM_TOKEN: Telegram is off"),
        _line(settings.zalo_bot_token, "Zalo Bot token", "no ZALO_BOT_TOKEN: the Zalo Bot channel is off"),
        _line(settings.public_url, "Public address", "no PUBLIC_URL: links and codes point at this machine only"),
        _line(
            settings.secret_key,
            "Secret key",
            "no SECRET_KEY: one is kept beside the data; back it up with them",
        ),
        _line(settings.office_phone, "Office phone", "no OFFICE_PHONE: workers are told to ask at the commune"),
        _line(settings.office_address, "Office address", "no OFFICE_ADDRESS"),
    ]
    if database_ok:
        lines += await _zalo(settings)
    if problem:
        lines.append(f"{WRONG} {problem}")
    return lines, database_ok and problem is None


def _line(value: object, good: str, missing: str) -> str:
    return f"{GOOD} {good}" if value else f"{MISSING} {missing}"


async def _zalo(settings: Settings) -> list[str]:
    """The Official Account, asked itself where it is configured."""
    if not zalo_oa.is_configured(settings):
        return [f"{MISSING} no ZALO_OA_APP_ID, _APP_SECRET and _SECRET_KEY: Zalo's Official Account is off"]
    engine = await open_engine(settings, pool_size=2)
    try:
        async with engine.connect() as connection:
            if await connection.scalar(text("SELECT to_regclass('zalo_token')")) is None:
                return [f"{WRONG} Zalo: the database is not up to date: run `vieclam db upgrade`"]
        account = zalo_oa.make(settings, engine, Seal(settings.secret()), wall_clock)
        assert account is not None, "it is configured"
        try:
            return await zalo_oa_health.examine(account, settings, engine, wall_clock)
        finally:
            await account.client.close()
    finally:
        await engine.dispose()


async def _database(settings: Settings) -> tuple[str, bool]:
    engine = await open_engine(settings, pool_size=1)
    try:
        async with engine.connect() as connection:
            version = await connection.scalar(text("SHOW server_version"))
    except Exception as error:
        if not is_away(error):
            raise
        return f"{WRONG} The database does not answer: {type(error).__name__}", False
    finally:
        await engine.dispose()
    return f"{GOOD} PostgreSQL {version}", True
