"""A strict local stand-in for the Zalo Bot Platform, written from its documentation's facts alone."""

from tests.standins.zalo_bot.person import ZaloPerson
from tests.standins.zalo_bot.server import ZaloBotStandIn

__all__ = ["ZaloBotStandIn", "ZaloPerson"]
