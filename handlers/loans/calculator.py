"""Reckoning a loan: the programme, the amount, the months; then what is due in the two ways of paying back."""

from decimal import Decimal

from content.facts.fact import Fact
from content.facts.live import fact
from content.facts.units import written, written_value
from content.loan_picture import LoanPicture
from content.loans import Programme, programmes
from content.reading.money import LEAST, MILLION, MOST, OtherMoney, read_sum
from content.reading.numbers import read_position
from content.reading.spans import read_months
from content.repayment import Plan, equal_principal, principal_at_the_end
from handlers.loans.pages import title
from handlers.menu import entry
from handlers.picture import show_picture
from handlers.stage import Stage
from handlers.talk import Choice, Talk

KEPT = "loan_sum"
"""Where the conversation's memory has the programme and the amount so far."""
AMOUNTS = (10, 20, 50, 100, 200)
"""Millions that are offered by a button."""
MONTHS = (12, 24, 36, 60, 120)
LONGEST = 240
"""What is believed to be a number of months, where no fact bounds it."""
SHOWN = 5


def choose_programme(talk: Talk, page: int = 0) -> None:
    """Ask which programme's rate to reckon with, five at a time; those without a confirmed rate are not offered."""
    talk.account.state = None
    keys = [key for key, one in programmes().items() if _known(one.rate) is not None]
    page = page if page * SHOWN < len(keys) else 0
    choices = [Choice(title(talk, key), f"loans:sum:{key}") for key in keys[page * SHOWN : (page + 1) * SHOWN]]
    more = (page + 1) * SHOWN < len(keys)
    words = talk.text("button.more" if more else "button.first_page")
    turn = [Choice(words, f"loans:sums:{page + 1 if more else 0}")] if more or page else []
    talk.say("loans.sum.which", choices, below=(*turn, entry(talk, "loans")))


def begin(talk: Talk, key: str) -> None:
    """Reckon with a programme: ask for the amount."""
    if _known(programmes()[key].rate) is None:
        talk.account.state = None
        talk.say("loans.sum.unknown", [Choice(talk.text("loans.sum.title"), "loans:sum"), entry(talk, "staff_contact")])
        return
    talk.data[KEPT] = {"programme": key}
    talk.account.state = Stage.loan_sum.state
    ask(talk)


def ask(talk: Talk, *lead: str) -> None:
    """Ask for what is still missing: the amount, then the months."""
    if "amount" not in talk.data[KEPT]:
        most = _limit(_programme(talk).most, MOST)
        values = [(written_value("dong", Decimal(n * MILLION), talk.lang), n * MILLION) for n in AMOUNTS]
        question = "loans.sum.amount"
    else:
        most = _longest(_programme(talk))
        values = [(written_value("months", Decimal(n), talk.lang), n) for n in MONTHS]
        question = "loans.sum.months"
    choices = [Choice(words, f"sum:{value}") for words, value in values if value <= most]
    redo = [Choice(talk.text("sum.redo"), "sum:redo")] if "amount" in talk.data[KEPT] else []
    talk.send("\n".join((*lead, talk.text(question))), choices, below=(*redo, entry(talk, "loans")))


def redo(talk: Talk) -> None:
    """Ask for the amount again: it was read otherwise than it was meant."""
    talk.data[KEPT].pop("amount", None)
    ask(talk)


def reads(text: str) -> bool:
    """Whether words can be an amount or a number of months, right or wrong."""
    try:
        return read_sum(text) is not None or read_months(text) is not None
    except OtherMoney:
        return True


def take_words(talk: Talk, text: str) -> None:
    """Read an amount or a number of months that was typed: "50 triệu", "50tr", "ba năm"."""
    offered = talk.data.get("offered", [])
    position = read_position(text)
    if position is not None and 1 <= position <= len(offered):
        take(talk, int(offered[position - 1][1].removeprefix("sum:")))
        return
    if "amount" not in talk.data[KEPT]:
        _take_sum(talk, text)
        return
    take(talk, read_months(text))


def _take_sum(talk: Talk, text: str) -> None:
    try:
        said = read_sum(text)
    except OtherMoney:
        ask(talk, talk.text("sum.foreign"))
    else:
        take(talk, said)


def take(talk: Talk, number: int | None) -> None:
    """Take the number that was asked for; one that can't be is asked for again, with the reason."""
    kept = talk.data[KEPT]
    if fault := _fault(talk, number):
        ask(talk, fault)
    elif "amount" not in kept:
        assert number is not None, "no number is a fault"
        kept["amount"] = number
        ask(talk, talk.text("sum.read", dong=written_value("dong", Decimal(number), talk.lang)))
    else:
        assert number is not None, "no number is a fault"
        talk.account.state = None
        _tell(talk, _programme(talk), Decimal(kept["amount"]), number)
        del talk.data[KEPT]


def _fault(talk: Talk, number: int | None) -> str | None:
    programme = _programme(talk)
    if "amount" not in talk.data[KEPT]:
        most = _limit(programme.most, MOST)
        if number is None or number < LEAST:
            return talk.text("loans.sum.no_amount")
        words = written_value("dong", Decimal(most), talk.lang)
        return talk.text("loans.sum.too_much", most=words) if number > most else None
    most = _longest(programme)
    if number is None or number < 1:
        return talk.text("loans.sum.no_months")
    words = written_value("months", Decimal(most), talk.lang)
    return talk.text("loans.sum.too_long", most=words) if number > most else None


def _tell(talk: Talk, programme: Programme, amount: Decimal, months: int) -> None:
    rate = _known(programme.rate)
    if rate is None or not isinstance(rate.value, Decimal):  # taken back while the person was answering
        begin(talk, programme.key)
        return
    head = talk.text(
        "loans.sum.head",
        amount=written_value("dong", amount, talk.lang),
        months=written_value("months", Decimal(months), talk.lang),
        rate=written(rate, talk.lang),
    )
    talk.send(head)
    talk.send(_plan(talk, "equal", equal_principal(amount, rate.value, months)))
    talk.send(_plan(talk, "once", principal_at_the_end(amount, rate.value, months)))
    picture = LoanPicture(talk.lang, amount, rate.value, months)
    show_picture(talk, picture.name, talk.text("loans.picture.caption"))
    again = Choice(talk.text("loans.sum.again"), f"loans:sum:{programme.key}")
    talk.say("loans.sum.about", [again, entry(talk, "staff_contact")], (entry(talk, "loans"),))


def _plan(talk: Talk, way: str, plan: Plan) -> str:
    sums = {"first": plan.first.due, "last": plan.last.due, "interest": plan.interest}
    return talk.text(
        f"loans.sum.{way}", **{name: written_value("dong", dong, talk.lang) for name, dong in sums.items()}
    )


def _programme(talk: Talk) -> Programme:
    return programmes()[talk.data[KEPT]["programme"]]


def _known(name: str | None) -> Fact | None:
    found = fact(name) if name else None
    return found if found is not None and found.confirmed else None


def _limit(name: str | None, otherwise: int) -> int:
    known = _known(name)
    return int(known.value) if known is not None and isinstance(known.value, Decimal) else otherwise


def _longest(programme: Programme) -> int:
    known = _known(programme.longest)
    months = _limit(programme.longest, LONGEST)
    return months * 12 if known is not None and known.unit == "years" else months
