"""Texts of a graph as they are sent: names are anybody's, and of any length."""

#: Characters of a name or a value; the rest is cut off.
MOST_CHARACTERS = 500
_CLOSING = {"(": ")", "[": "]", "{": "}"}


def short(text: str) -> str:
    """The text, or its beginning with an ellipsis behind it."""
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"


def names_and_texts(config: str) -> list[list[str]]:
    """``in_features=3, kernel_size=(3, 3)`` as pairs of a name and a text; what has no name has an empty one."""
    found: list[list[str]] = []
    waiting: list[str] = []
    start = 0
    for place, letter in enumerate(f"{config},"):
        if letter in _CLOSING:
            waiting.append(_CLOSING[letter])
        elif waiting and letter == waiting[-1]:
            waiting.pop()
        elif letter == "," and (not waiting or place == len(config)):
            part = config[start:place].strip()
            start = place + 1
            if part:
                name, equals, text = part.partition("=")
                is_named = bool(equals) and name.isidentifier()
                found.append([short(name), short(text)] if is_named else ["", short(part)])
    return found
