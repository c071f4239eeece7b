"""Read an inbound SMS as a keyword: opting out, opting in, or asking for help. Pure.

A message is a keyword only as a whole. Case, spaces around it, punctuation and quotes do not
matter. English words are those that Twilio documents
(https://help.twilio.com/articles/223134027); the provider answers them, also STOP, so Parley sends
nothing. Words of other languages are ours alone: the provider neither answers nor blocks them,
unless its own opt-out settings have them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from parley.domain.delivery.inbound_sms import OptOutType


class Keyword(StrEnum):
    """What a message asks for."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"


STOP_WORDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "en": (
            "STOP",
            "STOPALL",
            "STOP ALL",
            "UNSUBSCRIBE",
            "CANCEL",
            "END",
            "QUIT",
            "OPTOUT",
            "OPT OUT",
            "REVOKE",
        ),
        "ar": ("إيقاف", "ايقاف", "توقف"),
        "bg": ("СТОП",),
        "cs": ("ODHLÁSIT", "ODHLASIT"),
        "da": ("STOP", "AFMELD"),
        "de": ("STOPP", "STOP", "ABMELDEN", "ABBESTELLEN"),
        "el": ("ΔΙΑΚΟΠΗ", "ΔΙΑΓΡΑΦΗ"),
        "es": ("PARAR", "ALTO", "CANCELAR", "BAJA", "DETENER"),
        "fi": ("LOPETA", "SEIS", "PERU"),
        "fr": ("ARRÊT", "ARRET", "ARRÊTER", "ARRETER", "DÉSABONNER", "DESABONNER"),
        "he": ("הסר", "עצור"),
        "hu": ("LEÁLLÍT", "LEIRATKOZÁS"),
        "id": ("BERHENTI",),
        "it": ("FERMA", "ANNULLA", "CANCELLA", "DISISCRIVI"),
        "ja": ("停止", "配信停止", "解除"),
        "ko": ("중지", "수신거부", "그만"),
        "nl": ("STOPPEN", "AFMELDEN"),
        "no": ("STOPP", "AVSLUTT", "MELD AV"),
        "pl": ("WYPISZ", "ZATRZYMAJ"),
        "pt": ("PARAR", "PARE", "SAIR", "CANCELAR"),
        "ro": ("OPREȘTE", "OPRESTE", "DEZABONARE"),
        "ru": ("СТОП", "ОТПИСАТЬСЯ"),
        "sv": ("STOPP", "AVSLUTA", "AVREGISTRERA"),
        "tr": ("DUR", "İPTAL", "IPTAL", "DURDUR"),
        "uk": ("СТОП", "ВІДПИСАТИСЯ"),
        "vi": ("DỪNG", "HỦY", "HUY"),
        "zh": ("停止", "退订", "取消", "退訂"),
    }
)
"""Words that opt out, by language."""

START_WORDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "en": ("START", "YES", "UNSTOP"),
        "ar": ("ابدأ",),
        "de": ("STARTEN", "ANMELDEN"),
        "es": ("INICIAR", "EMPEZAR", "COMENZAR"),
        "fr": ("COMMENCER", "DÉMARRER", "DEMARRER"),
        "it": ("INIZIA",),
        "ja": ("開始",),
        "ko": ("시작",),
        "nl": ("AANMELDEN",),
        "pt": ("COMEÇAR", "COMECAR", "INICIAR"),
        "ru": ("СТАРТ",),  # noqa: RUF001  (Cyrillic)
        "tr": ("BAŞLAT", "BASLAT"),
        "uk": ("СТАРТ",),  # noqa: RUF001  (Cyrillic)
        "zh": ("开始", "開始"),
    }
)
"""Words that opt in again, by language. Other yeses are answers, so they are not among them."""

HELP_WORDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "en": ("HELP", "INFO"),
        "de": ("HILFE",),
        "es": ("AYUDA",),
        "fr": ("AIDE",),
        "it": ("AIUTO",),
        "nl": ("HULP",),
        "pt": ("AJUDA",),
    }
)
"""Words that ask for help, by language."""


def read_keyword(body: str, opt_out_type: OptOutType | None = None) -> Keyword | None:
    """Return the keyword that a message is, None for any other message.

    What the provider understood (``opt_out_type``) goes before what the message says.
    """
    if opt_out_type is not None:
        return Keyword(opt_out_type)
    return _KEYWORDS.get(_word(body))


def _word(text: str) -> str:
    """Return a message in one spelling, without what stands around its first and last letter."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = unicodedata.normalize("NFKC", folded.replace("i\u0307", "i"))
    kept = list(folded)
    while kept and not _belongs_to_a_word(kept[0]):
        kept.pop(0)
    while kept and not _belongs_to_a_word(kept[-1]):
        kept.pop()
    return " ".join("".join(" " if one in _JOINTS else one for one in kept).split())


def _belongs_to_a_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN"


_JOINTS = frozenset("-\u2010\u2011_")
"""Hyphens, as in OPT-OUT."""

_KEYWORDS: Final[Mapping[str, Keyword]] = {
    _word(word): keyword
    for keyword, table in (
        (Keyword.HELP, HELP_WORDS),
        (Keyword.START, START_WORDS),
        (Keyword.STOP, STOP_WORDS),
    )
    for words in table.values()
    for word in words
}
