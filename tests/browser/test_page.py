"""What the web chat promises a worker: nothing typed is lost or sent twice, what was said stays readable."""

import re

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.mock_chat import STRINGS, MockChat

CHOICES = [[{"label": "1. Nam", "data": "sex:m"}], [{"label": "2. Nữ", "data": "sex:f"}]]
# A valid 1x1 PNG.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cfc0000003010100c9fe92ef"
    "0000000049454e44ae426082"
)


def draft(page: Page) -> Locator:
    return page.get_by_role("textbox", name=STRINGS["input_label"]["vi"])


def write(page: Page, text: str) -> None:
    draft(page).fill(text)
    draft(page).press("Enter")


def own(page: Page, text: str, state: str) -> Locator:
    """The worker's bubble with this text in this state."""
    return page.locator(f".row.worker[data-state={state}]").filter(has_text=text)


def kept(page: Page, name: str) -> list[str]:
    """The keys of this list on the phone."""
    keys: list[str] = page.evaluate("Object.keys(localStorage)")
    return [key for key in keys if key.startswith(f"chat.{name}.")]


def shell_kept(page: Page) -> None:
    """Returns when the service worker answers for this page."""
    page.evaluate(
        """() => new Promise((done) => {
            navigator.serviceWorker.addEventListener("controllerchange", () => done());
            if (navigator.serviceWorker.controller) done();
        })"""
    )


def test_a_text_is_sent_and_marked_when_the_server_has_it(page: Page, chat: MockChat) -> None:
    number = chat.push("Bà con cần gì?")
    expect(page.get_by_text("Bà con cần gì?")).to_be_visible()
    write(page, "Tôi cần việc làm")
    expect(own(page, "Tôi cần việc làm", "sent")).to_be_visible()
    [frame] = chat.stored.values()
    assert frame["text"] == "Tôi cần việc làm"
    assert frame["seen"] == number
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", frame["id"])
    chat.wait(lambda seen: {"type": "got", "up_to": number} in seen.received)


def test_the_same_text_is_stored_once_when_the_line_goes_before_the_answer(page: Page, chat: MockChat) -> None:
    chat.deaf = True
    write(page, "Tôi muốn học nghề")
    chat.wait(lambda seen: len([frame for frame in seen.received if frame["type"] == "text"]) >= 2)
    chat.deaf = False
    expect(own(page, "Tôi muốn học nghề", "sent")).to_have_count(1)
    assert chat.said() == ["Tôi muốn học nghề"]


def test_words_written_offline_survive_a_reload_and_leave_once(
    page: Page, chat: MockChat, phone: BrowserContext
) -> None:
    shell_kept(page)
    chat.down = True
    phone.set_offline(True)
    expect(page.get_by_role("status").filter(has_text=STRINGS["offline"]["vi"])).to_be_visible()
    write(page, "một")
    write(page, "hai")
    page.reload()
    expect(own(page, "một", "waiting")).to_be_visible()
    expect(own(page, "hai", "waiting")).to_contain_text(STRINGS["waiting"]["vi"])
    chat.down = False
    phone.set_offline(False)
    expect(own(page, "hai", "sent")).to_be_visible()
    assert chat.said() == ["một", "hai"]
    assert kept(page, "queue") == []


def test_a_lost_line_is_told_and_found_again(page: Page, chat: MockChat) -> None:
    chat.down = True
    chat.cut()
    line = page.locator("#status")
    expect(line).to_have_text(STRINGS["reconnecting"]["vi"])
    chat.down = False
    expect(line).to_have_text(STRINGS["online"]["vi"])
    expect(line).to_have_text("")


def test_the_transcript_is_back_at_once_without_a_server(page: Page, chat: MockChat, phone: BrowserContext) -> None:
    chat.push("Bà con là nam hay nữ?", choices=CHOICES)
    page.get_by_role("button", name="1 Nam").click()
    expect(own(page, "Nam", "sent")).to_be_visible()
    shell_kept(page)
    chat.down = True
    phone.set_offline(True)
    page.reload()
    expect(page.get_by_text("Bà con là nam hay nữ?")).to_be_visible()
    expect(own(page, "Nam", "sent")).to_be_visible()
    expect(page.locator(".choice.chosen")).to_have_text(re.compile("Nam"))


def test_only_what_is_new_is_asked_for_after_a_reload(page: Page, chat: MockChat) -> None:
    last = [chat.push(text) for text in ("một", "hai")][-1]
    chat.wait(lambda seen: {"type": "got", "up_to": last} in seen.received)
    page.reload()
    chat.wait(lambda seen: any(frame.get("after") == last for frame in seen.received))
    expect(page.locator(".row.office")).to_have_count(2)


def test_a_hundred_entries_are_kept(page: Page, chat: MockChat) -> None:
    for number in range(1, 106):
        chat.push(f"tin {number}")
    expect(page.locator(".row")).to_have_count(100)
    expect(page.locator(".row").last).to_contain_text("tin 105")
    assert len(kept(page, "log")) == 100


def test_a_tap_is_echoed_marked_and_sent_once(page: Page, chat: MockChat) -> None:
    number = chat.push("Bà con là nam hay nữ?", choices=CHOICES)
    page.get_by_role("button", name="2 Nữ").dblclick()
    expect(own(page, "Nữ", "sent")).to_have_count(1)
    expect(page.get_by_role("button", name=f"2 Nữ {STRINGS['chosen']['vi']}")).to_be_visible()
    [frame] = chat.stored.values()
    assert (frame["type"], frame["data"], frame["message"]) == ("tap", "sex:f", number)


def test_older_choices_look_past_and_still_answer(page: Page, chat: MockChat) -> None:
    first = chat.push("Câu một", choices=[[{"label": "1. Có", "data": "yes"}]])
    chat.push("Câu hai", choices=[[{"label": "1. Không", "data": "no"}]])
    expect(page.locator(".row.past")).to_have_count(1)
    page.get_by_role("button", name="1 Có").click()
    expect(own(page, "Có", "sent")).to_be_visible()
    assert [frame["message"] for frame in chat.stored.values()] == [first]


def test_a_refused_text_says_why_and_is_not_sent_again(page: Page, chat: MockChat) -> None:
    chat.answer = {"type": "refused", "text": "Tin dài quá."}
    write(page, "dài")
    expect(own(page, "dài", "refused")).to_contain_text("Tin dài quá.")
    assert kept(page, "queue") == []


def test_a_text_that_must_wait_goes_later_and_before_the_next(page: Page, chat: MockChat) -> None:
    chat.answer = {"type": "wait", "seconds": 1}
    write(page, "trước")
    write(page, "sau")
    expect(own(page, "sau", "sent")).to_be_visible()
    assert chat.said() == ["trước", "sau"]


def test_two_tabs_keep_one_transcript_and_one_queue(page: Page, chat: MockChat, phone: BrowserContext) -> None:
    other = phone.new_page()
    other.goto(chat.url)
    chat.wait(lambda seen: len(seen.lines) == 2)
    chat.push("Có phiên việc làm")
    write(page, "dạ")
    for tab in (page, other):
        expect(tab.get_by_text("Có phiên việc làm")).to_have_count(1)
        expect(own(tab, "dạ", "sent")).to_have_count(1)
    assert chat.said() == ["dạ"]


def test_clear_forgets_everything_kept_on_this_phone(page: Page, chat: MockChat) -> None:
    chat.push("Bà con tên gì?")
    write(page, "Sơn Thị Lan")
    expect(own(page, "Sơn Thị Lan", "sent")).to_be_visible()
    draft(page).fill("dở dang")
    chat.tell({"type": "clear"})
    expect(page.locator(".row")).to_have_count(0)
    expect(draft(page)).to_have_value("")
    assert page.evaluate("Object.keys(localStorage)") == []


def test_the_draft_is_kept_and_shift_enter_makes_a_line(page: Page, chat: MockChat) -> None:
    draft(page).press_sequentially("dòng một")
    draft(page).press("Shift+Enter")
    draft(page).press_sequentially("dòng hai")
    page.reload()
    expect(draft(page)).to_have_value("dòng một\ndòng hai")
    draft(page).press("Enter")
    expect(own(page, "dòng hai", "sent")).to_be_visible()
    assert chat.said() == ["dòng một\ndòng hai"]


def test_markup_is_shown_as_text(page: Page, chat: MockChat) -> None:
    attack = "<img src=x onerror=\"document.title='hacked'\"><b>đậm</b>"
    file = {"kind": "file", "url": "/x", "name": attack}
    chat.push(attack, choices=[[{"label": attack, "data": "x"}]], media=[file])
    chat.tell({"type": "toast", "text": attack})
    write(page, attack)
    expect(page.locator(".office .text")).to_have_text(attack)
    expect(page.locator(".choice .label").last).to_have_text(attack)
    expect(own(page, attack, "sent")).to_be_visible()
    assert page.locator("#log .row :is(b, img)").count() == 0
    assert page.title() == STRINGS["title"]["vi"]


def test_only_safe_addresses_become_links(page: Page, chat: MockChat) -> None:
    text = (
        "Gọi 0912 345 678 hoặc 0294.3855.246, +84 912 345 678. Xem https://example.vn/viec?a=1.\n"
        "Giá 100.000.000 đồng ngày 08.10.2026 15 giờ, javascript:alert(1), http://example.vn"
    )
    chat.push(
        text,
        choices=[[{"label": "Mở", "url": "javascript:alert(1)"}], [{"label": "Web", "url": "https://a.vn/"}]],
    )
    expect(page.locator(".office .text")).to_have_text(text)
    links = page.locator(".office .text a").evaluate_all("all => all.map((a) => [a.textContent, a.href])")
    assert links == [
        ["0912 345 678", "tel:0912345678"],
        ["0294.3855.246", "tel:02943855246"],
        ["+84 912 345 678", "tel:0912345678"],
        ["https://example.vn/viec?a=1", "https://example.vn/viec?a=1"],
    ]
    assert page.locator("a.choice").evaluate_all("all => all.map((a) => a.getAttribute('href'))") == [
        None,
        "https://a.vn/",
    ]


def test_header_buttons_send_their_commands(page: Page, chat: MockChat) -> None:
    page.get_by_role("button", name=STRINGS["staff"]["vi"]).click()
    expect(own(page, STRINGS["say_staff"]["vi"], "sent")).to_be_visible()
    page.get_by_role("button", name=STRINGS["language"]["vi"]).click()
    expect(own(page, STRINGS["say_language"]["vi"], "sent")).to_be_visible()
    assert chat.said() == ["/nguoi", "/lang"]


def test_the_page_changes_language_at_once_and_remembers(page: Page, chat: MockChat) -> None:
    chat.lang = "km"
    chat.tell({"type": "lang", "lang": "km"})
    expect(page.get_by_role("heading", level=1)).to_have_text(STRINGS["title"]["km"])
    expect(page.locator("html")).to_have_attribute("lang", "km")
    page.reload()
    expect(page.get_by_role("button", name=STRINGS["staff"]["km"])).to_be_visible()


def test_the_keys_offered_follow_the_question(page: Page, chat: MockChat) -> None:
    chat.push("Số điện thoại của bà con?", ask="phone")
    expect(draft(page)).to_have_attribute("inputmode", "tel")
    write(page, "0912345678")
    expect(draft(page)).to_have_attribute("inputmode", "text")


def test_reading_above_is_not_disturbed_by_new_messages(page: Page, chat: MockChat) -> None:
    for number in range(30):
        chat.push(f"tin {number}")
    expect(page.get_by_text("tin 29")).to_be_in_viewport()
    page.locator("#log").evaluate("(log) => { log.scrollTop = 0; }")
    chat.push("tin mới nhất")
    pill = page.get_by_role("button", name=STRINGS["new_message"]["vi"])
    expect(pill).to_be_visible()
    assert page.locator("#log").evaluate("(log) => log.scrollTop") == 0
    pill.click()
    expect(page.get_by_text("tin mới nhất")).to_be_in_viewport()
    expect(pill).to_be_hidden()


def test_choices_below_the_screen_are_pointed_to(page: Page, chat: MockChat) -> None:
    lines = [[{"label": f"{number}. việc số {number}", "data": f"go:{number}"}] for number in range(1, 9)]
    chat.push("Anh/chị cần gì?\n" * 6, choices=lines)
    arrow = page.get_by_role("button", name=STRINGS["more_below"]["vi"])
    expect(arrow).to_be_visible()
    expect(page.get_by_role("button", name="việc số 8")).not_to_be_in_viewport()
    arrow.click()
    expect(page.get_by_role("button", name="việc số 8")).to_be_in_viewport()
    expect(arrow).to_be_hidden()


def test_a_photo_is_sent_with_its_id(page: Page, chat: MockChat) -> None:
    page.get_by_label(STRINGS["photo"]["vi"]).set_input_files(
        {"name": "anh.png", "mimeType": "image/png", "buffer": PIXEL}
    )
    expect(own(page, STRINGS["photo_sent"]["vi"], "sent")).to_be_visible()
    [sent] = chat.uploads
    assert (sent["kind"], sent["seen"]) == ("photo", "0")
    assert sent["size"] > 0


def test_a_photo_waits_through_a_reload(page: Page, chat: MockChat) -> None:
    chat.upload_status = 503
    page.get_by_label(STRINGS["photo"]["vi"]).set_input_files(
        {"name": "anh.png", "mimeType": "image/png", "buffer": PIXEL}
    )
    chat.wait(lambda seen: seen.uploads)
    chat.upload_status = 200
    page.reload()
    expect(own(page, STRINGS["photo_sent"]["vi"], "sent")).to_be_visible()
    first, second = chat.uploads
    assert first == second


def test_a_file_too_large_for_the_server_is_told(page: Page, chat: MockChat) -> None:
    chat.upload_status = 413
    page.get_by_label(STRINGS["photo"]["vi"]).set_input_files(
        {"name": "anh.png", "mimeType": "image/png", "buffer": PIXEL}
    )
    expect(own(page, STRINGS["photo_sent"]["vi"], "refused")).to_contain_text(STRINGS["too_big"]["vi"])


def test_a_voice_is_recorded_and_sent(page: Page, chat: MockChat) -> None:
    page.get_by_role("button", name=STRINGS["voice"]["vi"]).click()
    expect(page.locator("#record-time")).to_have_text("0:01")
    page.get_by_role("button", name=STRINGS["record_send"]["vi"], exact=True).click()
    expect(own(page, STRINGS["voice_sent"]["vi"], "sent")).to_be_visible()
    [sent] = chat.uploads
    assert sent["kind"] == "voice"
    assert sent["size"] > 0


def test_a_phone_the_server_does_not_know_gets_a_new_cookie(page: Page, chat: MockChat) -> None:
    asked = chat.requested.count("/")
    chat.stranger = True
    chat.cut()
    write(page, "chào")
    chat.wait(lambda seen: seen.requested.count("/") > asked and seen.said() == ["chào"])
    expect(own(page, "chào", "sent")).to_have_count(1)


def test_a_message_longer_than_the_screen_is_shown_from_its_beginning(page: Page, chat: MockChat) -> None:
    chat.push("Dòng đầu\n" + "dòng\n" * 60)
    expect(page.get_by_text("Dòng đầu")).to_be_visible()
    top = page.locator(".office .bubble").evaluate("(node) => node.getBoundingClientRect().top")
    assert top >= page.locator("#log").evaluate("(node) => node.getBoundingClientRect().top")


def test_where_the_worker_came_from_is_told_once(browser: Browser, chat: MockChat) -> None:
    phone = browser.new_context(locale="vi-VN")
    page = phone.new_page()
    page.goto(chat.url + "?s=ap-kosla")
    chat.wait(lambda seen: seen.lines)
    write(page, "chào")
    chat.wait(lambda seen: seen.said())
    page.reload()
    chat.wait(lambda seen: len([frame for frame in seen.received if frame["type"] == "hello"]) == 2)
    hellos = [frame for frame in chat.received if frame["type"] == "hello"]
    assert [(hello["source"], hello["lang"]) for hello in hellos] == [("ap-kosla", "vi-VN"), (None, "vi-VN")]
    assert page.url == chat.url
    phone.close()
