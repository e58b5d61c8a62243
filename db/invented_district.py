"""A district around the invented people, for the demo: officers and their cases, chats, notices, and what was asked.

Everything is made by statements inside the database, from one seed. The accounts are on a channel that nobody serves,
so that nothing is ever sent to them, and the officers' passwords open nothing until an administrator gives new ones.
"""

import json
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.contacts import READ_OFF
from db.invented_notices import publish
from db.invented_workload import RATINGS, SAID, WORKLOAD
from db.monthly_making import first_of, make_list, month_before
from db.tallying import fold_counts

CHANNEL = "demo"
"""No such channel is served."""
MONTHS, FEW_MONTHS, MANY = 11, 2, 50_000
"""So many monthly lists back; of many people only the last two, since each takes seconds."""

OFFICERS = """
WITH made AS (
    INSERT INTO staff (login, name, role, password, must_change, created_at)
    SELECT 'demo-' || code, (CAST(:names AS text[]))[1 + (row_number() OVER (ORDER BY code))::int % 9], 'commune', '!',
           true, :now
    FROM place WHERE version = '2020' ORDER BY code
    ON CONFLICT (login) DO NOTHING RETURNING id, login
), placed AS (
    INSERT INTO staff_place (staff_id, place_id)
    SELECT m.id, p.id FROM made m JOIN place p ON p.version = '2020' AND m.login = 'demo-' || p.code
    RETURNING staff_id, place_id
)
INSERT INTO owner_rule (place_id, staff_id) SELECT place_id, staff_id FROM placed
ON CONFLICT (place_id, kind) DO NOTHING
"""
NAMES = ("Thạch Thị Sa Rây", "Nguyễn Văn Tâm", "Kim Sô Phia", "Trần Thị Hồng", "Sơn Minh Hiền", "Lê Thị Cẩm Tú",
          "Kiên Đa Ra", "Huỳnh Quốc Bảo", "Lâm Thị Phượng")  # fmt: skip

# Seven in ten have a phone with a chat; four in ten of those speak Khmer there.
_ACCOUNTS = """
WITH chosen AS (
    SELECT id, created_at, random() < 0.42 AS khmer FROM (SELECT id, created_at, random() AS r FROM worker
    WHERE id > :workers ORDER BY id) w WHERE r < 0.7 ORDER BY id
), made AS (
    INSERT INTO identity (channel, chat_id, lang, active_at, created_at)
    SELECT :channel, id, CASE WHEN khmer THEN 'km' ELSE 'vi' END, created_at, created_at FROM chosen
    ON CONFLICT (channel, chat_id) DO NOTHING RETURNING id, chat_id, lang, created_at
), known AS (
    INSERT INTO worker_identity (identity_id, worker_id) SELECT id, chat_id FROM made RETURNING identity_id
)
INSERT INTO consent (identity_id, text_version, lang, channel, given_at)
SELECT id, 'demo', lang, :channel, created_at FROM made
"""
_CASES = (
    """
    UPDATE registration r SET owner_id = s.staff_id, identity_id = coalesce(r.identity_id, wi.identity_id)
    FROM registration g JOIN place p ON p.id = g.place_id JOIN staff st ON st.login = 'demo-' || p.code
    JOIN staff_place s ON s.staff_id = st.id AND s.place_id = p.id
    LEFT JOIN worker_identity wi ON wi.worker_id = g.worker_id
    WHERE r.id = g.id AND g.id > :registrations AND (g.status <> 'new' OR g.id % 10 < 7)
    """,
    """
    INSERT INTO case_call (registration_id, staff_id, actor, outcome, words, created_at)
    SELECT r.id, s.id, s.name, outcome, words, st.at - back
    FROM registration r JOIN step st ON st.registration_id = r.id AND st.status = 'contacted'
    JOIN staff s ON s.id = r.owner_id
    JOIN LATERAL (VALUES ('no_answer', '', interval '5 hours', r.id % 3 = 0),
                         ('called', (CAST(:calls AS text[]))[1 + r.id % 5], interval '0', true))
         c (outcome, words, back, so) ON c.so
    WHERE r.id > :registrations ORDER BY r.id, st.at - back
    """,
    """
    INSERT INTO case_note (registration_id, staff_id, actor, words, created_at)
    SELECT r.id, s.id, s.name, (CAST(:notes AS text[]))[1 + r.id % 4], st.at + interval '1 day'
    FROM registration r JOIN step st ON st.registration_id = r.id AND st.status = 'contacted'
    JOIN staff s ON s.id = r.owner_id WHERE r.id > :registrations AND r.id % 6 = 0 ORDER BY r.id
    """,
    """
    INSERT INTO case_message (registration_id, identity_id, staff_id, actor, words, created_at)
    SELECT r.id, r.identity_id, CASE WHEN m.at % 2 = 1 THEN s.id END, CASE WHEN m.at % 2 = 1 THEN s.name END, m.words,
           st.at + interval '2 hours' + m.at * interval '4 minutes'
           + CASE WHEN m.at > 2 THEN r.id % 90 * interval '13 minutes' ELSE interval '0' END
    FROM registration r JOIN step st ON st.registration_id = r.id AND st.status = 'contacted'
    JOIN staff s ON s.id = r.owner_id JOIN identity i ON i.id = r.identity_id
    JOIN LATERAL jsonb_array_elements_text(CAST(:talks AS jsonb) -> i.lang) WITH ORDINALITY AS m (words, at) ON true
    WHERE r.id > :registrations AND r.id % 15 = 0 AND (m.at < 4 OR r.id % 45 = 0) ORDER BY r.id, m.at
    """,
    """
    INSERT INTO help_request (identity_id, topic, promised_at, done_at, created_at)
    SELECT i.id, 'general', i.created_at + interval '3 days',
           CASE WHEN i.created_at < CAST(:now AS timestamptz) - interval '6 days'
                THEN i.created_at + interval '1 day' END, i.created_at
    FROM identity i WHERE i.channel = :channel AND i.chat_id > :workers
      AND (i.id % 60 = 0 OR i.id > (SELECT max(id) - 4 FROM identity)) ORDER BY i.id
    """,
)
_CALLS = ("Đã gọi, hẹn tuần sau lên xã.", "Còn muốn đi làm gần nhà.", "Chưa có tiền đi học, đã nói về hỗ trợ.",
          "Hẹn gặp ở ngày hội việc làm.", "Nói tiếng Khmer, đã nhờ trưởng ấp giúp.")  # fmt: skip
_NOTES = ("Nhà có con nhỏ, chỉ làm được ban ngày.", "Có tay nghề may 3 năm.", "Cần người đi cùng khi khám sức khỏe.",
          "Đang chờ giấy xác nhận hộ nghèo.")  # fmt: skip
_TALKS = {
    "vi": ["Dạ có công ty may đang cần người, anh/chị đi được không?", "Dạ được, chừng nào đi làm vậy cô?",
           "Dạ thứ hai tuần sau, anh/chị mang giấy tờ lên xã giúp nhé.",
           "Dạ, tôi chưa có giấy khám sức khỏe, khám ở đâu vậy cô?"],
    "km": ["ក្រុមហ៊ុនកាត់ដេរកំពុងត្រូវការមនុស្ស បងប្អូនទៅបានទេ?", "ចាស បាន ថ្ងៃណាទៅធ្វើការ?",
           "ថ្ងៃចន្ទសប្ដាហ៍ក្រោយ សូមបងប្អូនយកឯកសារមកឃុំ។",
           "ខ្ញុំមិនទាន់មានសំបុត្រពិនិត្យសុខភាពទេ តើពិនិត្យនៅឯណា?"],
}  # fmt: skip

# One in four is silent; the rest mostly stay. Counted as the triggers would.
_OUTCOMES = (
    """
    INSERT INTO outcome (registration_id, months, asked_at, answer, answered_at)
    SELECT registration_id, months, at, answer, CASE WHEN answer IS NOT NULL THEN at + interval '3 hours' END
    FROM (SELECT s.registration_id, m.months, s.at + make_interval(months => m.months) AS at,
                 CASE WHEN random() < 0.75
                      THEN (CAST(:answers AS jsonb) -> s.status) ->> floor(random() * 5)::int END AS answer
          FROM step s CROSS JOIN unnest(ARRAY[1, 3, 6, 12]) AS m (months)
          JOIN registration r ON r.id = s.registration_id
          WHERE s.registration_id > :registrations AND r.status = s.status
            AND s.status IN ('placed', 'departed', 'enrolled')
            AND s.at + make_interval(months => m.months) < :now ORDER BY s.registration_id, m.months) asked
    ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO tally_change (month, event, place_id, kind, sex, age, priority, n)
    SELECT month_of(o.asked_at), 'after.' || r.status || '.' || o.months || '.' || said, r.place_id, r.kind,
           coalesce(w.sex, ''), age_band(w.birth_year, o.asked_at), r.priority, count(*)
    FROM outcome o JOIN registration r ON r.id = o.registration_id JOIN worker w ON w.id = r.worker_id
    CROSS JOIN LATERAL unnest(ARRAY['asked', o.answer]) AS a (said)
    WHERE r.id > :registrations AND said IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6, 7
    """,
)
_ANSWERS = {
    "placed": ["still", "still", "still", "other_job", "stopped"],
    "departed": ["still", "still", "still", "other_job", "returned"],
    "enrolled": ["still", "still", "finished_works", "finished_none", "stopped"],
}
_QUESTIONS = """
INSERT INTO question_tally AS t (day, form, question, event, lang, n)
SELECT day, form, question, event, lang, n FROM (
    SELECT day::date, form, q.question, e.event, lang,
        floor(many * (day::date - CAST(:today AS date) + 366))
        - floor(many * (day::date - CAST(:today AS date) + 365)) AS n
    FROM generate_series(CAST(:today AS date) - 365, CAST(:today AS date) - 1, interval '1 day') AS day
    CROSS JOIN (VALUES ('job', 0.55), ('training', 0.25), ('overseas', 0.2)) f (form, share)
    CROSS JOIN (VALUES ('vi'), ('km')) l (lang) CROSS JOIN (VALUES ('reached'), ('answered'), ('missed')) e (event)
    CROSS JOIN LATERAL jsonb_array_elements_text(CAST(:questions AS jsonb) -> form) WITH ORDINALITY AS q (question, at)
    CROSS JOIN LATERAL (SELECT CAST(:daily AS float8) * share * CASE e.event WHEN 'reached' THEN 0.975 ^ (q.at - 1)
        WHEN 'missed' THEN CASE q.question WHEN 'birth_year' THEN 0.2 ELSE 0.04 END
        ELSE 0.975 ^ q.at END AS many) m
) counted WHERE n > 0
ON CONFLICT (day, form, question, event, lang) DO UPDATE SET n = t.n + excluded.n
"""
_FIRST = ["birth_year", "sex", "commune", "hamlet", "name", "phone_owner", "phone"]
_LAST = ["schooling", "work_state", "idle_time", "household", "ethnicity", "review"]
_FORMS = {
    "job": [*_FIRST, "job_wanted", "job_where", *_LAST],
    "training": [*_FIRST, "course_wanted", "free_when", *_LAST],
    "overseas": [*_FIRST, "market", "experience", "obstacle", "loan_advice", *_LAST],
}


async def furnish(engine: AsyncEngine, *, workers: int, registrations: int, now: datetime, zone: ZoneInfo) -> None:
    """Add the rest of a district to the invented people above these numbers."""
    values = {"workers": workers, "registrations": registrations, "now": now, "channel": CHANNEL}
    async with engine.begin() as connection:
        await connection.execute(text("SELECT setseed(0.2020)"))
        await connection.execute(text(OFFICERS), {"names": list(NAMES), "now": now})
        await connection.execute(text(_ACCOUNTS), _picked(values, "workers", "channel"))
        await _follow_up(connection, values)
        await publish(connection, now, CHANNEL)
        await _count_questions(connection, registrations, now, zone)
    await fold_counts(engine)
    await _make_lists(engine, now, zone)


async def _follow_up(connection: AsyncConnection, values: dict[str, object]) -> None:
    words: dict[str, object] = {
        "calls": list(_CALLS),
        "notes": list(_NOTES),
        "talks": json.dumps(_TALKS),
        "answers": json.dumps(_ANSWERS),
    }
    words["said"] = json.dumps(SAID)
    for query in (*_CASES, *_OUTCOMES, *RATINGS, WORKLOAD):
        names = [name for name in (*values, *words) if f":{name}" in query]
        await connection.execute(text(query), _picked(values | words, *names))
    await connection.execute(READ_OFF, {"after": values["registrations"]})


def _picked(values: dict[str, object], *names: str) -> dict[str, object]:
    return {name: values[name] for name in names}


async def _count_questions(connection: AsyncConnection, after: int, now: datetime, zone: ZoneInfo) -> None:
    made = await connection.scalar(text("SELECT count(*) FROM registration WHERE id > :after"), {"after": after}) or 0
    today = now.astimezone(zone).date()
    # two years of them, in two languages, and four in ten of those who begin do not come to the end
    values = {"daily": made / 730 / 2 / 0.6, "today": today, "questions": json.dumps(_FORMS)}
    await connection.execute(text(_QUESTIONS), values)


async def _make_lists(engine: AsyncEngine, now: datetime, zone: ZoneInfo) -> None:
    async with engine.connect() as connection:
        people = await connection.scalar(text("SELECT count(*) FROM worker")) or 0
    for month in _months(now.astimezone(zone).date(), MONTHS if people <= MANY else FEW_MONTHS):
        async with engine.begin() as connection:
            number = await make_list(connection, month, now, zone)
            told = text("UPDATE monthly_list SET told_at = :now WHERE id = :id")
            await connection.execute(told, {"now": now, "id": number})


def _months(today: date, count: int) -> list[date]:
    """So many months that are over, the oldest first: each list is compared with the one before."""
    found = [month_before(first_of(today))]
    while len(found) < count:
        found.append(month_before(found[-1]))
    return found[::-1]
