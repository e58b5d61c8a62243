"""Short lessons in the chat: a card, its question, the next card; one can stop and go on any day."""

from typing import Any

from content.facts.filling import fill
from content.lesson import Lesson, Progress, answer, is_done, lessons
from handlers.clip import show_clips
from handlers.talk import Choice, Talk


def tapped(talk: Talk, rest: list[str]) -> bool:
    """Act on a lesson's button; False for one that means nothing any more."""
    match rest:
        case ["list", topic] if topic in {lesson.topic for lesson in lessons().values()}:
            show_list(talk, topic)
        case ["open" | "again" as how, key] if key in lessons():
            if how == "again":
                _keep(talk, lessons()[key], Progress())
            show_card(talk, lessons()[key])
        case ["is", key, card, chosen] if key in lessons() and card.isdecimal() and chosen.isdecimal():
            take(talk, lessons()[key], int(card), int(chosen))
        case _:
            return False
    return True


def show_list(talk: Talk, topic: str) -> None:
    """The lessons of a topic, each with how far one has come."""
    talk.account.state = None
    choices = [_choice(talk, lesson) for lesson in lessons().values() if lesson.topic == topic]
    talk.say("lesson.list", choices, _below(talk, topic))


def show_card(talk: Talk, lesson: Lesson) -> None:
    """The open card with its question; at the end, how it went."""
    talk.account.state = None
    progress = _progress(talk, lesson)
    if is_done(lesson, progress):
        _show_end(talk, lesson, progress)
        return
    card = lesson.cards[progress.card]
    place = talk.text("lesson.place", number=progress.card + 1, count=len(lesson.cards))
    talk.send(f"{lesson.title[talk.lang]} ({place})\n\n{_said(talk, card.text)}")
    show_clips(talk, lesson.key, card.key, lesson.title[talk.lang])
    choices = [
        Choice(_said(talk, choice.words), f"lesson:is:{lesson.key}:{progress.card}:{at}")
        for at, choice in enumerate(card.answers)
    ]
    talk.send(_said(talk, card.question), choices, _below(talk, lesson.topic))


def take(talk: Talk, lesson: Lesson, at: int, chosen: int) -> None:
    """Take an answer to the open card; a tap on an earlier one only shows the open one again."""
    progress = _progress(talk, lesson)
    if at != progress.card or is_done(lesson, progress) or chosen >= len(lesson.cards[at].answers):
        show_card(talk, lesson)
        return
    after, right = answer(lesson, progress, chosen)
    _keep(talk, lesson, after)
    card = lesson.cards[at]
    said = talk.text("lesson.right") if right else talk.text("lesson.wrong", right=_said(talk, card.right))
    talk.send(f"{said}\n{_said(talk, card.because)}")
    show_card(talk, lesson)


def _show_end(talk: Talk, lesson: Lesson, progress: Progress) -> None:
    following = next(
        (one for one in lessons().values() if one.topic == lesson.topic and one.order > lesson.order), None
    )
    choices = [_choice(talk, following)] if following else []
    choices.append(Choice(talk.text("lesson.again"), f"lesson:again:{lesson.key}"))
    talk.say("lesson.done", choices, _below(talk, lesson.topic), right=progress.right, count=len(lesson.cards))


def _choice(talk: Talk, lesson: Lesson) -> Choice:
    progress = _progress(talk, lesson)
    mark = "✓ " if is_done(lesson, progress) else f"{progress.card}/{len(lesson.cards)} " if progress.card else ""
    return Choice(f"{mark}{lesson.title[talk.lang]}", f"lesson:open:{lesson.key}")


def _below(talk: Talk, topic: str) -> list[Choice]:
    back = Choice(talk.text(f"article.back.{topic}"), f"{topic}:home")
    return [back, Choice(talk.text("button.menu"), "go:menu")]


def _said(talk: Talk, words: Any) -> str:
    return fill(talk.lang, words[talk.lang], {})


def _progress(talk: Talk, lesson: Lesson) -> Progress:
    kept = talk.data.get("lessons", {}).get(lesson.key)
    return Progress(min(kept[0], len(lesson.cards)), kept[1]) if kept else Progress()


def _keep(talk: Talk, lesson: Lesson, progress: Progress) -> None:
    talk.data.setdefault("lessons", {})[lesson.key] = [progress.card, progress.right]
