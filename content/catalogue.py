"""The messages, by key and language; figures, dates and facts in them are formatted for the reader's language."""

import logging

from content.facts.filling import fill
from content.message_files import HERE, LANGUAGES, messages, other, read_compiled
from content.values import say

__all__ = ["HERE", "LANGUAGES", "messages", "other", "read_compiled", "say", "tell"]

log = logging.getLogger(__name__)


def tell(lang: str, key: str, **values: object) -> str:
    """Return the message ``key`` in ``lang`` with its placeholders filled; one with a dot is a fact by name.

    A key that one language lacks is answered in the other, and logged: the tests fail on it, a worker never does.
    """
    words = messages(lang).get(key)
    if words is None:
        log.error("Message %s is missing in %s", key, lang)
        words = messages(other(lang))[key]
    return fill(lang, words, values)
