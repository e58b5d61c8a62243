"""What is counted for Prometheus; no label carries anything about a person."""

from prometheus_client import Counter, Histogram

UPDATES = Counter("vieclam_updates_total", "Updates taken in", ["channel", "outcome"])
TURN_SECONDS = Histogram(
    "vieclam_turn_seconds",
    "From an update's arrival to its commit",
    ["channel"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5),
)
ZALO_EVENTS = Counter("vieclam_zalo_events_total", "Events at the Official Account's webhook, by outcome", ["outcome"])
SENT = Counter("vieclam_replies_total", "Replies that left, by outcome", ["channel", "outcome"])
DELIVERIES = Counter("vieclam_deliveries_total", "Tries of broadcasts, by outcome", ["channel", "outcome"])
