"""Forms as data, and the pure engine that decides what to ask next."""
