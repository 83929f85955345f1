"""What a watch says of the first value that was not finite: to a terminal, and as an exception. It needs no PyTorch."""

import textwrap

from cutaway.events.first_bad import FirstBad

_WIDTH = 80
_MOST_KEY = 13


class NonFiniteError(ArithmeticError):
    """A gradient or a weight of a watched model is not finite. The message is the report; `found` has it as data."""

    def __init__(self, found: FirstBad) -> None:
        super().__init__(report(found))
        self.found = found

    def __reduce__(self) -> tuple[type["NonFiniteError"], tuple[FirstBad]]:
        """Processes that are started for a rank send it to their parent."""
        return NonFiniteError, (self.found,)


def report(found: FirstBad) -> str:
    """A finding for a terminal of 80 columns."""
    lines = textwrap.wrap(f"Cutaway: {found.sentence()}", _WIDTH)
    for key, text in found.fields().items():
        if text:
            head = f"  {key:<{_MOST_KEY}}  "
            indent = " " * len(head)
            lines += textwrap.wrap(text, _WIDTH, initial_indent=head, subsequent_indent=indent, break_on_hyphens=False)
    return "\n".join(lines)
