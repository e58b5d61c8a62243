"""A strict local Bot API server for tests and benchmarks."""

from tests.standins.telegram import faults
from tests.standins.telegram.limits import Limits, Rule
from tests.standins.telegram.onlooker import NoReply, Onlooker
from tests.standins.telegram.person import Person
from tests.standins.telegram.server import TelegramStandIn

__all__ = ["Limits", "NoReply", "Onlooker", "Person", "Rule", "TelegramStandIn", "faults"]
