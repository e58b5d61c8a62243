"""Work abroad: what to know before going, what it may cost, who may send people, and what to do about cheats."""
