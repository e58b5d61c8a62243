"""Tests with tighter limits than people meet, and broadcasts on Zalo driven by hand."""

import pytest

from bot.channels.limits import web as limits
from tests.channels.rounds import Round
from tests.conftest import MovableClock, Running
from tests.conversation.zalo_phone import log_in
from tests.standins.zalo_oa import ZaloStandIn


@pytest.fixture
def tight(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits of the test's own, in force before the program is there."""
    for name, value in request.param.items():
        monkeypatch.setattr(limits, name, value)


def tightly(**values: float) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("tight", [values], indirect=True)


@pytest.fixture
async def round_(program: Running, zalo: ZaloStandIn, clock: MovableClock, monkeypatch: pytest.MonkeyPatch) -> Round:
    monkeypatch.setattr("tests.broadcasts.conftest.SERVED", ("telegram", "web", "zalo_oa"))
    await log_in(program, zalo)
    return Round(program, zalo, clock)
