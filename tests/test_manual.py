"""The manual and the code agree: what can be set, called, asked or depended on is in the manual, and nothing else."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import typer
from pydantic import SecretStr

from bot.cli import app
from bot.roles import Role
from bot.settings import Settings
from content.forms import FORMS
from content.question import Question, always
from db.models import Base
from db.staff import ROLES

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", *DOCS.rglob("*.md")])
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))

Table = dict[str, list[str]]


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def table(text: str) -> Table:
    """The rows of a page's tables whose first cell is a code word: the other cells by that word."""
    found: Table = {}
    for line in text.splitlines():
        if line.startswith("| `"):
            first, *rest = (cell.strip() for cell in line.strip("| \n").split(" | "))
            word = first.strip("`")
            assert word not in found, f"{word} is explained twice"
            found[word] = rest
    return found


def sections(text: str) -> dict[str, str]:
    """The parts under a heading of code words, by those."""
    parts = re.split(r"^## `([^`]+)`.*$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def default_of(name: str) -> str:
    value: Any = Settings.model_fields[name].default
    if value is None or value == "":
        return "–"
    assert not isinstance(value, SecretStr), "a secret has no default"
    return f"`{value}`"


def test_every_setting_is_explained_with_its_default() -> None:
    rows = table(page("settings.md"))
    assert set(rows) == {f"VIECLAM_{name.upper()}" for name in Settings.model_fields}
    for name in Settings.model_fields:
        default, meaning = rows[f"VIECLAM_{name.upper()}"]
        assert default == default_of(name), name
        assert len(meaning) > 15, name


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_no_page_speaks_of_a_setting_that_is_not_there(path: Path) -> None:
    named = set(re.findall(r"VIECLAM_([A-Z_]+)", path.read_text(encoding="utf-8")))
    of_the_tests = {"FUZZ", "SHOTS", "CROWD"}
    assert named - of_the_tests <= {name.upper() for name in Settings.model_fields}


def commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Every command that can be called, under its whole name."""
    if children := getattr(command, "commands", None):
        for child in children.values():
            yield from commands(child, f"{name} {child.name}")
    else:
        yield name, command


def options(command: Any) -> list[str]:
    return [word for parameter in command.params for word in parameter.opts if word.startswith("--")]


def test_every_command_has_a_section_with_its_options_and_an_example() -> None:
    called = dict(commands(typer.main.get_command(app), "vieclam"))
    explained = sections(page("commands.md"))
    assert set(explained) == set(called)
    for name, command in called.items():
        assert f"\n```sh\n{name}" in explained[name], f"{name} has no example"
        for option in options(command):
            assert f"`{option}`" in explained[name], f"{name} {option}"


def test_roles_in_the_manual_are_those_of_the_command_line() -> None:
    assert get_args(Role) == ROLES
    for role in ROLES:
        assert f"`{role}`" in sections(page("commands.md"))["vieclam staff add"]
        assert f"`{role}`" in page("desk.md")


def test_every_dependency_says_why_it_is_there() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {re.split(r"[\[=<>;~! ]", line, maxsplit=1)[0] for line in asked}
    rows = table(page("dependencies.md"))
    assert set(rows) == names
    assert all(len(why) > 8 for (why,) in rows.values())


def cells(question: Question) -> list[str]:
    """A question's row in the manual, but for its label and the words for when it is asked."""
    marks = ["yes" if mark else "–" for mark in (question.optional, question.sensitive)]
    return [question.kind, ", ".join(question.choices) or "–", *marks, question.official or "–"]


@pytest.mark.parametrize("name", FORMS)
def test_every_question_of_a_form_stands_in_its_order(name: str) -> None:
    rows = table(sections(page("forms.md"))[name])
    assert list(rows) == [question.key for question in FORMS[name].questions]
    for question in FORMS[name].questions:
        label, *facts, asked = rows[question.key]
        assert label
        assert facts == cells(question), question.key
        assert (asked == "always") == (question.when is always), question.key


def test_the_manual_has_no_form_that_is_gone() -> None:
    assert set(sections(page("forms.md"))) == set(FORMS)


def test_every_table_has_its_word() -> None:
    classes = {mapper.class_.__name__: mapper.class_.__tablename__ for mapper in Base.registry.mappers}
    last = page("glossary.md").split("## Words of the program")[1]
    assert {word: row[0].strip("`") for word, row in table(last).items()} == classes


def test_every_decision_is_linked_and_whole() -> None:
    numbers = [path.name.split("-")[0] for path in DECISIONS]
    assert numbers == [f"{n:04}" for n in range(1, len(numbers) + 1)]
    for path in DECISIONS:
        assert f"](decisions/{path.name})" in page("architecture.md"), path.name
        text = path.read_text(encoding="utf-8")
        for part in ("**Context.**", "**Decision.**", "**What lost, and why.**", "**Consequence.**"):
            assert part in text, f"{path.name}: {part}"


def test_the_readme_names_the_two_commands_and_every_page() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "\nmake run " in readme
    assert "\nmake test " in readme
    for path in DOCS.glob("*.md"):
        assert f"(docs/{path.name})" in readme, path.name


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_and_pictures_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for link in re.findall(r'\]\(([^)\s]+)\)|src="([^"]+)"', text):
        target = "".join(link).split("#")[0]
        if target and "://" not in target:
            assert (path.parent / target).exists(), target


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_files_that_a_page_names_are_there(path: Path) -> None:
    named = re.findall(r"`((?:bot|handlers|content|db|jobs|desk|tests|benchmarks)/[\w./-]+)`", path.read_text("utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_no_page_names_a_path_of_somebodys_machine(path: Path) -> None:
    places = r"(?<![\w.\]/])(?:/(?:home|root|work|tmp|Users|opt|mnt|srv|usr|var|etc)/[\w./-]*|[A-Z]:\\)"
    assert re.findall(places, path.read_text(encoding="utf-8")) == []
