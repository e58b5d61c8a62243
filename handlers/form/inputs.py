"""What can come in while a form is open."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Typed:
    """Words, as the person wrote them."""

    text: str


@dataclass(frozen=True)
class Tapped:
    """A button of the question ``key`` of the form ``run``."""

    run: int
    key: str
    value: str


@dataclass(frozen=True)
class Spoken:
    """A voice note, already kept under its attachment's number: an answer that staff will listen to."""

    attachment: int


@dataclass(frozen=True)
class SharedPhone:
    """A number shared by the phone itself; ``own`` tells whether it is the sender's."""

    number: str
    own: bool


@dataclass(frozen=True)
class Back:
    """Undo one step."""


@dataclass(frozen=True)
class Skip:
    """Leave this question out."""


@dataclass(frozen=True)
class Page:
    """Show another page of the question's choices."""

    run: int
    key: str
    number: int


Input = Typed | Tapped | Spoken | SharedPhone | Back | Skip | Page
