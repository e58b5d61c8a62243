"""The roles of the desk by name, for the command line and the settings, which begin before the tables are read."""

from typing import Literal

Role = Literal["administrator", "office", "commune", "hamlet", "bank", "job_centre", "editor", "reader"]
