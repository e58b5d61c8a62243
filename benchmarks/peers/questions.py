"""The six questions that every peer asks, with the least validation that makes sense, and the summary."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PeerQuestion:
    """One question; without choices any words answer it."""

    key: str
    prompt: str
    choices: tuple[str, ...] = ()

    def accepts(self, text: str) -> bool:
        """Whether the text is an answer."""
        return text in self.choices if self.choices else 2 <= len(text) <= 120


QUESTIONS = (
    PeerQuestion("name", "Họ tên của anh/chị là gì?"),
    PeerQuestion("birth_year", "Anh/chị sinh năm nào?"),
    PeerQuestion("commune", "Anh/chị ở xã nào?", ("Đại An", "Hàm Giang", "Tập Sơn")),
    PeerQuestion("phone", "Số điện thoại của anh/chị?"),
    PeerQuestion("market", "Anh/chị muốn đi nước nào?", ("Nhật Bản", "Hàn Quốc", "Đài Loan")),
    PeerQuestion("loan", "Anh/chị có muốn được tư vấn vay vốn không?", ("Có", "Không")),
)
ANSWERS = ("Thạch Thị Sa Rết", "1990", "Hàm Giang", "0912345678", "Nhật Bản", "Có")
REVIEW = "Xin xem lại đăng ký:"
YES = "1"
"""Confirms what the summary reads back."""
DONE = "Đã nhận đăng ký."


def summary(answers: dict[str, str]) -> str:
    """Every answer, a line each."""
    return "\n".join((REVIEW, *(f"{question.key}: {answers[question.key]}" for question in QUESTIONS)))
