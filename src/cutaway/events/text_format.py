"""Protobuf's text format, as in files that end with ``.pbtxt``: its tokens, and a message of them as bytes.

Reading is for hostile input: no token is read twice, nesting is bounded, and what is written takes no more than the
text. Strings beside each other are values of their own, not one. Fields that the table of a message does not have are
passed over, as unknown ones of the binary format are.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cutaway.events.schema import Message, encode_field
from cutaway.events.wire import LENGTH_DELIMITED, MalformedError, key, varint

#: Protobuf's own limit is 100 as well.
_MOST_NESTING = 100
#: Nothing is read twice: every token is consumed, and a string without an end reaches to the end.
_TOKEN = re.compile(
    r"""\s++|(\#[^\n]*+)|([{}])|([\w.+-]++)\s*+:?|
        ("(?:[^"\\]|\\.)*+(?:"|\\?\Z)|'(?:[^'\\]|\\.)*+(?:'|\\?\Z))|([\[\],;:])""",
    re.DOTALL | re.VERBOSE,
)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|[xX][0-9a-fA-F]{1,2}|.)", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"a": b"\a", b"b": b"\b", b"f": b"\f", b"v": b"\v"}


@dataclass(frozen=True, slots=True)
class Token:
    """Its kind is ``{``, ``}``, ``word`` or ``string``."""

    kind: str
    text: str
    #: Of a string, without its escapes.
    bytes: bytes = b""


_OPEN, _CLOSE = Token("{", "{"), Token("}", "}")


def tokens(text: str) -> Iterator[Token]:
    """The tokens without comments, commas and colons. Characters that begin no token are passed over."""
    for match in _TOKEN.finditer(text):
        comment, bracket, word, string, _ = match.groups()
        if comment:
            continue
        if bracket:
            yield _OPEN if bracket == "{" else _CLOSE
        elif word:
            yield Token("word", word)
        elif string:
            body = string[1:-1].encode("utf-8", "replace")
            if b"\\" in body:
                body = _ESCAPE.sub(_unescaped, body)
            yield Token("string", body.decode("utf-8", "replace"), body)


def _unescaped(match: "re.Match[bytes]") -> bytes:
    what = match[1]
    if what[:1] in b"01234567":
        return bytes([int(what, 8) & 0xFF])
    if what[:1] in b"xX" and len(what) > 1:
        return bytes([int(what[1:], 16)])
    return _ESCAPED.get(what, what)


def is_scalar(token: str) -> bool:
    """Whether a word is a number or a truth value, and not the name of a field."""
    return token[0].isdigit() or token[0] in "+-." or token in ("true", "false")


class _Open:
    """A message that is being read; `message` is None within a field that is not known."""

    def __init__(self, message: Message | None, name: str = "", number: int = 0) -> None:
        self.message = message
        self.name = name
        self.number = number
        self.content = bytearray()


def encoded_text(message: Message, text: str, words: Mapping[str, int]) -> bytes:
    """The bytes of the message that a text is. `words` are the names of all enumerations' values.

    Raises MalformedError for a text that is not one: a value without a field, a number that is none, brackets that do
    not match.
    """
    stack = [_Open(message)]
    name = ""
    #: Whether the field has had a value: a word behind it is the next field's name, a string the rest of the same one.
    has_value = True
    for token in tokens(text):
        here = stack[-1]
        if token.kind == "{":
            if not name:
                raise MalformedError("the text has a message without the name of its field")
            if len(stack) > _MOST_NESTING:
                raise MalformedError(f"messages are nested more than {_MOST_NESTING} deep")
            known = None if here.message is None else here.message.fields.get(name)
            inner = known.type if known is not None and isinstance(known.type, Message) else None
            stack.append(_Open(inner, name, known.number if known is not None else 0))
            name, has_value = "", True
        elif token.kind == "}":
            if len(stack) == 1:
                raise MalformedError("the text closes more messages than it opens")
            done = stack.pop()
            if done.message is not None:
                above = stack[-1].content
                above += varint(key(done.number, LENGTH_DELIMITED)) + varint(len(done.content)) + done.content
            # The next message of a list has no name of its own.
            name, has_value = done.name, True
        elif token.kind == "word" and has_value and not is_scalar(token.text):
            name, has_value = token.text, False
        elif not name:
            raise MalformedError(f"the text has the value {token.text[:40]!r} without the name of its field")
        else:
            _add(here, name, token, words)
            has_value = True
    if len(stack) > 1:
        raise MalformedError("the text ends within a message")
    return bytes(stack[0].content)


def _add(here: _Open, name: str, token: Token, words: Mapping[str, int]) -> None:
    """Write one value of a field; those of repeated fields one by one, which readers take as they take packed ones."""
    known = None if here.message is None else here.message.fields.get(name)
    if known is None or isinstance(known.type, Message):
        return
    here.content += encode_field(known, _value(known.type, name, token, words))


def _value(kind: str, name: str, token: Token, words: Mapping[str, int]) -> str | bytes | int | float | bool:
    if kind == "string":
        return token.text
    if kind == "bytes":
        return token.bytes if token.kind == "string" else token.text.encode()
    text = token.text
    try:
        if kind in ("float", "double"):
            return float(text.removesuffix("f") if text.lower().lstrip("+-") not in ("inf", "infinity") else text)
        if kind == "bool":
            return {"true": True, "t": True, "false": False, "f": False}.get(text.lower(), text == "1")
        if kind == "enum" and text in words:
            return words[text]
        # Octal numbers begin with a zero, as in C.
        digits = text.lstrip("+-")
        base = 16 if digits[:2].lower() == "0x" else 8 if digits[:1] == "0" and len(digits) > 1 else 10
        number = int(text, base)
    except ValueError:
        if kind == "enum":
            # A value that newer programs know.
            return 0
        raise MalformedError(f"the text has {text[:40]!r} for the number {name}") from None
    return number & 0xFFFFFFFFFFFFFFFF
