"""Putting off the building of aiogram's models loses none of them."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BUILD_ALL = """
import bot.lazy_models
import inspect
import aiogram.methods, aiogram.types
from pydantic import BaseModel

found = (*vars(aiogram.types).values(), *vars(aiogram.methods).values())
kinds = {kind for kind in found if inspect.isclass(kind) and issubclass(kind, BaseModel)}
waiting = [k for k in kinds if not k.__pydantic_complete__]
assert len(waiting) > 300, "nothing was put off: " + str(len(waiting))
for kind in kinds:
    kind.model_rebuild()
assert all(kind.__pydantic_complete__ for kind in kinds)
chat = {"id": 1, "type": "private"}
answered = {"message_id": 2, "date": 0, "chat": chat}
message = {"message_id": 1, "date": 0, "text": "x", "chat": chat, "reply_to_message": answered}
update = aiogram.types.Update.model_validate({"update_id": 1, "message": message})
assert update.message.reply_to_message.chat.id == 1
print(len(kinds), "models")
"""
USE_AT_ONCE = """
import bot.lazy_models
from aiogram.methods import GetMe, SendMessage, SetMyCommands
from aiogram.types import BotCommand, Update

sender = {"id": 1, "is_bot": False, "first_name": "A"}
tap = {"id": "1", "from": sender, "chat_instance": "1", "data": "x"}
update = Update.model_validate({"update_id": 1, "callback_query": tap})
assert update.callback_query.data == "x"
assert SendMessage(chat_id=1, text="x").model_dump(exclude_none=True)["text"] == "x"
assert SetMyCommands(commands=[BotCommand(command="a", description="b")]).commands[0].command == "a"
"""


@pytest.mark.parametrize("code", [BUILD_ALL, USE_AT_ONCE], ids=["every one can be built", "used at once"])
def test_models_are_whole_when_they_are_used(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
