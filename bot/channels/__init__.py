"""One module a channel: how its events become updates, and how aiogram's methods become its own calls."""
