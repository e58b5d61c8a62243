"""Reading what workers type: each reader takes any text and returns what was meant, or None."""

from content.reading.choices import near_choices, read_choice, read_label
from content.reading.dates import read_date
from content.reading.decisions import read_decision
from content.reading.labels import Option
from content.reading.money import read_sum
from content.reading.names import read_name
from content.reading.numbers import read_number, read_position
from content.reading.phones import mask_phone, read_phone, show_phone
from content.reading.spans import read_months
from content.reading.speech import short_forms
from content.reading.unsure import is_unsure
from content.reading.years import read_age_or_year, read_birth_year
from content.reading.yes_no import read_yes_no

__all__ = [
    "Option",
    "is_unsure",
    "mask_phone",
    "near_choices",
    "read_age_or_year",
    "read_birth_year",
    "read_choice",
    "read_date",
    "read_decision",
    "read_label",
    "read_months",
    "read_name",
    "read_number",
    "read_phone",
    "read_position",
    "read_sum",
    "read_yes_no",
    "short_forms",
    "show_phone",
]
