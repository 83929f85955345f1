"""Names of rows in few words: those of repeated blocks are folded, as ``layers.0–11.mlp``."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_NUMBER = re.compile(r"(?<![0-9])(\d{1,9})(?![0-9A-Za-z])")
#: Names that a sentence has before it counts the rest.
MOST_NAMES = 3


class Family(NamedTuple):
    """Names that differ in one number alone."""

    #: The texts between the numbers.
    texts: tuple[str, ...]
    #: Which of those numbers differs, and the others as they are.
    place: int
    others: tuple[int, ...]
    #: The places of the names among those that were given, and the number that differs of each.
    members: list[int]
    numbers: list[int]


def families(names: Sequence[str]) -> list[Family]:
    """Names put together that differ in one number alone, in the order of their first; a name alone is one too."""
    alike: dict[tuple[str, ...], list[tuple[int, tuple[int, ...]]]] = {}
    for place, name in enumerate(names):
        parts = _NUMBER.split(name)
        alike.setdefault(tuple(parts[::2]), []).append((place, tuple(map(int, parts[1::2]))))
    found: list[Family] = []
    for texts, members in alike.items():
        count = len(members[0][1])
        # The number that differs most is that of the block.
        differing = [len({numbers[place] for _, numbers in members}) for place in range(count)]
        block = differing.index(max(differing)) if count else 0
        groups: dict[tuple[int, ...], Family] = {}
        for place, numbers in members:
            others = numbers[:block] + numbers[block + 1 :]
            family = groups.setdefault(others, Family(texts, block, others, [], []))
            family.members.append(place)
            family.numbers.extend(numbers[block : block + 1])
        found += groups.values()
    return sorted(found, key=lambda family: family.members[0])


def folded(names: Iterable[str]) -> list[str]:
    """The names, in their order, those that differ in one number as one: ``layers.0–11.mlp``, ``layers.{0, 3}.mlp``."""
    return [_name(family) for family in families(list(dict.fromkeys(names)))]


def in_words(names: Sequence[str], what: str = "row") -> str:
    """Names folded, the first of them, and how many there are: ``layers.0–11.mlp (12 rows)``."""
    parts = folded(names)
    shown = ", ".join(parts[:MOST_NAMES])
    if len(parts) > MOST_NAMES:
        shown += f" and {len(parts) - MOST_NAMES:,} more"
    return shown if len(names) == 1 else f"{shown} ({len(names):,} {what}s)"


def _name(family: Family) -> str:
    if not family.numbers:
        return family.texts[0]
    numbers = list(map(str, family.others))
    block = _ranges(sorted(set(family.numbers)))
    numbers.insert(family.place, f"{{{block}}}" if ", " in block else block)
    return "".join(text + number for text, number in zip(family.texts, [*numbers, ""], strict=True))


def _ranges(numbers: Sequence[int]) -> str:
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    texts = [str(low) if low == high else f"{low}–{high}" for low, high in parts]
    if len(texts) > 4:
        texts = [*texts[:3], "…", texts[-1]]
    return ", ".join(texts)
