"""Invented notices of a year, past and coming, in both languages: who was told, who answered, and who came."""

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

MOST_TOLD = 20_000
"""More recipients a broadcast make the demo slow and show nothing more."""

FAIR = (
    "Ngày hội việc làm xã", "ទិវាជួបរកការងារនៅឃុំ",
    "Có 6 công ty tới tuyển người. Ai cũng vào được, không tốn tiền.",
    "មានក្រុមហ៊ុន 6 មករកមនុស្ស។ អ្នកណាក៏ចូលបាន មិនអស់លុយ។",
)  # fmt: skip
COURSE = (
    "Lớp may công nghiệp", "ថ្នាក់រៀនកាត់ដេរ",
    "Lớp mở tại xã, học ban ngày. Đăng ký với cán bộ xã.",
    "ថ្នាក់រៀននៅឃុំ រៀនពេលថ្ងៃ។ ចុះឈ្មោះជាមួយកម្មាភិបាលឃុំ។",
)  # fmt: skip
NEWS = (
    "Xe đưa đi khám sức khỏe", "ឡានជូនទៅពិនិត្យសុខភាព",
    "Ai sắp đi làm việc ở nước ngoài thì gặp cán bộ xã để ghi tên đi xe.",
    "អ្នកណាហៀបនឹងទៅធ្វើការនៅក្រៅប្រទេស សូមជួបកម្មាភិបាលឃុំដើម្បីកត់ឈ្មោះ។",
)  # fmt: skip
HALL = {"vi": "Hội trường xã", "km": "សាលប្រជុំឃុំ"}
_WHEN = ((-300, "job_fair", FAIR), (-240, "course", COURSE), (-180, "job_fair", FAIR), (-120, "general", NEWS),
         (-75, "course", COURSE), (-30, "job_fair", FAIR), (9, "job_fair", FAIR), (21, "course", COURSE))  # fmt: skip
"""Days from today, and what is on."""
_DETAILS = {
    "job_fair": {
        "employers": [
            {"name": "Công ty may (thử)", "jobs": {"vi": "may công nghiệp", "km": "កាត់ដេរ"}, "places": 40},
            {"name": "Công ty giày (thử)", "jobs": {"vi": "công nhân", "km": "កម្មករ"}, "places": 25},
        ],
        "bring": {"vi": "căn cước", "km": "អត្តសញ្ញាណបណ្ណ"},
    },
    "course": {
        "trade": {"vi": "may công nghiệp", "km": "កាត់ដេរ"},
        "school": {"vi": "Trung tâm dạy nghề (thử)", "km": "មជ្ឈមណ្ឌលបណ្តុះបណ្តាលវិជ្ជាជីវៈ (សាកល្បង)"},
        "support": {"vi": "hỏi cán bộ xã", "km": "សួរកម្មាភិបាលឃុំ"},
        "days": 45,
        "places": 30,
    },
    "general": {},
}

_NOTICE = """
INSERT INTO notice (kind, state, starts_at, ends_at, place_id, details, published_at, created_at, updated_at)
SELECT :kind, 'published', :at, CAST(:at AS timestamptz) + interval '4 hours', p.id, CAST(:details AS jsonb), :told,
       :told, :told
FROM (SELECT id FROM place WHERE version = '2020' ORDER BY code OFFSET :offset LIMIT 1) p RETURNING id
"""
_TEXT = """
INSERT INTO notice_text (notice_id, lang, title, body, venue)
VALUES (:notice, :lang, :title, :body, :hall)
"""
_BROADCAST = """
INSERT INTO broadcast (notice_id, state, start_at, released_at, started_at, finished_at, created_at)
VALUES (:notice, 'done', :told, :told, :told, CAST(:told AS timestamptz) + interval '20 minutes', :told) RETURNING id
"""
_DELIVERIES = """
INSERT INTO delivery (broadcast_id, identity_id, worker_id, channel, state, reason, due_at, sent_at)
SELECT :broadcast, id, chat_id, channel, state, CASE state WHEN 'failed' THEN 'blocked' END, :told,
       CASE state WHEN 'sent' THEN CAST(:told AS timestamptz) + interval '5 minutes' END
FROM (SELECT i.id, i.chat_id, i.channel, CASE WHEN random() < 0.94 THEN 'sent' ELSE 'failed' END AS state
      FROM identity i WHERE i.channel = :channel AND i.created_at < :told ORDER BY i.id LIMIT :most) told
"""
_ANSWERS = """
INSERT INTO response (notice_id, identity_id, worker_id, answer, answered_at)
SELECT :notice, identity_id, worker_id, answer, CAST(:told AS timestamptz) + r * interval '3 days'
FROM (SELECT d.identity_id, d.worker_id, random() AS r,
             (CAST(:answers AS text[]))[1 + floor(random() * 4)::int] AS answer
      FROM delivery d WHERE d.broadcast_id = :broadcast AND d.state = 'sent' ORDER BY d.id) told
WHERE r < 0.2
"""
_CAME = """
INSERT INTO attendance (notice_id, worker_id, way, came_at)
SELECT :notice, worker_id, CASE WHEN r < 0.3 THEN 'code' ELSE 'name' END,
       CAST(:at AS timestamptz) + r * interval '3 hours'
FROM (SELECT worker_id, random() AS r FROM response WHERE notice_id = :notice AND answer = 'come' ORDER BY id) coming
WHERE r < 0.6
"""
_WORDS = {"course": ["interested", "interested", "maybe", "cannot"]}
_FAIR_WORDS = ["come", "come", "maybe", "cannot"]


async def publish(connection: AsyncConnection, now: datetime, channel: str) -> None:
    """Add the notices, with broadcasts to the accounts of a channel."""
    for at, (days, kind, words) in enumerate(_WHEN):
        # eight in the morning where the office is
        begins = now.replace(hour=1, minute=0, second=0, microsecond=0) + timedelta(days=days)
        told = min(begins - timedelta(days=10), now - timedelta(hours=1))
        values: dict[str, Any] = {"kind": kind, "at": begins, "told": told, "offset": at * 2}
        details = json.dumps(_DETAILS[kind])
        notice = (await connection.execute(text(_NOTICE), values | {"details": details})).scalar_one()
        for lang, title, body in (("vi", words[0], words[2]), ("km", words[1], words[3])):
            row = {"notice": notice, "lang": lang, "title": title, "body": body, "hall": HALL[lang]}
            await connection.execute(text(_TEXT), row)
        await _tell(connection, notice, kind, told, channel)
        if kind == "job_fair" and days < 0:
            await connection.execute(text(_CAME), {"notice": notice, "at": begins})


async def _tell(connection: AsyncConnection, notice: int, kind: str, told: datetime, channel: str) -> None:
    number = (await connection.execute(text(_BROADCAST), {"notice": notice, "told": told})).scalar_one()
    recipients = {"broadcast": number, "told": told, "channel": channel, "most": MOST_TOLD}
    await connection.execute(text(_DELIVERIES), recipients)
    answers = {"notice": notice, "broadcast": number, "told": told, "answers": _WORDS.get(kind, _FAIR_WORDS)}
    await connection.execute(text(_ANSWERS), answers)
