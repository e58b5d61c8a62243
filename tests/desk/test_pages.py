"""Every page opens, is Vietnamese, and asks nothing of any other site."""

import re

import httpx
import pytest

from tests.desk.conftest import Browser, Enter, House

pytestmark = pytest.mark.asyncio(loop_scope="session")
PATHS = (
    "/",
    "/registrations",
    "/registration/1",
    "/help",
    "/unfinished",
    "/staff",
    "/audit",
    "/password",
    "/zalo",
    "/zalo?count=1",
    "/reach",
    "/licences",
)


@pytest.mark.parametrize("path", PATHS)
async def test_page_opens_with_nothing_from_elsewhere(house: House, enter: Enter, path: str) -> None:
    browser = await enter("administrator")
    await house.register()
    answer = await browser.get(f"/desk{path}")
    assert answer.status_code == 200
    found = re.findall(r"""(?:src|href|action|url\()\s*=?\s*["'(]?((?:https?:)?//[^"')\s]+)""", answer.text)
    assert found == []
    assert "<style" not in answer.text
    assert " style=" not in answer.text
    assert re.findall(r"<script(?! src=)", answer.text) == []
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_style_sheets_and_scripts_are_fetched_once(house: House, enter: Enter) -> None:
    browser = await enter("reader")
    page = (await browser.get("/desk/")).text
    files = re.findall(r'(?:src|href)="(/desk/static/[^"]+)"', page)
    assert len(files) >= 3
    for file in files:
        assert "?v=" in file, "a new file has a new address"
        answer = await browser.get(file)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    assert (await browser.get("/desk/static/none.css")).headers["cache-control"] == "no-store"


async def test_a_failure_is_told_without_its_details(
    house: House, enter: Enter, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> int:
        raise RuntimeError("secret detail")

    browser = await enter("office")
    monkeypatch.setattr("desk.home.count", broken)
    patient = Browser(transport=httpx.ASGITransport(house.app, raise_app_exceptions=False), cookies=browser.cookies)
    answer = await patient.get("http://desk.test/desk/")
    assert answer.status_code == 500
    assert "thử lại sau" in answer.text
    assert "secret detail" not in answer.text
    assert "secret detail" in caplog.text
