"""What the office configures, read from ``VIECLAM_*`` in the environment."""

import contextlib
import os
import secrets
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.roles import Role

_EMPTY_MEANS_UNSET = (
    "database_url",
    "public_url",
    "secret_key",
    "telegram_token",
    "telegram_webhook_secret",
    "zalo_oa_app_id",
    "zalo_oa_app_secret",
    "zalo_oa_secret_key",
    "zalo_oa_redirect",
    "zalo_oa_picture",
    "zalo_bot_token",
    "zalo_bot_webhook_secret",
    "office_phone",
    "office_address",
)


class Settings(BaseSettings):
    """Every setting with its default; ``docs/settings.md`` explains them, and a test holds the two together."""

    model_config = SettingsConfigDict(env_prefix="VIECLAM_", env_file=".env", extra="ignore")

    database_url: str | None = None
    data_dir: Path = Path("var")
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str | None = None
    secret_key: SecretStr | None = None
    tz: str = "Asia/Ho_Chi_Minh"
    log_level: str = "INFO"

    telegram_token: SecretStr | None = None
    telegram_api_base: str = "https://api.telegram.org"
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_webhook_secret: SecretStr | None = None
    telegram_per_second: int = Field(default=30, ge=0)
    """Messages a second to everybody together; 0 for a Bot API that sets no limit."""
    telegram_reserve: float = Field(default=3.0, ge=0)
    """So many of them a second are kept free of broadcasts, for replies."""

    zalo_oa_app_id: str | None = None
    zalo_oa_app_secret: SecretStr | None = None
    zalo_oa_secret_key: SecretStr | None = None
    zalo_oa_api_base: str = "https://openapi.zalo.me"
    zalo_oa_business_base: str = "https://business.openapi.zalo.me"
    zalo_oa_oauth_base: str = "https://oauth.zaloapp.com"
    zalo_oa_redirect: str | None = None
    zalo_oa_picture: str | None = None
    zalo_oa_buttons: bool = True
    zalo_oa_proof: bool = False
    zalo_oa_quiet_minutes: int = Field(default=30, ge=0, le=1440)
    zalo_oa_monthly_budget: int = Field(default=0, ge=0)
    zalo_oa_plan: Literal["growth", "comprehensive"] = "growth"

    zalo_bot_token: SecretStr | None = None
    zalo_bot_api_base: str = "https://bot-api.zaloplatforms.com"
    zalo_bot_mode: Literal["polling", "webhook"] = "polling"
    zalo_bot_webhook_secret: SecretStr | None = None

    office_name_vi: str = "Văn phòng lao động"
    office_name_km: str = "ការិយាល័យការងារ"
    role_names_vi: dict[Role, str] = {}
    role_names_km: dict[Role, str] = {}
    """What roles are called here, as JSON: ``{"office": "Phòng Văn hóa – Xã hội"}``."""
    office_phone: str | None = None
    office_address: str | None = None
    office_hours: str = "07:30-11:30,13:30-17:00"
    office_weekdays: str = "1,2,3,4,5"
    promise_working_days: int = Field(default=3, ge=0, le=30)
    nudge_after_hours: int = Field(default=20, ge=1, le=240)
    closed_days: str = ""
    """Holidays as ISO dates with commas: the office is shut and nobody is nudged."""

    proactive_hours: str = "07:30-19:30"
    proactive_per_day: int = Field(default=2, ge=1)
    proactive_per_week: int = Field(default=5, ge=1)
    second_factor: str = "administrator"
    """Roles with commas who must have a second step at the desk; empty for nobody."""
    second_factor_grace_days: int = Field(default=7, ge=0, le=90)

    second_person_above: int = Field(default=200, ge=0)
    """A broadcast to more people than this is released by somebody other than its author."""

    remind_fair: str = "3d@18:00,1d@18:00,0d@06:00"
    remind_course: str = "3d@18:00,1d@18:00"
    remind_deadline: str = "7d@18:00,2d@18:00"
    remind_meeting: str = "1d@18:00,2h"
    remind_call: str = "2h"

    @field_validator(*_EMPTY_MEANS_UNSET, mode="before")
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("second_factor")
    @classmethod
    def _roles_are_known(cls, value: str) -> str:
        from db.staff import ROLES  # not needed for the default, and slow to import

        if unknown := set(_roles(value)) - set(ROLES):
            raise ValueError(f"No such role: {', '.join(sorted(unknown))}. One of: {', '.join(ROLES)}")
        return value

    @property
    def second_roles(self) -> tuple[str, ...]:
        """Who must have a second step at the desk."""
        return _roles(self.second_factor)

    @property
    def role_names(self) -> dict[str, dict[str, str]]:
        """What roles are called here, by language."""
        given = {"vi": self.role_names_vi, "km": self.role_names_km}
        return {lang: {str(role): name for role, name in names.items()} for lang, names in given.items()}

    @property
    def zone(self) -> ZoneInfo:
        """The time zone that hours and days are told in."""
        return ZoneInfo(self.tz)

    @property
    def url(self) -> str:
        """Where people reach the program from outside."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    def secret(self) -> str:
        """The key of seals and sessions: from the environment, or made once and kept beside our own database."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value()
        return _kept_secret(self.data_dir / "secret_key")


def _roles(words: str) -> tuple[str, ...]:
    return tuple(role for part in words.split(",") if (role := part.strip().lower()))


def _kept_secret(file: Path) -> str:
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_name(f"{file.name}.{os.getpid()}")
        unfinished.touch(mode=0o600)
        unfinished.write_text(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):  # another process was quicker: its key counts
            os.link(unfinished, file)
        unfinished.unlink()
    secret = file.read_text().strip()
    if not secret:
        raise ValueError(f"{file} is empty: put the secret key back from your backup")
    return secret
