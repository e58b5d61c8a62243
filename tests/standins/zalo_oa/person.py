"""A person on Zalo: whatever they do in the chat becomes an event of the webhook."""

from typing import Any

from tests.standins.zalo_oa.webhook import Hook
from tests.standins.zalo_oa.world import APP_ID, OA_ID, Chat, Sent, World

Json = dict[str, Any]


class ZaloPerson:
    """Somebody with a phone."""

    def __init__(self, world: World, hook: Hook, chat: Chat) -> None:
        self.world, self.hook, self.chat = world, hook, chat

    def envelope(self, name: str, **more: Any) -> Json:
        head: Json = {"app_id": APP_ID, "sender": {"id": self.chat.user_id}, "user_id_by_app": "552177279717587730",
                      "recipient": {"id": OA_ID}, "event_name": name}  # fmt: skip
        return head | more | {"timestamp": self.world.millis()}

    async def say(self, text: str) -> None:
        await self._sends("user_send_text", text=text)

    async def tap(self, button: Json) -> None:
        """Tap a button: what it carries comes as an ordinary text."""
        assert button["type"] in ("oa.query.hide", "oa.query.show")
        await self.say(button["payload"])

    async def send(self, kind: str, payload: Json, text: str = "") -> None:
        """Send a picture, voice note, file, sticker, link or place."""
        words = {"text": text} if text else {}
        await self._sends(f"user_send_{kind}", **words, attachments=[{"type": kind, "payload": payload}])

    async def submit_info(self, name: str, phone: str | int, *, old_shape: bool = False) -> None:
        """Answer the card that asks for name and number."""
        place: Json = {"user_city": "Vĩnh Long", "user_ward": "Hàm Giang", "user_address": ""}
        info: Json = {"name": name, "phone": phone}
        info |= {"address": "", "city": "Vĩnh Long"} if old_shape else {"user_dob": "", "full_address": place}
        await self._interacts(self.envelope("user_submit_info", info=info))

    async def follow(self) -> None:
        self.chat.follows = True
        await self._interacts(self._flat("follow", source="oa_profile"))

    async def unfollow(self) -> None:
        self.chat.follows = False
        await self.hook.post(self._flat("unfollow"))

    async def open_chat(self) -> None:
        event = {"event_name": "user_click_chatnow", "app_id": APP_ID, "oa_id": OA_ID, "user_id": self.chat.user_id}
        await self._interacts(event | {"timestamp": self.world.millis()})

    async def sees(self, sent: Sent) -> None:
        event = self.envelope("user_seen_message", message={"msg_ids": [sent.msg_id]})
        await self.hook.post(event | {"sender": {"id": OA_ID}, "recipient": {"id": self.chat.user_id}})

    async def echo(self, text: str, admin_id: str | None = None) -> None:
        """The account wrote: by its API, or (with ``admin_id``) a person at its chat tool."""
        sender = {"id": OA_ID} | ({"admin_id": admin_id} if admin_id else {})
        event = self.envelope("oa_send_text", message={"text": text, "msg_id": self.world.new_id()})
        await self.hook.post(event | {"sender": sender, "recipient": {"id": self.chat.user_id}})

    async def _sends(self, name: str, **message: Any) -> None:
        await self._interacts(self.envelope(name, message=message | {"msg_id": self.world.new_id()}))

    async def _interacts(self, event: Json) -> None:
        self.chat.last_interaction = self.world.now()
        await self.hook.post(event)

    def _flat(self, name: str, **more: Any) -> Json:
        who = {"oa_id": OA_ID, "follower": {"id": self.chat.user_id}, "user_id_by_app": "552177279717587730"}
        return {"event_name": name, **who, **more, "app_id": APP_ID, "timestamp": self.world.millis()}
