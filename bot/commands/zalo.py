"""``zalo``: logging the Official Account in, and one more try with the tokens that are kept."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

import typer

from bot.assembly import open_engine, prepare, wall_clock
from bot.channels import zalo_oa
from bot.channels.limits import zalo_oa as limits
from bot.channels.zalo_oa_errors import ZaloAway, ZaloError
from bot.channels.zalo_oa_oauth import Grant, Refused, challenge_of, new_verifier
from bot.channels.zalo_oa_tokens import NoToken
from bot.commands import everything_is_imported
from bot.settings import Settings
from db.seal import Seal
from db.zalo_templates import templates_of

Result = TypeVar("Result")

everything_is_imported()


def log_in(*, pair: bool) -> None:
    """Walk an administrator through the consent, or take a pair of tokens from Zalo's API Explorer."""
    _with_account(_take_pair if pair else _consent)


def renew() -> None:
    """Ask for a new pair with the refresh token that is kept, also after the chain was given up."""

    async def work(account: zalo_oa.OfficialAccount, _: Settings) -> None:
        kept = await account.row.read()
        if kept is None:
            raise typer.BadParameter("nobody has logged in yet: vieclam zalo login")
        await account.row.forgive()
        renewed = await account.keeper.renew(await account.keeper.current())
        typer.echo(f"The token in force is good until {renewed.expires_at:%Y-%m-%d %H:%M} UTC.")

    _with_account(work)


def read() -> None:
    """Read the account, its plan and its templates from Zalo, and say what is there."""

    async def work(account: zalo_oa.OfficialAccount, _: Settings) -> None:
        facts = await account.reader.read()
        left = "unknown" if facts.allowance_left is None else f"{facts.allowance_left} of {facts.allowance_whole}"
        typer.echo(f"{facts.name}, plan {facts.plan} until {facts.valid_until}; left in the plan: {left}")
        for one in await templates_of(account.engine):
            wants = f", nothing fills {', '.join(one.missing)}" if one.missing else ""
            stands = one.purpose or "nothing yet"
            typer.echo(f"{one.template_id} {one.name}: {one.state}, {one.price_uid} / {one.price_phone} đồng, "
                       f"stands for {stands}{wants}")  # fmt: skip

    _with_account(work)


async def _take_pair(account: zalo_oa.OfficialAccount, _: Settings) -> None:
    typer.echo("In Zalo's console, Tools > API Explorer gives an access token and a refresh token for this app.")
    access = typer.prompt("access token", hide_input=True).strip()
    refresh = typer.prompt("refresh token", hide_input=True).strip()
    # how old it is, nobody tells: it is renewed as soon as the program looks
    await account.keeper.keep(Grant(access, refresh, limits.REST))
    await _greet(account)


async def _consent(account: zalo_oa.OfficialAccount, settings: Settings) -> None:
    verifier = await account.row.verifier(new_verifier())
    redirect, state = settings.zalo_oa_redirect or settings.url, secrets.token_urlsafe(12)
    typer.echo(
        "1. In Zalo's console, Official Account > settings, these two must be saved:\n"
        f"   callback address  {redirect}\n   code challenge    {challenge_of(verifier)}\n"
        "2. As an administrator of the Official Account open this address and agree:\n"
        f"   {account.oauth.consent_address(redirect, verifier, state)}\n"
        "3. Copy the whole address of the page on which you land; it is good for ten minutes."
    )
    code = read_code(typer.prompt("address"), state)
    await account.keeper.keep(await account.oauth.exchange(code, verifier))
    await _greet(account)


def read_code(address: str, state: str) -> str:
    """The code in the address that the consent led to. Raises ``typer.BadParameter``."""
    query = parse_qs(urlsplit(address.strip()).query)
    if query.get("state", [state]) != [state]:
        raise typer.BadParameter("this address comes from another log-in: begin again")
    if not (code := query.get("code", [""])[0]):
        raise typer.BadParameter("there is no code in this address")
    return code


async def _greet(account: zalo_oa.OfficialAccount) -> None:
    """Say whose account it is: the first call with the new token."""
    facts = await account.client.account()
    name, plan = facts.get("name", "?"), facts.get("package_name", "?")
    until = facts.get("package_valid_through_date", "?")
    typer.echo(f"Logged in: {name}, plan {plan} until {until}. The program keeps the token alive from now on.")


def _with_account(work: Callable[[zalo_oa.OfficialAccount, Settings], Awaitable[None]]) -> None:
    async def prepared() -> None:
        settings = Settings()
        engine = await open_engine(settings, pool_size=3)
        try:
            await prepare(engine)
            account = zalo_oa.make(settings, engine, Seal(settings.secret()), wall_clock)
            if account is None:
                raise typer.BadParameter("set ZALO_OA_APP_ID, ZALO_OA_APP_SECRET and ZALO_OA_SECRET_KEY first")
            try:
                await work(account, settings)
            finally:
                await account.client.close()
        finally:
            await engine.dispose()

    try:
        asyncio.run(prepared())
    except (Refused, ZaloError) as error:
        raise typer.BadParameter(f"Zalo refuses: {error}") from error
    except ZaloAway as error:
        raise typer.BadParameter(f"Zalo does not answer: {error.why}") from error
    except NoToken as error:
        raise typer.BadParameter("Zalo takes the refresh token no more: vieclam zalo login") from error
