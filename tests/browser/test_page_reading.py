"""Whether everyone can read and use the web chat: small screens, keys, readers, Khmer, thin networks."""

import gzip
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.mock_chat import PAGE, STRINGS, MockChat, filled_page

FONT = "/chat/static/fonts/noto-sans-khmer.woff2"
BUDGET = 60_000
CONTRAST = 4.5
LANGUAGES = ("vi", "km")
LONG = "Tôi muốn đi làm việc ở nước ngoài theo hợp đồng, hoặc học nghề ở trường trung cấp nghề của tỉnh"
CHOICES = [
    [{"label": "1. " + LONG, "data": "a"}],
    [{"label": "2. ទៅធ្វើការនៅក្រៅប្រទេសតាមកិច្ចសន្យា", "data": "b"}],
    [{"label": "Quay lại", "data": "c"}, {"label": "Bỏ qua", "data": "d"}],
]
READABLE = ".names *, .actions button, .text, .state, .choice, .number, #status, #draft, #newer, #toast"

# The contrast of each visible text against the nearest painted ground behind it (WCAG 2.2, 1.4.3).
CONTRASTS = """
(selector) => {
  const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const weights = [0.2126, 0.7152, 0.0722];
  const luminance = (colour) => weights.reduce((sum, part, at) => sum + part * light(colour[at] / 255), 0);
  const ground = (node) => {
    const colour = parse(getComputedStyle(node).backgroundColor);
    return colour.length === 4 && colour[3] === 0 ? ground(node.parentElement) : colour;
  };
  const all = [...document.querySelectorAll(selector)];
  return all.filter((node) => node.offsetParent && node.textContent).map((node) => {
    const both = [parse(getComputedStyle(node).color), ground(node)];
    const pair = both.map(luminance).sort((a, b) => b - a);
    return [node.className || node.id || node.tagName, (pair[0] + 0.05) / (pair[1] + 0.05)];
  });
}
"""


def talk(page: Page, chat: MockChat) -> None:
    """A short talk with every kind of thing in it."""
    chat.push("Bà con muốn gì?\nGọi 0912 345 678.", choices=CHOICES)
    page.locator(".row .choice").first.click()
    chat.push("Xin chờ. " + LONG, choices=CHOICES)
    chat.push("a" * 200)
    chat.tell({"type": "toast", "text": "Đã ghi"})
    expect(page.get_by_text("a" * 200)).to_be_visible()
    expect(page.locator(".row.worker[data-state=sent]")).to_be_visible()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", [320, 390, 1200])
def test_nothing_is_wider_than_the_screen(page: Page, chat: MockChat, lang: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 640})
    chat.tell({"type": "lang", "lang": lang})
    talk(page, chat)
    page.get_by_role("button", name=STRINGS["staff"][lang]).click()
    for box in ("document.documentElement", "document.body", "document.getElementById('log')"):
        assert page.evaluate(f"{box}.scrollWidth <= {box}.clientWidth"), box
    cut = page.locator("button:visible, .text, .label").evaluate_all(
        "all => all.filter((n) => n.clientWidth && n.scrollWidth > n.clientWidth + 1).map((n) => n.outerHTML)"
    )
    assert cut == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_target_is_large_enough_for_a_thumb(page: Page, chat: MockChat, lang: str) -> None:
    chat.tell({"type": "lang", "lang": lang})
    talk(page, chat)
    heights = page.locator("button:visible, .choice:visible, .round:visible, textarea").evaluate_all(
        "all => all.map((node) => [node.id || node.textContent, node.getBoundingClientRect().height])"
    )
    assert [low for low in heights if low[1] < 44] == []
    open_choices = page.locator(".row.office:not(.past) .choice").evaluate_all(
        "all => all.map((node) => node.getBoundingClientRect().height)"
    )
    assert min(open_choices) >= 48


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_enough_contrast(phone: BrowserContext, chat: MockChat, scheme: str) -> None:
    page = phone.new_page()
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    page.goto(chat.url)
    chat.wait(lambda seen: seen.lines)
    talk(page, chat)
    chat.answer = {"type": "refused", "text": "Không gửi được"}
    page.get_by_role("textbox").fill("sai")
    page.get_by_role("textbox").press("Enter")
    expect(page.locator("[data-state=refused]")).to_be_visible()
    chat.down = True
    chat.cut()
    expect(page.locator("#status")).not_to_be_empty()
    measured = page.evaluate(CONTRASTS, READABLE)
    assert len(measured) > 15
    assert [poor for poor in measured if poor[1] < CONTRAST] == []


def test_the_keyboard_reaches_everything_in_reading_order(page: Page, chat: MockChat) -> None:
    choices = [[{"label": "1. Nam", "data": "m"}], [{"label": "2. Nữ", "data": "f"}]]
    chat.push("Bà con là nam hay nữ?", choices=choices)
    expect(page.locator(".choice:visible")).to_have_count(2)
    visited = []
    for _ in range(7):
        page.keyboard.press("Tab")
        visited.append(page.evaluate("document.activeElement.id || document.activeElement.textContent"))
    assert visited == ["staff", "language", "log", "1Nam", "2Nữ", "photo", "draft"]
    page.keyboard.type("chào")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "send"
    page.keyboard.press("Enter")
    chat.wait(lambda seen: seen.said() == ["chào"])
    page.get_by_role("button", name="2 Nữ").focus()
    page.keyboard.press("Enter")
    chat.wait(lambda seen: any(frame.get("data") == "f" for frame in seen.stored.values()))
    expect(page.get_by_role("button", name="2 Nữ")).to_be_focused()


def test_the_recorder_is_left_with_escape(page: Page, chat: MockChat) -> None:
    voice = page.get_by_role("button", name=STRINGS["voice"]["vi"])
    voice.press("Enter")
    expect(page.get_by_role("button", name=STRINGS["record_send"]["vi"])).to_be_focused()
    page.keyboard.press("Escape")
    expect(voice).to_be_focused()
    assert chat.uploads == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_screen_reader_finds_names_and_roles(page: Page, chat: MockChat, lang: str) -> None:
    chat.tell({"type": "lang", "lang": lang})
    expect(page.get_by_role("log", name=STRINGS["log_label"][lang])).to_have_attribute("aria-busy", "false")
    expect(page.get_by_role("textbox", name=STRINGS["input_label"][lang])).to_be_visible()
    for key in ("staff", "language", "voice", "photo"):
        expect(page.get_by_role("button", name=STRINGS[key][lang])).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text(STRINGS["title"][lang])
    assert page.get_by_role("status").count() == 2
    talk(page, chat)
    expect(page.locator(".row.worker")).to_contain_text(STRINGS["from_you"][lang])
    expect(page.locator(".row.worker .state")).to_have_text(STRINGS["sent"][lang])
    unnamed = "svg:not([aria-hidden=true]), img:not([alt]), button:not([aria-label]):empty"
    assert page.locator(unnamed).count() == 0


def test_languages_are_marked_where_they_change(page: Page, chat: MockChat) -> None:
    chat.push("ជម្រាបសួរបងប្អូន")
    chat.push("Chào bà con", choices=CHOICES)
    expect(page.get_by_text("ជម្រាបសួរបងប្អូន", exact=True)).to_have_attribute("lang", "km")
    assert page.locator(".row .choice").nth(1).get_attribute("lang") == "km"


def test_reduced_motion_is_obeyed(phone: BrowserContext, chat: MockChat) -> None:
    page = phone.new_page()
    page.emulate_media(reduced_motion="reduce")
    page.goto(chat.url)
    chat.wait(lambda seen: seen.lines)
    chat.push("Chào bà con")
    assert page.locator(".row").evaluate("(row) => getComputedStyle(row).animationName") == "none"


def test_khmer_has_room_and_shapes(page: Page, chat: MockChat) -> None:
    chat.tell({"type": "lang", "lang": "km"})
    chat.push("ខ្មែរ ជម្រាបសួរ")
    size, height = page.locator(".office .text").evaluate(
        "(node) => [getComputedStyle(node).fontSize, getComputedStyle(node).lineHeight].map(parseFloat)"
    )
    assert size >= 18
    assert height / size >= 1.7


def test_a_phone_with_khmer_letters_fetches_none(page: Page, chat: MockChat) -> None:
    if "khmer" not in installed_fonts("lang=km").lower():
        pytest.skip("no Khmer font is installed here")
    chat.push("ជម្រាបសួរ")
    expect(page.get_by_text("ជម្រាបសួរ", exact=True)).to_be_visible()
    page.evaluate("document.fonts.ready.then(() => null)")
    assert FONT not in chat.requested


def installed_fonts(pattern: str) -> str:
    tool = shutil.which("fc-list")
    if not tool:
        pytest.skip("fontconfig is not installed here")
    return subprocess.run([tool, f":{pattern}", "file"], check=True, capture_output=True, text=True).stdout


@pytest.fixture
def poor_browser(driver: Playwright, tmp_path: Path) -> Iterator[Browser]:
    """A browser whose system has one font, with Vietnamese and no Khmer letters."""
    latin = [line.rstrip(": ") for line in installed_fonts("lang=vi").splitlines() if "Khmer" not in line]
    fonts = tmp_path / "fonts"
    fonts.mkdir()
    shutil.copy(sorted(latin)[0], fonts)
    config = tmp_path / "fonts.conf"
    config.write_text(f"<fontconfig><dir>{fonts}</dir><cachedir>{tmp_path}/cache</cachedir></fontconfig>")
    poor = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS, env={"FONTCONFIG_FILE": str(config)})
    yield poor
    poor.close()


def test_no_font_is_fetched_while_no_khmer_is_shown(poor_browser: Browser, chat: MockChat) -> None:
    page = poor_browser.new_page()
    page.goto(chat.url)
    chat.wait(lambda seen: seen.lines)
    chat.push("Chào bà con")
    expect(page.get_by_text("Chào bà con", exact=True)).to_be_visible()
    page.evaluate("document.fonts.ready.then(() => null)")
    assert FONT not in chat.requested
    chat.push("ជម្រាបសួរ")
    chat.wait(lambda seen: FONT in seen.requested)


def test_the_first_visit_is_small() -> None:
    words = filled_page("vi").encode()
    files = [path for path in PAGE.iterdir() if path.suffix in {".css", ".js", ".webmanifest"}]
    sizes = [len(gzip.compress(path.read_bytes())) for path in [*files, PAGE / "icons" / "mark.svg"]]
    assert len(files) >= 10
    assert sum(sizes) + len(gzip.compress(words)) < BUDGET


def test_the_shell_names_every_file_of_the_page() -> None:
    worker = (PAGE / "sw.js").read_text("utf-8")
    index = (PAGE / "index.html").read_text("utf-8")
    for path in (*PAGE.glob("*.js"), *PAGE.glob("*.css")):
        if path.name != "sw.js":
            assert f'"{path.name}"' in worker
            assert f"/chat/static/{path.name}" in index


def test_the_page_can_be_installed() -> None:
    manifest = json.loads((PAGE / "manifest.webmanifest").read_text("utf-8"))
    assert (manifest["start_url"], manifest["display"]) == ("/", "standalone")
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        assert (PAGE / icon["src"].removeprefix("/chat/static/")).read_bytes().startswith(b"\x89PNG")


def test_the_strict_policy_is_never_broken(page: Page, chat: MockChat) -> None:
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    before = set(chat.lines)
    page.reload()
    chat.wait(lambda seen: seen.lines and not seen.lines & before)
    talk(page, chat)
    assert complaints == []
