"""What a broadcast costs on Zalo before it is sent: who is free now, who costs what, who can only be called."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from content.zalo_prices import FREE, OPEN, Terms, prices
from db.reach import WAYS, Since, ways_of
from db.recipients import Reading
from db.zalo_account import allowance_left
from db.zalo_budget import taken_in
from db.zalo_templates import FILLED


@dataclass(frozen=True)
class Costs:
    """People by way, and đồng."""

    free: int
    billed: int
    by_template: int
    """Silent on Zalo for more than seven days, and an approved template stands for the notice."""
    to_call: int
    """They have a phone of their own, and nothing else reaches them."""
    nothing: int
    """Neither: their hamlet head, the loudspeaker."""
    price: int
    template_price: int | None
    """None: there is no approved template for notices."""
    budget: int
    taken: int
    in_plan: int | None = None
    """Messages outside of the free window that the plan still pays for; None: Zalo has not told."""

    @property
    def by_plan(self) -> int:
        """Of the billed ones, how many the plan pays for."""
        return min(self.billed, self.in_plan or 0)

    @property
    def total(self) -> int:
        """Đồng: what the plan does not pay for, and the templates."""
        return (self.billed - self.by_plan) * self.price + self.by_template * (self.template_price or 0)

    @property
    def left(self) -> int:
        """Đồng of this month's budget."""
        return max(0, self.budget - self.taken)

    @property
    def is_affordable(self) -> bool:
        """Whether the budget covers all of it; it is never overrun: who does not fit in is not written to."""
        return self.total <= self.left


def since(now: datetime) -> Since:
    """The windows at a moment."""
    return Since(now - FREE, now - OPEN)


async def costs_of(
    connection: AsyncConnection, reading: Reading, terms: Terms, now: datetime, *, purpose: str = "notice"
) -> Costs:
    """Reckon a broadcast. The reading comes from ``db.recipients.read``."""
    counts = dict.fromkeys((*WAYS, "to_call"), 0)
    template = await _template_price(connection, purpose)
    for row in await ways_of(connection, reading, since(now)):
        way = WAYS[row.way - 1]
        unreached = way in ("blocked", "none") or (way == "template" and template is None)
        counts["to_call" if unreached and row.phone else "none" if unreached else way] += round(
            row.people / reading.share
        )
    return Costs(
        free=counts["free"],
        billed=counts["billed"],
        by_template=counts["template"],
        to_call=counts["to_call"],
        nothing=counts["none"] + counts["blocked"],
        price=prices().outside_window,
        template_price=template,
        budget=terms.budget,
        taken=await taken_in(connection, now.astimezone(terms.zone).date()),
        in_plan=await allowance_left(connection),
    )


_TEMPLATE_PRICE = text(
    f"""
    SELECT max(coalesce(price_uid, :usual)) FROM zalo_template
    WHERE state = 'ENABLE' AND purpose = :purpose AND {FILLED}
    """  # noqa: S608 - ours
)


async def _template_price(connection: AsyncConnection, purpose: str) -> int | None:
    values = {"purpose": purpose, "usual": prices().by_uid}
    found: int | None = await connection.scalar(_TEMPLATE_PRICE, values)
    return found
