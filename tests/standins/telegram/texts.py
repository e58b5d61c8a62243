"""Texts after entity parsing: HTML read as strictly as Telegram reads it, and the length limits."""

import html
import re
from dataclasses import dataclass, field
from typing import Any, Final

from telegram import MessageEntity

from tests.standins.telegram import wire
from tests.standins.telegram.errors import broken

MAX_TEXT: Final = 4096
"""Characters of a message after entity parsing (Bot API, sendMessage)."""
MAX_CAPTION: Final = 1024
"""Characters of a caption after entity parsing (Bot API, sendPhoto)."""

_ENTITY_OF_TAG: Final = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}  # fmt: skip
_MARKUP = re.compile(
    r"</(?P<end>[a-zA-Z][\w-]*)\s*>"
    r"|<(?P<start>[a-zA-Z][\w-]*)(?P<attributes>(?:\s+[\w-]+(?:=(?:\"[^\"]*\"|'[^']*'))?)*)\s*>"
    r"|(?P<stray><)"
    r"|(?P<reference>&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);)"
)
_ATTRIBUTE = re.compile(r"([\w-]+)(?:=(?:\"([^\"]*)\"|'([^']*)'))?")
_COMMAND = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,32}(?:@\w+)?\b")

Entities = list[dict[str, Any]]


def units(text: str) -> int:
    """Length in UTF-16 code units, which is how Telegram counts offsets."""
    return len(text.encode("utf-16-le")) // 2


@dataclass
class _Page:
    """The text written so far, with the tags still open."""

    text: str = ""
    entities: Entities = field(default_factory=list)
    open: list[tuple[str, int, dict[str, str]]] = field(default_factory=list)

    def begin(self, tag: str, attributes: str, at: int) -> None:
        name = tag.lower()
        given = {key: html.unescape(one or two) for key, one, two in _ATTRIBUTE.findall(attributes)}
        if name not in _ENTITY_OF_TAG or (name == "span" and given.get("class") != "tg-spoiler"):
            raise broken(f'can\'t parse entities: Unsupported start tag "{tag}" at byte offset {at}')
        self.open.append((name, units(self.text), given))

    def finish(self, tag: str, at: int) -> None:
        if not self.open:
            raise broken(f"can't parse entities: Unexpected end tag at byte offset {at}")
        name, start, given = self.open.pop()
        if name != tag.lower():
            raise broken(
                f'can\'t parse entities: Unmatched end tag at byte offset {at}, expected "</{name}>", found "</{tag}>"'
            )
        self._entity(name, start, given)

    def _entity(self, name: str, start: int, given: dict[str, str]) -> None:
        entity: dict[str, Any] = {"type": _ENTITY_OF_TAG[name], "offset": start}
        entity["length"] = units(self.text) - start
        if name == "a":
            if not given.get("href"):
                return
            entity["url"] = given["href"]
        if name == "tg-emoji":
            entity["custom_emoji_id"] = given.get("emoji-id", "")
        if entity["length"]:
            self.entities.append(entity)


def parse_html(source: str) -> tuple[str, Entities]:
    page, done = _Page(), 0
    for found in _MARKUP.finditer(source):
        page.text += source[done : found.start()]
        done, at = found.end(), len(source[: found.start()].encode())
        if found["end"]:
            page.finish(found["end"], at)
        elif found["start"]:
            page.begin(found["start"], found["attributes"], at)
        elif found["stray"]:
            raise broken(f'can\'t parse entities: Unsupported start tag "" at byte offset {at}')
        else:
            page.text += html.unescape(found["reference"])
    if page.open:
        name = page.open[-1][0]
        raise broken(f"can't parse entities: Can't find end tag corresponding to start tag \"{name}\"")
    page.text += source[done:]
    return page.text, sorted(page.entities, key=lambda one: (one["offset"], -one["length"]))


def read_text(params: dict[str, Any], name: str, entities: str, limit: int) -> tuple[str, Entities]:
    """The text under `name` with its entities, trimmed and measured as Telegram does."""
    text, found = _parsed(params, name, entities)
    text, found = _trimmed(text, found)
    if not text and name == "text":
        raise broken("message text is empty")
    if units(text) > limit:
        raise broken("message is too long" if name == "text" else f"message {name} is too long")
    return text, found or commands(text)


def _parsed(params: dict[str, Any], name: str, entities: str) -> tuple[str, Entities]:
    source, mode = params.get(name, ""), params.get("parse_mode", "")
    given = params.get(entities)
    if mode and given:
        raise broken(f"{entities} and parse_mode exclude each other")
    if mode.lower() == "html":
        return parse_html(source)
    if mode:
        raise broken(f"unsupported parse_mode {mode!r}: this server reads HTML only")
    for entity in given or ():
        wire.read(MessageEntity, entity, entities)
        if entity["offset"] < 0 or entity["offset"] + entity["length"] > units(source):
            raise broken(f"{entities}: entity {entity} lies outside the text")
    return source, list(given or ())


def _trimmed(text: str, entities: Entities) -> tuple[str, Entities]:
    kept = text.strip()
    if kept == text:
        return text, entities
    lead, size = units(text[: len(text) - len(text.lstrip())]), units(kept)
    moved = []
    for entity in entities:
        start = max(entity["offset"] - lead, 0)
        end = min(entity["offset"] + entity["length"] - lead, size)
        if end > start:
            moved.append(entity | {"offset": start, "length": end - start})
    return kept, moved


def commands(text: str) -> Entities:
    """The /commands that Telegram marks by itself."""
    if "/" not in text:
        return []
    return [
        {"type": "bot_command", "offset": units(text[: found.start()]), "length": units(found[0])}
        for found in _COMMAND.finditer(text)
    ]


def require_length(text: str, most: int, what: str, least: int = 0) -> None:
    if not least <= len(text) <= most:
        raise broken(f"{what} must be {least}-{most} characters long")
