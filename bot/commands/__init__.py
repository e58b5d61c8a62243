"""What the command line's longer commands do; imported only when one of them is called."""

import bot.lazy_models  # noqa: F401 - before anything imports aiogram
