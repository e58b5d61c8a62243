"""Runs benchmarks: ``python -m benchmarks [name …] [--quick] [--write]``."""

import argparse
import re
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.ground import circumstances
from benchmarks.processes import HERE, end_on_signal, python

NAMES = ("registrations", "memory", "cold_start", "desk", "broadcasts")
PAGE = HERE / "docs" / "performance.md"


def arguments() -> argparse.Namespace:
    """What to run and where to put the result."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(NAMES)}; all of them by default")
    parser.add_argument("--quick", action="store_true", help="short, to see that everything works")
    parser.add_argument("--write", action="store_true", help=f"replace the section in {PAGE.name}, but the desk's")
    options = parser.parse_args()
    if unknown := set(options.names) - set(NAMES):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    return options


def measured(name: str, quick: bool) -> tuple[str, str]:
    """Run one benchmark; its heading and the section's text."""
    if name == "desk":
        return "The desk", _desk(quick)
    # each module has ``HEADING`` and ``run(quick)``
    module = import_module(f"benchmarks.{name}")
    return module.HEADING, module.run(quick)


def _desk(quick: bool) -> str:
    """The desk's benchmark is a program of its own, which prints its table."""
    with TemporaryDirectory(prefix="vieclam-bench-") as directory:
        Path(directory).chmod(0o755)
        command = python("benchmarks.desk", "--data", directory, *(("--sizes", "10000") if quick else ()))
        done = subprocess.run(command, cwd=HERE, stdout=subprocess.PIPE, text=True, check=True)
    return f"{circumstances()}\n\n{done.stdout}"


def replaced(page: str, heading: str, section: str) -> str:
    """The page with the text under ``## heading`` exchanged, or added at its end."""
    text = f"## {heading}\n\n{section.strip()}\n"
    found = re.compile(rf"^## {re.escape(heading)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    if found.search(page):
        return found.sub(lambda _: f"{text}\n", page).rstrip() + "\n"
    return f"{page.rstrip()}\n\n{text}".lstrip()


def main() -> int:
    """Entry point."""
    options = arguments()
    end_on_signal()
    for name in options.names or NAMES:
        begun = time.perf_counter()
        heading, text = measured(name, options.quick)
        section = f"{text}\nRepeat: `python -m benchmarks {name}`.\n"
        print(f"## {heading}\n\n{section}", flush=True)
        print(f"{name}: {time.perf_counter() - begun:.0f} s", file=sys.stderr)
        if options.write and name != "desk":  # its section has words of its own around the table
            PAGE.write_text(replaced(PAGE.read_text() if PAGE.exists() else "", heading, section))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
