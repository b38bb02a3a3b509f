"""What was typed or scanned as a participant's code, and what to say of it."""

from runner.desk.wording import Words
from runner.privacy import codes


def code(text: str, own: bool) -> str:
    """The code as it will be used; `own`: the laboratory's, without check characters."""
    return text.strip() if own else codes.normal(text)


def problem(text: str, own: bool) -> codes.Problem:
    """What is wrong with it by itself; "" when nothing is."""
    return codes.check_own(code(text, own)) if own else codes.check(text)


def message(words: Words, found: codes.Problem, own: bool) -> tuple[str, str]:
    """One message, as good or as bad news: who is still typing a code has made no mistake yet."""
    if not found:
        return "", ""
    if found == "empty":
        return words["code_hint_own" if own else "code_hint"], ""
    said = words[f"code_own_{found}" if own else f"code_{found}"]
    return (said, "") if found == "short" else ("", said)
