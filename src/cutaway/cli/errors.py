"""The one exception that commands raise for bad input."""


class UsageError(Exception):
    """Bad input from the command line: shown as one line, exit status 2, never a traceback."""
