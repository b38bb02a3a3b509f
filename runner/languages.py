"""Which way a language is read: asked here, and nowhere else decided."""

from typing import Literal

Direction = Literal["ltr", "rtl"]

RIGHT_TO_LEFT = frozenset({"ar", "ckb", "fa", "he", "ps", "ur", "yi"})  # ISO 639 codes


def direction(language: str) -> Direction:
    """The direction of a language's pages, from its code, with or without a region ("ar", "ar-EG")."""
    return "rtl" if language.split("-")[0].lower() in RIGHT_TO_LEFT else "ltr"
