"""What each channel allows, one module a channel, each figure with its source."""
