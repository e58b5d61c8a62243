"""What happens by the clock: one nudge to the silent, fetching files, and forgetting what is too old."""
