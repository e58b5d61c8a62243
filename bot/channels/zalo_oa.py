"""Zalo's Official Account: the channel put together from its settings."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channels.channel import ChannelBot
from bot.channels.zalo_oa_client import ZaloClient
from bot.channels.zalo_oa_inbox import Inbox
from bot.channels.zalo_oa_money import Purse
from bot.channels.zalo_oa_oauth import OAuth
from bot.channels.zalo_oa_reading import Reader
from bot.channels.zalo_oa_session import Habits, ZaloSession
from bot.channels.zalo_oa_templates import Templates
from bot.channels.zalo_oa_tokens import TokenKeeper
from bot.channels.zalo_oa_webhook import Webhook
from bot.intake import Intake
from bot.settings import Settings
from bot.tasks import Tasks
from db.seal import Seal
from db.zalo_people import CHANNEL as CHANNEL
from db.zalo_tokens import TokenRow

TOKEN = "2:zalo_oa"  # noqa: S105 - aiogram wants the shape of a token; Zalo's own are in the database
PICTURE = "/chat/static/icons/icon-512.png"
"""The picture on the card that asks for a number, where the settings name no other."""


@dataclass(frozen=True)
class OfficialAccount:
    """What the program runs of the channel."""

    engine: AsyncEngine
    bot: ChannelBot
    keeper: TokenKeeper
    client: ZaloClient
    oauth: OAuth
    row: TokenRow
    webhook: Webhook
    reader: Reader


def is_configured(settings: Settings) -> bool:
    """Whether the three things are there without which nothing works."""
    return bool(settings.zalo_oa_app_id and settings.zalo_oa_app_secret and settings.zalo_oa_secret_key)


def make(settings: Settings, engine: AsyncEngine, seal: Seal, clock: Callable[[], datetime]) -> OfficialAccount | None:
    """Make the channel; None where it is not configured."""
    if not (settings.zalo_oa_app_id and settings.zalo_oa_app_secret and settings.zalo_oa_secret_key):
        return None
    app, secret = settings.zalo_oa_app_id, settings.zalo_oa_app_secret.get_secret_value()
    row = TokenRow(engine, seal, app)
    oauth = OAuth(settings.zalo_oa_oauth_base, app, secret)
    keeper = TokenKeeper(engine, row, oauth, clock)
    proof = secret if settings.zalo_oa_proof else None
    client = ZaloClient(keeper, settings.zalo_oa_api_base, settings.zalo_oa_business_base, proof)
    purse = Purse(engine, settings.zalo_oa_monthly_budget, clock, settings.zone)
    templates = Templates(engine, client, purse, settings.office_name_vi, clock)
    session = ZaloSession(engine, client, purse, templates, _habits(settings), clock, app)
    webhook = Webhook(engine, app, settings.zalo_oa_secret_key.get_secret_value(), clock)
    bot, reader = ChannelBot(TOKEN, CHANNEL, session), Reader(engine, client, app, clock)
    return OfficialAccount(engine, bot, keeper, client, oauth, row, webhook, reader)


def _habits(settings: Settings) -> Habits:
    public = settings.public_url is not None and settings.url.startswith("https:")
    picture = settings.zalo_oa_picture or (settings.url + PICTURE if public else None)
    return Habits(settings.zalo_oa_buttons, picture, settings.zalo_oa_api_base.startswith("http:"))


def make_inbox(
    account: OfficialAccount,
    settings: Settings,
    engine: AsyncEngine,
    intake: Intake,
    tasks: Tasks,
    clock: Callable[[], datetime],
) -> Inbox:
    """What takes the webhook's events into the conversation."""
    quiet = timedelta(minutes=settings.zalo_oa_quiet_minutes)
    return Inbox(engine, account.bot, intake, tasks, clock, quiet)
