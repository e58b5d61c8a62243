"""Tests with tighter limits than people meet."""

import pytest

from bot.channels.limits import web as limits


@pytest.fixture
def tight(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits of the test's own, in force before the program is there."""
    for name, value in request.param.items():
        monkeypatch.setattr(limits, name, value)


def tightly(**values: float) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("tight", [values], indirect=True)
