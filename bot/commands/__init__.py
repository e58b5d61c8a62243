"""What the command line's longer commands do; imported only when one of them is called."""

import gc

# Importing makes some hundred thousand objects and no garbage; looking for some meanwhile takes a third of the start.
gc.disable()

import bot.lazy_models  # noqa: E402, F401 - before anything imports aiogram

LOOK_AFTER = (20_000, 10, 50)
"""A turn makes thousands of objects that go by themselves, and next to no garbage: to look every 700 is for nothing."""


def everything_is_imported() -> None:
    """Collect garbage from now on, and never look again at what was imported."""
    gc.freeze()
    gc.set_threshold(*LOOK_AFTER)
    gc.enable()
