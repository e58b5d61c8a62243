"""The web server's routes: the chat, the desk, webhooks, health and metrics."""

from datetime import timedelta
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from bot import clips
from bot.assembly import Program
from bot.bodies import BodyLimits
from bot.channels import telegram, zalo_bot
from bot.channels.web_chat import WebChat
from bot.channels.web_frames import CLIPS, NOTICE_FILES, PICTURES
from bot.channels.web_shared import Shared
from bot.late_desk import WithLateDesk
from bot.notice_files import NoticeFileRoute, Shelf
from bot.pictures import PictureRoute
from content.zalo_prices import Terms
from db.engine import is_away
from db.web_chat import CHANNEL

if TYPE_CHECKING:
    from desk.app import DeskAdmin


def make_app(program: Program) -> Starlette:
    """Build the ASGI application."""
    chat = web_chat_of(program)
    zipped = [Middleware(GZipMiddleware, minimum_size=1000)]
    pages = Starlette(routes=chat.routes(), middleware=zipped)

    def desk() -> Starlette:
        app = Starlette(middleware=zipped)
        _desk(program).mount_to(app)
        return app

    routes: list[BaseRoute] = [
        Route("/healthz", healthz),
        Route("/readyz", _Ready(program).answer),
        Route("/metrics", metrics),
        *_webhooks(program),
        Route(f"{CLIPS}{{name:path}}", clips.show),
        Route(f"{PICTURES}{{name}}", PictureRoute(program.seal, program.settings.public_url).show),
        Route(f"{NOTICE_FILES}{{name}}", NoticeFileRoute(Shelf(program.engine, program.files, program.seal)).show),
        Mount("/", WithLateDesk(pages, desk)),
    ]
    app = Starlette(routes=routes, middleware=[Middleware(BodyLimits)])
    app.state.chat = chat
    return app


def _webhooks(program: Program) -> list[BaseRoute]:
    settings, routes = program.settings, list[BaseRoute]()
    if telegram.CHANNEL in program.bots and settings.telegram_mode == "webhook":
        assert settings.telegram_webhook_secret is not None, "checked at the start"
        secret = settings.telegram_webhook_secret.get_secret_value()
        hook = telegram.Webhook(program.bots[telegram.CHANNEL], program.intake, secret)
        routes.append(Route("/telegram/webhook", hook.take, methods=["POST"]))
    if program.zalo is not None:
        door = program.zalo.webhook
        routes.append(Route("/zalo/oa/webhook", door.take, methods=["POST"]))
        routes.append(Route("/zalo/oa/webhook", door.ping, methods=["GET"]))
    return [*routes, *_zalo_bot_webhook(program)]


def _zalo_bot_webhook(program: Program) -> list[BaseRoute]:
    settings, bot = program.settings, program.bots.get(zalo_bot.CHANNEL)
    if not isinstance(bot, zalo_bot.ZaloBot) or settings.zalo_bot_mode != "webhook":
        return []
    assert settings.zalo_bot_webhook_secret is not None, "checked at the start"
    secret = settings.zalo_bot_webhook_secret.get_secret_value()
    hook = zalo_bot.Webhook(bot, program.intake, program.tasks, secret)
    return [Route("/zalo/bot/webhook", hook.take, methods=["POST"])]


def _desk(program: Program) -> "DeskAdmin":
    from desk.app import make_desk

    settings = program.settings
    return make_desk(
        program.engine,
        program.seal,
        program.files,
        secret=settings.secret(),
        clock=program.clock,
        title=program.office.names,
        secure=settings.url.startswith("https:"),
        zone=settings.zone,
        channels=list(program.bots),
        second_person_above=settings.second_person_above,
        promise=program.office.promise,
        role_names=settings.role_names,
        second_roles=settings.second_roles,
        second_grace=timedelta(days=settings.second_factor_grace_days),
        zalo=Terms(
            settings.zalo_oa_monthly_budget, settings.zalo_oa_plan, settings.zone, is_on=program.zalo is not None
        ),
    )


def web_chat_of(program: Program) -> WebChat:
    """The web chat's endpoints."""
    shared = Shared(
        program.bots[CHANNEL],
        program.sockets,
        program.intake,
        program.engine,
        program.files,
        program.clock,
        program.tasks,
    )
    return WebChat(shared, program.office.names, secure=program.settings.url.startswith("https:"))


async def healthz(_: Request) -> Response:
    """The process is alive."""
    return PlainTextResponse("ok")


class _Ready:
    """The process can do its work: its database answers."""

    def __init__(self, program: Program) -> None:
        self._engine = program.engine

    async def answer(self, _: Request) -> Response:
        """200 or 503."""
        try:
            async with self._engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
        except Exception as error:
            if not is_away(error):
                raise
            return JSONResponse({"database": "away"}, status_code=503)
        return JSONResponse({"database": "ok"})


async def metrics(_: Request) -> Response:
    """Counts for Prometheus."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
