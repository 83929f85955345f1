"""Finding names by words in them."""


def matches(name: str, words: str) -> bool:
    """Whether all words, with spaces between, are in a name, in upper or lower case."""
    name = name.casefold()
    return all(word in name for word in words.casefold().split())
