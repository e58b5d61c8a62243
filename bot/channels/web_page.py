"""The web chat's page: the template with its words, the service worker's version, and their headers."""

import hashlib
import html
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

from bot.channels.web_identity import cookie_header, new_token, token_of
from content.catalogue import LANGUAGES, messages

PAGE = Path(__file__).with_name("page")
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' blob: data:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


class Page:
    """The page under an office's name (by language)."""

    def __init__(self, office: Mapping[str, str], *, secure: bool) -> None:
        self._strings = _strings(office)
        self._secure = secure

    def index(self, request: Request) -> Response:
        """The page itself, with a fresh identity for a phone that has none."""
        lang = guess_language(request.headers.get("accept-language", ""))
        title = html.escape(messages(lang)["page.title"])
        words = _read("index.html").replace("__LANG__", lang).replace("__TITLE__", title)
        response = HTMLResponse(words.replace("__STRINGS__", self._strings), headers=HEADERS)
        if token_of(request, secure=self._secure) is None:
            response.headers.append("Set-Cookie", cookie_header(new_token(), secure=self._secure))
        return response

    def worker(self, _: Request) -> Response:
        """The service worker; its version changes with anything that phones keep of the page."""
        body = _read("sw.js").replace("__VERSION__", _digest(self._strings))
        return Response(body, media_type="text/javascript", headers=HEADERS)


def manifest(_: Request) -> Response:
    """What makes the page installable."""
    return FileResponse(PAGE / "manifest.webmanifest", media_type="application/manifest+json", headers=HEADERS)


def guess_language(accepted: str) -> str:
    """Khmer for a phone set to Khmer, Vietnamese for every other."""
    return "km" if accepted.lower().startswith("km") else LANGUAGES[0]


@cache
def _read(name: str) -> str:
    return (PAGE / name).read_text()


def _strings(office: Mapping[str, str]) -> str:
    """The page's own words in both languages, as JSON that is safe inside a script element."""
    words = {
        lang: {key.removeprefix("page."): text for key, text in messages(lang).items() if key.startswith("page.")}
        | {"office": office[lang]}
        for lang in LANGUAGES
    }
    return json.dumps(words, ensure_ascii=False).replace("<", "\\u003c")


def _digest(strings: str) -> str:
    digest = hashlib.sha256(strings.encode())
    for file in sorted(PAGE.rglob("*")):
        if file.is_file():
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
