"""Where a conversation can stand; no state is the main menu."""

from aiogram.fsm.state import State, StatesGroup


class Stage(StatesGroup):
    """The states of the FSM."""

    consent = State()
    """The agreement has been read out; a yes or no is awaited."""
    form = State()
    """A registration is being filled in: a question, the summary, or which answer to correct."""
    whom = State()
    """Whether the person who registered before is the one who writes now."""
    resume = State()
    """An unfinished registration has been offered again."""
    callback = State()
    """A person was asked for; a number to call back on may follow."""
    identity_check = State()
    """The year of birth is awaited before anything that is kept is shown (phones are shared)."""
    deleting = State()
    """Deletion has been asked for; a yes or no is awaited."""
    unagreeing = State()
    """Taking the agreement back has been asked for; a yes or no is awaited."""
    loan_guide = State()
    """“Can I borrow?” has been asked; an answer to its open question is awaited."""
    loan_sum = State()
    """A loan is being reckoned; its amount or its months are awaited."""
    firm = State()
    """The name or licence number of a firm is awaited."""
    fee = State()
    """The fee check is open: months, a wage or a sum is awaited."""
    report = State()
    """What happened is awaited, for a report of a fraud."""
    helped_kind = State()
    """An officer registers somebody else; which need that person has is awaited."""
    helped_agreement = State()
    """The agreement is read out to that person; their yes or no is awaited."""
    helped_twin = State()
    """People who look like that person are shown; which of them it is, or none, is awaited."""
    rating = State()
    """A face was chosen for the help; a sentence may follow, or nothing."""
    withdrawing = State()
    """Withdrawal of one registration has been asked for; a yes or no is awaited."""
