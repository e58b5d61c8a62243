"""A strict local stand-in for Zalo's Official Account: API, tokens, webhook; written from the facts sheet alone."""

from tests.standins.zalo_oa.person import ZaloPerson
from tests.standins.zalo_oa.server import ZaloStandIn

__all__ = ["ZaloPerson", "ZaloStandIn"]
