"""Published notices of each kind, as the desk would have made them."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from db.notices import Notice, NoticeText
from db.places import Place

FAIR_AT = datetime(2026, 11, 27, 0, 30, tzinfo=UTC)
"""Friday, half past seven in Trà Cú."""
FAIR: dict[str, Any] = {
    "employers": [
        {"name": "Công ty Mỹ Phong", "jobs": {"vi": "may giày", "km": "ដេរស្បែកជើង"}, "places": 200},
        {"name": "Công ty Vĩnh Kim", "jobs": {"vi": "chế biến tôm", "km": "កែច្នៃបង្គា"}, "places": None},
    ],
    "bring": {"vi": "căn cước, số điện thoại", "km": "អត្តសញ្ញាណបណ្ណ លេខទូរស័ព្ទ"},
}
OVERSEAS: dict[str, Any] = {
    "market": "japan",
    "firm": "Công ty Ví Dụ",
    "licence": "000/LĐTBXH-GP",
    "list_date": "2026-11-20",
    "order": "TEST-1",
    "places": 15,
    "wage": 28_000_000,
    "months": 36,
    "costs": {"service": 60_000_000, "training": 5_000_000, "language": 8_000_000, "health": 700_000,
              "passport": 200_000, "visa": 0, "ticket": 0, "other": 0},
    "ceiling": 84_000_000,
    "checked": True,
}  # fmt: skip
COURSE: dict[str, Any] = {
    "trade": {"vi": "nấu ăn", "km": "ចម្អិនអាហារ"},
    "school": {"vi": "Trung tâm dạy nghề", "km": "មជ្ឈមណ្ឌលបង្រៀនវិជ្ជាជីវៈ"},
    "days": 30,
    "support": {"vi": "không mất tiền học", "km": "រៀនឥតគិតថ្លៃ"},
    "places": 30,
}
TEXTS = {
    "job_fair": {"vi": ("Ngày hội việc làm Hàm Giang", "Có nhiều công ty tuyển người.", "nhà văn hóa xã"),
                 "km": ("ទិវាជួបរកការងារ Hàm Giang", "មានក្រុមហ៊ុនច្រើនរើសមនុស្ស។", "ផ្ទះវប្បធម៌ឃុំ")},
    "overseas": {"vi": ("Đi Nhật làm thực phẩm", "Việc trong nhà máy.", ""),
                 "km": ("ទៅជប៉ុនធ្វើម្ហូប", "ធ្វើការក្នុងរោងចក្រ។", "")},
    "course": {"vi": ("Lớp nấu ăn", "Học tại ấp.", "ấp Chợ"), "km": ("ថ្នាក់ចម្អិនអាហារ", "រៀននៅភូមិ។", "ភូមិ Chợ")},
    "general": {"vi": ("Tin văn phòng", "Văn phòng dời chỗ.", ""), "km": ("ដំណឹងការិយាល័យ", "ការិយាល័យប្តូរកន្លែង។", "")},
}  # fmt: skip
DETAILS: dict[str, dict[str, Any]] = {"job_fair": FAIR, "overseas": OVERSEAS, "course": COURSE, "general": {}}
DATES = {
    "job_fair": {"starts_at": FAIR_AT, "ends_at": FAIR_AT.replace(hour=4, minute=0)},
    "overseas": {"deadline": datetime(2026, 12, 15, 16, 59, tzinfo=UTC)},
    "course": {"starts_at": datetime(2026, 12, 7, 0, 30, tzinfo=UTC)},
    "general": {"ends_at": datetime(2026, 12, 31, tzinfo=UTC)},
}


async def publish(engine: AsyncEngine, kind: str = "job_fair", **more: Any) -> int:
    """Put a published notice into the database; returns its number."""
    commune = more.pop("commune", "29488")
    texts = more.pop("texts", TEXTS[kind])
    values = {"state": "published", "details": DETAILS[kind], **DATES[kind], **more}
    async with AsyncSession(engine) as session, session.begin():
        place = await session.scalar(select(Place.id).where(Place.code == commune, Place.version == "2020"))
        notice = Notice(kind=kind, place_id=place, **values)
        session.add(notice)
        await session.flush()
        for lang, (title, body, venue) in texts.items():
            session.add(NoticeText(notice_id=notice.id, lang=lang, title=title, body=body, venue=venue))
        return notice.id
