"""An officer registers somebody without a phone, from the officer's own chat."""
