"""Saying how the help was: a face, by tap, number or word, and after it a sentence or a person, if one likes."""

from collections.abc import Sequence

from content.commands import command
from content.options import choose
from db.asking_ratings import keep_score, keep_words
from db.person_talks import KEY
from db.ratings import SCORES, Rating
from db.register import registrations_of
from handlers.again import ask_again
from handlers.menu import show_menu
from handlers.person import call_person
from handlers.rating_more import MARK, about, ask_more, ways
from handlers.stage import Stage
from handlers.talk import Choice, Talk

FACES = {"😊": "good", "🙂": "good", "😀": "good", "👍": "good", "❤": "good", "😐": "fair", "😞": "bad", "☹": "bad",
         "😡": "bad", "👎": "bad"}  # fmt: skip


async def tapped(talk: Talk, parts: Sequence[str]) -> bool:
    """Act on a tap under the question, or under what followed it; False for a tap that means nothing."""
    match parts:
        case [number, what] if number.isascii() and number.isdecimal() and len(number) < 19:
            if what not in (*SCORES, "call", "skip"):
                return False
            await _act(talk, await _asked(talk, int(number)), what)
            return True
    return False


async def _act(talk: Talk, rating: Rating | None, what: str) -> None:
    if rating is None:
        _end(talk, "after.gone")
    elif what == "call":
        await _call(talk, rating)
    elif what == "skip":
        _end(talk, "rating.thanks")
    else:
        await keep_score(talk.turn.session, rating, what, talk.now)
        _follow(talk, rating)


async def hear(talk: Talk, text: str) -> bool:
    """Take a word or a drawn face for an answer, while ours is the newest question; False for anything else."""
    offered: list[list[str]] = talk.data.get("offered", [])
    number = next((data.split(":")[1] for _, data in offered if data.startswith("rate:")), None)
    score = _score(text) if number is not None else None
    return score is not None and await tapped(talk, [str(number), score])


async def take_words(talk: Talk, text: str) -> None:
    """Keep the sentence with the case; a face corrects what was said, and "skip" leaves it at that."""
    number, score = about(talk)
    way = "skip" if command(text) == "skip" else choose("rating_more", ways(score), text)
    way = way or choose("rating_more", ("call",), text)
    rating = await _asked(talk, number)
    if what := way or _score(text):
        await _act(talk, rating, what)
    elif rating is None:
        _end(talk, "after.gone")
    else:
        keep_words(rating, text)
        _end(talk, "rating.kept")


def _follow(talk: Talk, rating: Rating) -> None:
    """After the face: room for a sentence, unless something else is open here."""
    here = talk.account.state in (None, Stage.rating.state)
    if here and KEY not in talk.data:
        talk.account.state = Stage.rating.state
        talk.data[MARK] = [rating.id, rating.score]
        ask_more(talk)
    elif rating.score == "bad":
        talk.say("rating.sorry", below=(Choice(talk.text("choice.rating_more.call"), f"rate:{rating.id}:call"),))
        ask_again(talk)
    else:
        _end(talk, "rating.thanks")


async def _call(talk: Talk, rating: Rating) -> None:
    """A person calls: a request like any other, with the case's number."""
    if talk.account.state == Stage.rating.state:
        talk.account.state = None
    state = talk.account.state
    await call_person(talk, topic=f"registration:{rating.registration_id}")
    if state is not None:
        ask_again(talk)


async def _asked(talk: Talk, number: int) -> Rating | None:
    """The question, if it is about a case of one of this account's people."""
    rating = await talk.turn.session.get(Rating, number)
    mine = await registrations_of(talk.turn.session, await talk.turn.identity_id())
    return rating if rating is not None and rating.registration_id in {one.id for one in mine} else None


def _score(text: str) -> str | None:
    face = FACES.get(text.strip().rstrip("\ufe0f"))
    return face or choose("rating", SCORES, text)


def _end(talk: Talk, key: str) -> None:
    if talk.account.state in (None, Stage.rating.state) and KEY not in talk.data:
        talk.data.pop(MARK, None)
        show_menu(talk, "menu.after_form", lead=(talk.text(key),))
    else:
        ask_again(talk, talk.text(key))
