"""Acting on the buttons of the loans' pages, questions and reckonings."""

from content.loans import programmes
from handlers.loans import calculator, guide, pages
from handlers.stage import Stage
from handlers.talk import Talk


async def tapped(talk: Talk, verb: str, rest: list[str]) -> bool:
    """Act on a button; False for one that means nothing any more."""
    match verb, rest:
        case "loans", ["all", page] if page.isascii() and page.isdigit():
            pages.show_programmes(talk, int(page))
        case "loans", [topic] if topic in pages.TEXTS:
            pages.TEXTS[topic](talk)
        case "loans", ["guide"]:
            guide.begin(talk)
        case "loans", ["sum"]:
            calculator.choose_programme(talk)
        case "loans", ["sums", page] if page.isascii() and page.isdigit():
            calculator.choose_programme(talk, int(page))
        case "loans", ["of" | "papers" | "sum" as what, key] if key in programmes():
            {"of": pages.show_programme, "papers": pages.show_papers, "sum": calculator.begin}[what](talk, key)
        case "guide", ["back"]:
            guide.back(talk)
        case "guide", [question, value]:
            return await guide.tap(talk, question, value)
        case "sum", ["redo"] if talk.account.state == Stage.loan_sum.state:
            calculator.redo(talk)
        case "sum", [number] if number.isascii() and number.isdigit() and talk.account.state == Stage.loan_sum.state:
            calculator.take(talk, int(number))
        case _:
            return False
    return True
