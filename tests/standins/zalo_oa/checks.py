"""What Zalo checks in a message before it sends it; each refusal is an error code, a program's mistake is noted."""

from typing import Any

from tests.standins.zalo_oa.world import World

Json = dict[str, Any]
BUTTON_TYPES: dict[Any, type] = {
    "oa.query.show": str,
    "oa.query.hide": str,
    "oa.open.url": dict,
    "oa.open.phone": dict,
    "oa.open.sms": dict,
}


def message_error(world: World, message: Json) -> int:
    """The code for a message of ``message/cs``; 0 when it may go."""
    if not message.keys() <= {"text", "attachment", "quote_message_id"}:
        return mistake(world, f"unknown parts in a message: {sorted(message)}", -201)
    text = message.get("text")
    if text is not None and (not isinstance(text, str) or not text.strip()):
        return mistake(world, "an empty text", -201)
    if text is not None and len(text) > 2000:
        return mistake(world, f"a text of {len(text)} characters", -210)
    attachment = message.get("attachment")
    if attachment is None:
        return 0 if text else mistake(world, "a message without anything", -201)
    return _attachment_error(world, attachment, text)


def _attachment_error(world: World, attachment: Json, text: str | None) -> int:
    payload = attachment.get("payload")
    if not isinstance(payload, dict):
        return mistake(world, "an attachment without payload", -201)
    if attachment.get("type") == "file":
        return _asset_error(world, payload.get("token"))
    if attachment.get("type") != "template":
        return mistake(world, f"attachment {attachment.get('type')}", -233)
    match payload.get("template_type"):
        case None:
            return _buttons_error(world, payload.get("buttons"), text)
        case "media":
            return _media_error(world, payload.get("elements"))
        case "request_user_info":
            return _info_error(world, payload.get("elements"))
    return mistake(world, f"template_type {payload['template_type']}", -233)


def _buttons_error(world: World, buttons: Any, text: str | None) -> int:
    if not world.buttons_allowed:
        return -233
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 5:
        return mistake(world, "not one to five buttons", -210)
    if not text:
        return mistake(world, "buttons without text", -201)
    for button in buttons:
        if button.keys() - {"title", "type", "payload", "image_icon"}:
            return mistake(world, f"parts of a button: {sorted(button)}", -201)
        kind, payload, title = button.get("type"), button.get("payload"), button.get("title")
        if kind not in BUTTON_TYPES or not isinstance(payload, BUTTON_TYPES[kind]):
            return mistake(world, f"button {kind} with {type(payload).__name__}", -201)
        if not isinstance(title, str) or not 1 <= len(title) <= 100:
            return mistake(world, "a button's title", -201)
        if kind.startswith("oa.query") and not 1 <= len(str(payload)) <= 1000:
            return mistake(world, "a button's payload", -210)
    return 0


def _media_error(world: World, elements: Any) -> int:
    if not isinstance(elements, list) or len(elements) != 1:
        return mistake(world, "media elements", -201)
    element = elements[0]
    if ("url" in element) == ("attachment_id" in element):
        return mistake(world, "a picture by address and by id, or by neither", -201)
    if element.get("media_type") not in ("image", "gif", "sticker"):
        return mistake(world, "media_type", -201)
    return _asset_error(world, element["attachment_id"]) if "attachment_id" in element else 0


def _asset_error(world: World, asset: Any) -> int:
    uploaded = world.uploads.get(str(asset))
    if uploaded is None:
        return mistake(world, "an asset that was never uploaded", -201)
    return -100 if (world.now() - uploaded).days >= 7 else 0


def _info_error(world: World, elements: Any) -> int:
    if not isinstance(elements, list) or len(elements) != 1:
        return mistake(world, "request_user_info wants exactly one element", -201)
    element = elements[0]
    if not 1 <= len(element.get("title", "")) <= 100 or not 1 <= len(element.get("subtitle", "")) <= 500:
        return mistake(world, "title or subtitle of request_user_info", -201)
    if not str(element.get("image_url", "")).startswith("https://"):
        return mistake(world, "the picture of request_user_info", -201)
    return 0


def mistake(world: World, words: str, code: int) -> int:
    world.violations.append(words)
    return code
