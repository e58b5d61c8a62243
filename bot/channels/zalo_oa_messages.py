"""Messages in the Official Account's own shape: text with up to five buttons, pictures, files, the card that asks."""

from collections.abc import Sequence
from typing import Any

from bot.channels.limits import zalo_oa as limits
from bot.channels.zalo_text import as_lines, clip, is_numbered, nfc, split

Json = dict[str, Any]
TAP = "#"
"""Begins what a tapped button sends, since it comes back as an ordinary message."""


def texts(words: str, buttons: Sequence[Json], *, taps: bool) -> list[Json]:
    """The messages for words and choices; buttons are on the last one, and what does not fit on them is written out."""
    shown = _fitting(buttons) if taps else []
    if len(shown) < len(buttons) or any(len(nfc(button["text"])) > limits.TITLE for button in buttons):
        words = f"{words}\n\n{as_lines(buttons)}"
    messages: list[Json] = [{"text": piece} for piece in split(words, limits.TEXT)]
    if shown and messages:
        payload = {"buttons": [_button(button) for button in shown]}
        messages[-1]["attachment"] = {"type": "template", "payload": payload}
    return messages


def _fitting(buttons: Sequence[Json]) -> list[Json]:
    """As many as there may be: those without a number first, since only the others can be answered by one."""
    usable = [button for button in buttons if "callback_data" in button or "url" in button]
    if len(usable) <= limits.BUTTONS:
        return usable
    plain = [button for button in usable if not is_numbered(button)][: limits.BUTTONS]
    numbered = [button for button in usable if is_numbered(button)][: limits.BUTTONS - len(plain)]
    return numbered + plain


def _button(button: Json) -> Json:
    title = clip(button["text"], limits.TITLE)
    if url := button.get("url"):
        return {"title": title, "type": "oa.open.url", "payload": {"url": url}}
    # hidden: the person would see the payload as words of their own
    return {"title": title, "type": "oa.query.hide", "payload": TAP + button["callback_data"]}


def ask_info(title: str, words: str, image: str) -> Json:
    """The card by which a person gives name and number with one tap."""
    element = {"title": clip(title, limits.INFO_TITLE), "subtitle": clip(words, limits.INFO_SUBTITLE)}
    payload = {"template_type": "request_user_info", "elements": [element | {"image_url": image}]}
    return {"attachment": {"type": "template", "payload": payload}}


def picture(caption: str, **source: str) -> Json:
    """A picture by ``url`` or by ``attachment_id``."""
    element = {"media_type": "image", **source}
    attachment = {"type": "template", "payload": {"template_type": "media", "elements": [element]}}
    return {"attachment": attachment} | ({"text": nfc(caption)} if caption else {})


def file(token: str) -> Json:
    """A file that was uploaded."""
    return {"attachment": {"type": "file", "payload": {"token": token}}}
