"""The language: the first question, in both scripts, and changeable at any moment."""

from content.catalogue import LANGUAGES, tell
from content.language_words import named_language
from content.options import choose
from content.understand import understand
from handlers import opening, questions
from handlers.talk import Choice, Talk

KEEPABLE = ("register_job", "register_training", "register_overseas", "loans", "notices", "staff_contact")


def ask_language(talk: Talk, guess: str | None) -> None:
    """Greet in both languages, the likelier first, and ask which to use."""
    order = sorted(LANGUAGES, key=lambda lang: lang != guess)
    # the second greeting is short: on a small phone both buttons are to be seen
    keys = ("welcome.language", "welcome.language_too") if talk.account.lang is None else ("language.ask",) * 2
    words = [tell(lang, key, office=talk.office.names[lang]) for lang, key in zip(order, keys, strict=True)]
    greeting = "\n\n".join(words)
    talk.send(greeting, [Choice(tell(lang, f"choice.language.{lang}"), f"lang:{lang}") for lang in order])
    talk.data["lang_order"] = order


def read_language(talk: Talk, text: str) -> str | None:
    """The language that the words, or the number of a shown choice, name."""
    order = talk.data.get("lang_order", LANGUAGES)
    return named_language(text) or choose("language", tuple(order), text)


def keep_wish(talk: Talk, text: str) -> None:
    """Remember what a newcomer's first words wished or asked, to go there once the language is known."""
    wish = understand(text, talk.lang).intent
    if question := questions.question_in(talk, text):
        questions.keep(talk, question)
    elif wish in KEEPABLE:
        talk.data["wish"] = opening.wish_in(talk, wish, text)


def set_language(talk: Talk, lang: str) -> None:
    """Speak ``lang`` from now on."""
    talk.account.lang = lang
    talk.data.pop("lang_order", None)
    talk.toast(talk.text("language.set"))
