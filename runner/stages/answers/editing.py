"""Typing into a words box: one key, one new text and caret. No clipboard, no control characters."""

from unicodedata import category, combining

from runner.screens import Words

JOINERS = "\u200c\u200d"  # format characters that words in some scripts need


def admitted(text: str) -> str:
    """What of `text` may be typed: no control, format, surrogate, private or unassigned characters."""
    return "".join(c for c in text if category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn") or c in JOINERS)


def edit(text: str, caret: int, key: str, typed: str, ctrl: bool, beside: int | None, words: Words) -> tuple[str, int]:
    """The text and caret after `key`, which types `typed`; `beside` is where up and down go in the wrapped text."""
    match key:
        case "backspace":
            start = _before(text, caret)
            return text[:start] + text[caret:], start
        case "delete" | "num_delete":
            return text[:caret] + text[_after(text, caret) :], caret
        case "left":
            return text, _before(text, caret)
        case "right":
            return text, _after(text, caret)
        case "home":
            return text, text.rfind("\n", 0, caret) + 1
        case "end":
            end = text.find("\n", caret)
            return text, len(text) if end < 0 else end
        case "up" | "down":
            return text, _place(text, caret, key) if beside is None else min(max(0, beside), len(text))
        case "return" | "enter" | "num_enter":
            return _insert(text, caret, "\n", words.limit)
    return (text, caret) if ctrl else _insert(text, caret, admitted(typed), words.limit)


def _insert(text: str, caret: int, new: str, limit: int) -> tuple[str, int]:
    new = new[: max(0, limit - len(text))]
    return text[:caret] + new + text[caret:], caret + len(new)


def _before(text: str, caret: int) -> int:
    """One character back, accents and all."""
    caret = max(0, caret - 1)
    while caret > 0 and combining(text[caret]):
        caret -= 1
    return caret


def _after(text: str, caret: int) -> int:
    caret = min(len(text), caret + 1)
    while caret < len(text) and combining(text[caret]):
        caret += 1
    return caret


def _place(text: str, caret: int, key: str) -> int:
    """The same column one typed line up or down; the text's start or end from the first or last."""
    start = text.rfind("\n", 0, caret) + 1
    column = caret - start
    if key == "up":
        above = text.rfind("\n", 0, max(0, start - 1)) + 1
        return 0 if start == 0 else min(above + column, start - 1)
    end = text.find("\n", caret)
    if end < 0:
        return len(text)
    below = text.find("\n", end + 1)
    return min(end + 1 + column, len(text) if below < 0 else below)
