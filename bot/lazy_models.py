"""aiogram's models, each built when it is first used rather than all of them when aiogram is imported.

aiogram ends its import by rebuilding some 450 pydantic models, which takes longer than everything else in our start; a
conversation uses a few dozen. Import this before aiogram: it puts the rebuilding off and gives each model the names
that it needs when its turn comes. ``tests/test_lazy_models.py`` builds every one of them this way.
"""

import sys
from typing import Any

from pydantic import BaseModel
from pydantic._internal._config import config_defaults

_names: dict[str, Any] = {}
"""What aiogram's models call each other."""
_rebuild = BaseModel.__dict__["model_rebuild"].__func__


def _later(cls: type[BaseModel], /, *, _types_namespace: Any = None, **more: Any) -> bool | None:
    """Stand in for ``model_rebuild`` while aiogram is imported: remember the names, build nothing."""
    if _types_namespace is None:
        return bool(_rebuild(cls, **more))
    _names.update(_types_namespace)
    return None


def _now(cls: type[BaseModel], /, *, _types_namespace: Any = None, **more: Any) -> bool | None:
    """Build a model with the names that were remembered; pydantic calls this when a model is first used."""
    more.pop("_parent_namespace_depth", None)
    names = _names if _types_namespace is None else _types_namespace
    result: bool | None = _rebuild(cls, _types_namespace=names, **more)
    return result


def _import_lazily() -> None:
    method = "model_rebuild"
    setattr(BaseModel, method, classmethod(_later))
    config_defaults["defer_build"] = True  # for models that could be built at once; aiogram's say nothing of it
    try:
        import aiogram.methods
        import aiogram.types
    finally:
        config_defaults["defer_build"] = False
        setattr(BaseModel, method, classmethod(_rebuild))
    for base in (aiogram.types.TelegramObject, aiogram.methods.TelegramMethod, aiogram.methods.Response):
        setattr(base, method, classmethod(_now))


if "aiogram.types" not in sys.modules:
    _import_lazily()
