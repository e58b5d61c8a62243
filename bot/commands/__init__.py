"""What the command line's longer commands do; imported only when one of them is called."""

import gc

# Importing makes some hundred thousand objects and no garbage; looking for some meanwhile takes a third of the start.
gc.disable()

import bot.lazy_models  # noqa: E402, F401 - before anything imports aiogram


def everything_is_imported() -> None:
    """Collect garbage from now on, and never look again at what was imported."""
    gc.freeze()
    gc.enable()
