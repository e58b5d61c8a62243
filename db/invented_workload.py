"""How the invented people found the help, and what the officers did, counted as the program counts it."""

RATINGS = (
    """
    INSERT INTO rating (registration_id, identity_id, staff_id, cause, asked_at, score, rated_at, words)
    SELECT id, identity_id, owner_id, 'case', at, score, CASE WHEN score IS NOT NULL THEN at + interval '2 hours' END,
           CASE WHEN id % 10 = 0 THEN CAST(:said AS jsonb) ->> score END
    FROM (SELECT r.id, r.identity_id, r.owner_id, s.at + interval '1 day' AS at,
                 CASE WHEN r.id % 3 > 0
                      THEN (ARRAY['good', 'good', 'good', 'good', 'fair', 'fair', 'bad'])[1 + r.id % 7] END AS score
          FROM registration r JOIN step s ON s.registration_id = r.id AND s.status = r.status
          WHERE r.id > :registrations AND r.identity_id IS NOT NULL
            AND r.status IN ('placed', 'enrolled', 'departed', 'closed')) ended
    WHERE at + interval '2 hours' < :now
    """,
    """
    INSERT INTO tally_change (month, event, place_id, kind, sex, age, priority, n)
    SELECT month_of(g.asked_at), 'rated.' || said, r.place_id, r.kind, coalesce(w.sex, ''),
           age_band(w.birth_year, g.asked_at), r.priority, count(*)
    FROM rating g JOIN registration r ON r.id = g.registration_id JOIN worker w ON w.id = r.worker_id
    CROSS JOIN LATERAL unnest(ARRAY['asked', g.score]) AS a (said)
    WHERE r.id > :registrations AND said IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6, 7
    """,
)
SAID = {
    "good": "Cán bộ nhiệt tình, cảm ơn nhiều.",
    "fair": "Gọi nhanh hơn chút thì tốt.",
    "bad": "Chờ lâu quá mới có người gọi.",
}
WORKLOAD = """
INSERT INTO staff_change (month, staff_id, event, wait, n)
SELECT month_of(at), staff_id, event, waited, count(*) FROM (
    SELECT owner_id AS staff_id, 'given' AS event, created_at AS at, NULL::integer AS waited
    FROM registration WHERE id > :registrations
    UNION ALL
    SELECT r.owner_id, s.status, s.at, NULL FROM step s JOIN registration r ON r.id = s.registration_id
    WHERE r.id > :registrations AND s.status IN ('placed', 'enrolled', 'departed', 'closed')
    UNION ALL
    SELECT r.owner_id, 'called', s.at, waited_band(s.at - r.created_at)
    FROM step s JOIN registration r ON r.id = s.registration_id WHERE r.id > :registrations AND s.status = 'contacted'
    UNION ALL
    SELECT r.owner_id, 'in_time', s.at, NULL FROM step s JOIN registration r ON r.id = s.registration_id
    WHERE r.id > :registrations AND s.status = 'contacted' AND s.at <= r.promised_at
    UNION ALL
    SELECT m.staff_id, 'reply', m.created_at, waited_band(m.created_at - (SELECT max(w.created_at) FROM case_message w
        WHERE w.registration_id = m.registration_id AND w.actor IS NULL AND w.created_at < m.created_at))
    FROM case_message m WHERE m.registration_id > :registrations AND m.actor IS NOT NULL AND EXISTS (
        SELECT 1 FROM case_message w WHERE w.registration_id = m.registration_id AND w.actor IS NULL
        AND w.created_at < m.created_at)
    UNION ALL
    SELECT r.owner_id, e.event, h.done_at, CASE WHEN e.event = 'reply' THEN waited_band(h.done_at - h.created_at) END
    FROM help_request h JOIN registration r ON r.identity_id = h.identity_id
    CROSS JOIN (VALUES ('helped'), ('reply')) e (event)
    WHERE r.id > :registrations AND h.done_at IS NOT NULL
    UNION ALL
    SELECT g.staff_id, 'rated.' || said, g.asked_at, NULL FROM rating g
    CROSS JOIN LATERAL unnest(ARRAY['asked', g.score]) AS a (said)
    WHERE g.registration_id > :registrations AND said IS NOT NULL
) happened WHERE staff_id IS NOT NULL GROUP BY 1, 2, 3, 4
"""
