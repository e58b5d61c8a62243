"""Somebody who registers again and again, answers each question once, and remembers what they answered."""

import asyncio
import itertools

from telegram import Message

from tests.standins.telegram import Person

QUESTIONS = {
    "sinh năm nào": "1990",
    "nam hay nữ": "nữ",
    "ở xã nào": "Hàm Giang",
    "ấp (khóm) nào": "ấp Chợ",
    "Họ tên của": "Thạch Thị Sa Rết",
    "bằng số nào": "không có số nào",
    "muốn làm ở đâu": "gần nhà",
    "đi học được": "cuối tuần",
    "học tới lớp mấy": "lớp 9",
    "có việc làm không": "có việc làm",
    "thuộc hộ nào": "bỏ qua",
    "dân tộc nào": "bỏ qua",
    "muốn nước nào": "nhật",
}
WISHES = {"muốn làm việc gì": ("job", "job_wanted"), "muốn học nghề gì": ("training", "course_wanted")}
STEPS = {
    "muốn dùng tiếng nào": "1",
    "đăng ký ngay": "1",
    "đồng ý không": "tôi đồng ý",
    "Đúng chưa": "1",
    "Số điện thoại": "menu",
    **QUESTIONS,
}
UNSEEN = "nên chưa được ghi"
RECEIVED = ("Đã nhận đăng ký", "Đã cập nhật đăng ký")
MENU = ("Anh/chị cần gì", "còn cần gì nữa không")
PATIENCE = 60
GLANCE = 0.05
"""Seconds for which a person looks whether more is coming, before answering the last message."""


class Persona:
    """One worker under an unreliable program: reads to the end of the chat, then answers the last thing asked."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.chat_id = person.id
        self.may_stop = False
        self.sent = 0
        self.asked_for_help = 0
        self.finished: list[tuple[str, dict[str, str]]] = []
        self._numbers = itertools.count(1)
        self._answered = ""
        self._wish: tuple[str, dict[str, str]] = ("", {})
        self._deeds = itertools.cycle(("gặp cán bộ", "1", "gặp cán bộ", "2"))

    def newest(self) -> dict[str, dict[str, str]]:
        """The last finished registration of each kind."""
        return dict(self.finished)

    async def live(self) -> None:
        """Register in turns for work and for training, and call for a person between, until told to stop."""
        await self._say("/start")
        while not (self.may_stop and len(self.finished) >= 2 and not self._wish[0]):
            await self._answer(await self._read())

    async def _answer(self, messages: list[str]) -> None:
        """Answer the last message, unless it came again after a crash and has been answered already."""
        last = messages[-1]
        if self._wish[0] and any(words in text for text in messages for words in RECEIVED):
            self.finished.append(self._wish)
            self._wish = ("", {})
        if any(UNSEEN in text for text in messages):
            self._answered = ""
        words = self._words_for(last) if last != self._answered else None
        if words:
            self._answered = last
            await self._say(words)

    def _words_for(self, question: str) -> str | None:
        """What to answer; None for words that ask nothing."""
        if any(part in question for part in MENU):
            deed = next(self._deeds)
            self.asked_for_help += deed == "gặp cán bộ"
            return deed
        for part, (kind, key) in WISHES.items():
            if part in question:
                self._wish = kind, {key: f"nghề thứ {next(self._numbers)}"}
                return self._wish[1][key]
        for part, answer in STEPS.items():
            if part in question:
                return answer
        return None

    async def _say(self, words: str) -> None:
        self.sent += 1
        await self.person.say(words)

    async def _read(self) -> list[str]:
        """Everything that came, once no more is coming."""
        messages = [await self._next()]
        while await self._more():
            messages.append(await self._next())
        return messages

    async def _more(self) -> bool:
        """Look whether more is coming, for as long as one's own words have not been taken."""
        await asyncio.sleep(GLANCE)
        while not self.person.unread and self.person.world.updates.waiting_for(self.chat_id):
            await asyncio.sleep(GLANCE)
        return bool(self.person.unread)

    async def _next(self) -> str:
        message: Message = await self.person.reply(PATIENCE)
        return message.text or ""
