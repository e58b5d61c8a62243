"""Invented people and their registrations, by the hundred or by the million: for the demo and for measuring.

Names follow the district's make-up (about six in ten Khmer); nobody in it is real, and no phone number is in use
for certain, so nothing made here may be called or written to.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.seal import Seal
from db.tallying import count_bulk, fold_counts

KHMER = {
    "family": {"Thạch": 30, "Kim": 20, "Sơn": 14, "Kiên": 10, "Lâm": 8, "Trầm": 5, "Diệp": 4, "Danh": 4},
    "women": ("Thị Sa Rây", "Thị Sô Phia", "Thị Na Ri", "Thị Sâm Nang", "Thị Chanh Thu", "Thị Ra Tha", "Thị Đa Ni",
              "Thị Hoa", "Thị Sa Riêng", "Thị Bô Pha", "Thị Rịnh", "Thị Ngọc Lan", "Thị Đào", "Thị Phượng"),
    "men": ("Sa Rươne", "Sô Phone", "Đa Ra", "Minh Hiền", "Sà Rinh", "Ra Vy", "Ươne", "Chanh Đa", "Sa Mươne",
            "Hoàng Sang", "Rinh", "Pho Li", "Văn Thành", "Sa Vuth", "Sóc Kha"),
}  # fmt: skip
KINH = {
    "family": {"Nguyễn": 38, "Trần": 14, "Lê": 11, "Huỳnh": 9, "Phạm": 7, "Võ": 5, "Phan": 4, "Đặng": 3, "Bùi": 2,
               "Hồ": 2},
    "women": ("Thị Hồng", "Thị Mỹ Linh", "Thị Bé Ba", "Thị Cẩm Tú", "Thị Thu Hà", "Thị Kim Ngân", "Thị Út", "Ngọc Trâm",
              "Thị Diễm My", "Thị Lan", "Thị Tuyết Nhung"),
    "men": ("Văn An", "Văn Tâm", "Hoàng Phúc", "Thanh Tùng", "Văn Đức", "Minh Khang", "Văn Út", "Quốc Bảo", "Chí Hải",
            "Trọng Nghĩa", "Văn Bình", "Hữu Lộc"),
}  # fmt: skip
HAMLETS = ("Ấp Chợ", "Ấp Giồng", "Trà Tro", "Cây Da", "Ba Tục", "Sóc Tro", "Bến Bạ", "Leng", "Xóm Mới", "Ấp Vàm",
           "Kim Câu", "Trà Cú A", "Chòm Chuối", "Nô Rè")  # fmt: skip
MOBILE = ("32", "33", "34", "35", "36", "37", "38", "39", "70", "76", "77", "79", "81", "83", "85", "86", "90", "91",
          "94", "96", "97", "98")  # fmt: skip
SPAN = timedelta(days=730)
"""How far back the registrations go."""
_MANY = 20_000
"""From here on it is quicker to build the search index once at the end."""

_WORKERS = """
INSERT INTO worker (id, name, birth_year, sex, phone, phone_owner, place_id, hamlet, schooling, work_state, idle_time,
                    household, ethnicity, points, created_at, updated_at)
SELECT :base + i, family || ' ' || (CASE WHEN woman THEN w[1 + (r3 * cardinality(w))::int % cardinality(w)]
                                     ELSE m[1 + (r3 * cardinality(m))::int % cardinality(m)] END),
       extract(year FROM CAST(:now AS timestamptz))::int - 17 - (45 * r4 * r5)::int,
       CASE WHEN woman THEN 'female' ELSE 'male' END,
       CASE WHEN r5 < 0.9 THEN '+84' || (CAST(:mobile AS text[]))[1 + (r6 * 1e6)::int % cardinality(CAST(:mobile AS text[]))]
                               || lpad((r7 * 9999999)::int::text, 7, '0') END,
       CASE WHEN r5 < 0.75 THEN 'own' WHEN r5 < 0.9 THEN 'neighbour' ELSE 'none' END,
       (CAST(:places AS bigint[]))[1 + (r8 * 1e6)::int % cardinality(CAST(:places AS bigint[]))],
       (CAST(:hamlets AS text[]))[1 + (r9 * 1e6)::int % cardinality(CAST(:hamlets AS text[]))],
       (ARRAY['below_primary', 'primary', 'primary', 'lower', 'lower', 'upper'])[1 + (r1 * 1e6)::int % 6],
       (ARRAY['none', 'under', 'under', 'working', 'other'])[1 + (r2 * 1e6)::int % 5],
       CASE WHEN (r2 * 1e6)::int % 5 < 3 THEN (ARRAY['short', 'middle', 'long'])[1 + (r4 * 1e6)::int % 3] END,
       (CAST(:households AS bytea[]))[1 + (r6 * 1e6)::int % 5],
       (CAST(:ethnicities AS bytea[]))[CASE WHEN khmer THEN 1 ELSE 2 END],
       CASE (r6 * 1e6)::int % 5 WHEN 0 THEN 2 WHEN 1 THEN 1 ELSE 0 END + CASE WHEN khmer THEN 1 ELSE 0 END,
       made, made
FROM (
  SELECT d.*, CASE WHEN khmer THEN CAST(:khmer_women AS text[]) ELSE CAST(:kinh_women AS text[]) END w,
         CASE WHEN khmer THEN CAST(:khmer_men AS text[]) ELSE CAST(:kinh_men AS text[]) END m,
         CASE WHEN khmer THEN (CAST(:khmer_family AS text[]))[1 + (r2 * 1e6)::int % cardinality(CAST(:khmer_family AS text[]))]
              ELSE (CAST(:kinh_family AS text[]))[1 + (r2 * 1e6)::int % cardinality(CAST(:kinh_family AS text[]))] END family
  FROM (SELECT i, random() < 0.62 khmer, random() < 0.52 woman, random() r1, random() r2, random() r3, random() r4,
               random() r5, random() r6, random() r7, random() r8, random() r9,
               CAST(:start AS timestamptz) + (i::float8 / :count) * CAST(:span AS interval) made
        FROM generate_series(1, CAST(:count AS bigint)) i) d
) people
"""  # fmt: skip  # noqa: E501

_REGISTRATIONS = """
INSERT INTO registration (worker_id, place_id, kind, status, closed_reason, answers, source, twin_id, promised_at,
                          created_at, updated_at, fresh_at, priority, next_at)
SELECT w.id, w.place_id, kind, status, CASE WHEN status = 'closed' THEN 'đổi ý, không đi nữa' END,
       CASE kind WHEN 'job' THEN jsonb_build_object('job_wanted', (ARRAY['may mặc', 'phụ hồ', 'công nhân da giày',
                                 'nuôi tôm', 'bán hàng', 'giúp việc nhà'])[1 + (r2 * 1e6)::int % 6],
                                 'job_where', (ARRAY['near', 'province', 'far', 'anywhere'])[1 + (r3 * 1e6)::int % 4])
                 WHEN 'training' THEN jsonb_build_object('course_wanted', (ARRAY['may công nghiệp', 'sửa xe máy',
                                 'nấu ăn', 'trồng màu', 'lái xe'])[1 + (r2 * 1e6)::int % 5],
                                 'free_when', (ARRAY['now', 'after_harvest', 'evening', 'weekend'])[1 + (r3 * 1e6)::int % 4])
                 WHEN 'overseas' THEN jsonb_build_object('market', (ARRAY['japan', 'korea', 'taiwan', 'unsure'])
                                 [1 + (r2 * 1e6)::int % 4], 'loan_advice', CASE WHEN r3 < 0.6 THEN 'yes' ELSE 'no' END)
                 ELSE '{}'::jsonb END,
       CASE WHEN r3 < 0.2 THEN 'to roi' END, CASE WHEN r2 < 0.01 AND w.id > :base + 1 THEN w.id - 1 END,
       made + interval '3 days', made,
       CASE WHEN status = 'new' THEN made ELSE least(made + (0.1 + 21 * r3 * r3) * interval '1 day', CAST(:now AS timestamptz)) END,
       made, least(3, w.points),
       CASE WHEN status NOT IN ('new', 'closed') AND r2 < 0.9 THEN CAST(:now AS timestamptz) + r3 * interval '14 days' END
FROM (
  SELECT *, CASE WHEN age < 3 AND r4 < 0.9 OR age < 40 AND r4 < 0.06 THEN 'new' WHEN r4 < 0.15 THEN 'contacted'
                 WHEN r4 < 0.20 THEN 'matched' WHEN r4 < 0.27 THEN 'referred'
                 WHEN r4 < 0.60 THEN CASE kind WHEN 'training' THEN 'enrolled' WHEN 'overseas' THEN 'departed'
                                               ELSE 'placed' END
                 ELSE 'closed' END status
  FROM (SELECT i, CASE WHEN r1 < 0.55 THEN 'job' WHEN r1 < 0.8 THEN 'training' WHEN r1 < 0.95 THEN 'overseas'
                       ELSE 'loan' END kind,
               r2, r3, r4, (1 - i::float8 / :count) * :days age, CAST(:start AS timestamptz) + (i::float8 / :count) * CAST(:span AS interval) made
        FROM (SELECT i, random() r1, random() r2, random() r3, random() r4
              FROM generate_series(1, CAST(:count AS bigint)) i) draws) needs
) r JOIN worker w ON w.id = :base + 1 + (i * :people / :count - 1 + :people) % :people
ORDER BY i
"""  # fmt: skip  # noqa: E501


# Called first, then a place found or sent on for those who got so far, then the status they have.
_STEPS = """
INSERT INTO step (registration_id, status, at)
SELECT id, status, updated_at FROM registration WHERE id > :after AND status <> 'new'
UNION ALL
SELECT id, 'contacted', created_at + (updated_at - created_at) * 0.15 FROM registration
WHERE id > :after AND status NOT IN ('new', 'contacted')
UNION ALL
SELECT id, CASE WHEN id % 3 = 0 THEN 'matched' ELSE 'referred' END, created_at + (updated_at - created_at) * 0.5
FROM registration WHERE id > :after AND status IN ('placed', 'enrolled', 'departed')
"""


@dataclass(frozen=True)
class Filled:
    """How many were made."""

    workers: int
    registrations: int


async def fill(engine: AsyncEngine, n: int, *, now: datetime, seal: Seal | None = None) -> Filled:
    """Add ``n`` registrations of nine tenths as many people, spread over two years; sealed facts only with a seal."""
    people = max(1, n * 9 // 10)
    async with engine.begin() as connection:
        await connection.execute(text("SELECT setseed(0.32)"))
        base = await _reserve(connection, people)
        if n >= _MANY:
            await connection.execute(text("DROP INDEX ix_worker_search"))
        when = {"start": now - SPAN, "span": SPAN}
        await connection.execute(
            text(_WORKERS), {"base": base, "count": people, "now": now, **when, **await _choices(connection, seal)}
        )
        values = {"base": base, "people": people, "count": n, "days": float(SPAN.days), **when}
        await connection.execute(text("ALTER TABLE registration DISABLE TRIGGER USER"))  # counted in one go below
        after = await connection.scalar(text("SELECT coalesce(max(id), 0) FROM registration")) or 0
        await connection.execute(text(_REGISTRATIONS), values | {"now": now})
        await connection.execute(text(_STEPS), {"after": after})
        await count_bulk(connection, after)
        await connection.execute(text("ALTER TABLE registration ENABLE TRIGGER USER"))
        if n >= _MANY:
            await connection.execute(text("SET LOCAL maintenance_work_mem = '256MB'"))
            await connection.execute(text("CREATE INDEX ix_worker_search ON worker USING gin (search gin_trgm_ops)"))
    await fold_counts(engine)
    await _settle(engine)
    return Filled(people, n)


async def _reserve(connection: AsyncConnection, people: int) -> int:
    """Take a run of worker numbers; returns the one before the first."""
    sequence = "pg_get_serial_sequence('worker', 'id')"
    base: int = (await connection.execute(text(f"SELECT nextval({sequence})"))).scalar_one()
    await connection.execute(text(f"SELECT setval({sequence}, :last)"), {"last": base + people})
    return base


async def _choices(connection: AsyncConnection, seal: Seal | None) -> dict[str, object]:
    places = (await connection.execute(text("SELECT id FROM place WHERE version = '2020' ORDER BY code"))).scalars()
    choices: dict[str, object] = {"places": list(places), "hamlets": list(HAMLETS), "mobile": list(MOBILE)}
    for name, people in (("khmer", KHMER), ("kinh", KINH)):
        family = people["family"]
        assert isinstance(family, dict)
        choices[f"{name}_family"] = [one for one, weight in family.items() for _ in range(weight)]
        choices[f"{name}_women"], choices[f"{name}_men"] = list(people["women"]), list(people["men"])
    households = ("poor", "near_poor", "escaped", "ordinary", "ordinary")
    choices["households"] = [seal.close(word.encode()) for word in households] if seal else []
    choices["ethnicities"] = [seal.close(word) for word in (b"khmer", b"kinh")] if seal else []
    return choices


async def _settle(engine: AsyncEngine) -> None:
    """Let the server know what it holds now, as autovacuum would by and by."""
    async with engine.connect() as connection:
        autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await autocommit.execute(text("VACUUM (ANALYZE) worker, registration, step, tally"))
