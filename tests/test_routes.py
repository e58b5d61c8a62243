"""The routing costs no thread: aiogram runs every filter and handler that is no coroutine in one."""

from collections.abc import Iterator

from aiogram import Router
from aiogram.dispatcher.event.handler import CallableObject

from handlers.routes import build_router


def called(router: Router) -> Iterator[CallableObject]:
    for observer in router.observers.values():
        for handler in observer.handlers:
            yield handler
            yield from handler.filters or ()
    for below in router.sub_routers:
        yield from called(below)


def test_every_filter_and_handler_is_a_coroutine() -> None:
    everything = list(called(build_router()))
    assert len(everything) > 15
    assert [one.callback for one in everything if not one.awaitable] == []
