"""Somebody who registers again and again, answers each question once, and remembers what they answered."""

import itertools

from telegram import Message

from tests.standins.telegram import NoReply, Person

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
UNSEEN = "nên chưa được ghi"
PATIENCE = 60


class Persona:
    """One worker under an unreliable program."""

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

    def newest(self) -> dict[str, dict[str, str]]:
        """The last finished registration of each kind."""
        return dict(self.finished)

    async def live(self) -> None:
        """Register in turns for work and for training until told to stop."""
        await self._say("/start")
        await self._hear("muốn dùng tiếng nào")
        await self._say("1")
        for number in itertools.count():
            await self._hear("Anh/chị cần gì", "còn cần gì nữa không")
            if self.may_stop and len(self.finished) >= 2:
                return
            await self._call_for_help()
            await self._say("2" if number % 2 else "1")
            await self._register()

    async def _call_for_help(self) -> None:
        self.asked_for_help += 1
        await self._say("gặp cán bộ")
        await self._hear("Số điện thoại")
        await self._say("menu")
        await self._hear("Anh/chị cần gì")

    async def _register(self) -> None:
        self._answered = ""
        while not await self._step(await self._next()):
            pass

    async def _step(self, words: str) -> bool:
        """Answer one message; True when the registration has been received."""
        if "Đã nhận đăng ký" in words or "Đã cập nhật đăng ký" in words:
            self.finished.append(self._wish)
            return True
        if UNSEEN in words:
            self._answered = ""
        elif "đồng ý không" in words:
            await self._once("consent", "tôi đồng ý")
        elif "Đúng chưa" in words:
            await self._once("review", "1")
        else:
            await self._answer(words)
        return False

    async def _answer(self, words: str) -> None:
        for part, (kind, key) in WISHES.items():
            if part in words and self._answered != part:
                wish = f"nghề thứ {next(self._numbers)}"
                self._wish = kind, {key: wish}
                await self._once(part, wish)
        for part, answer in QUESTIONS.items():
            if part in words:
                await self._once(part, answer)

    async def _once(self, question: str, answer: str) -> None:
        """A question that comes again after a crash has been answered already."""
        if self._answered != question:
            self._answered = question
            await self._say(answer)

    async def _say(self, words: str) -> None:
        self.sent += 1
        await self.person.say(words)

    async def _next(self) -> str:
        message: Message = await self.person.reply(PATIENCE)
        return message.text or ""

    async def _hear(self, *parts: str) -> None:
        """Skip what comes until one of these is said."""
        while True:
            words = await self._next()
            if any(part in words for part in parts):
                return
            if UNSEEN in words:
                raise NoReply(f"words were taken for unseen:\n{self.person.transcript()}")
