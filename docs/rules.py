"""Makes the tables of the rules in ``watch.md``, between marks in its text.

.venv/bin/python docs/rules.py
"""

import re
from dataclasses import fields
from pathlib import Path

from cutaway.store.rules.figures import figure
from cutaway.store.rules.run_judge import RULES, with_settings
from cutaway.store.rules.settings import RuleSettings

PAGE = Path(__file__).resolve().parent / "watch.md"
_BLOCK = re.compile(r"(<!-- table: (\w+), made by docs/rules\.py -->\n).*?(<!-- end of the table -->)", re.DOTALL)


def rules() -> str:
    """A row for each rule."""
    settings = RuleSettings()
    rows = ["| rule | what it means | found where | when it is wrong, or silent on purpose |", "|---|---|---|---|"]
    for about in RULES:
        cells = (about.meaning, with_settings(about.formula, settings), with_settings(about.exceptions, settings))
        rows.append(f"| **{about.title}**<br>`{about.name}` | {' | '.join(_cell(cell) for cell in cells)} |")
    return "\n".join(rows)


def thresholds() -> str:
    """A row for each threshold, with the rules whose formulas have it."""
    rows = ["| threshold | default | in |", "|---|---:|---|"]
    for field in fields(RuleSettings):
        name = f"{{{field.name}}}"
        named = [about.title for about in RULES if name in about.formula + about.exceptions]
        rows.append(
            f"| `{field.name}` | {figure(float(field.default))} | {', '.join(named) or 'all rules of layers'} |"
        )
    return "\n".join(rows)


def page(text: str) -> str:
    """The page with its tables made anew."""
    tables = {"rules": rules, "thresholds": thresholds}
    return _BLOCK.sub(lambda found: f"{found[1]}{tables[found[2]]()}\n{found[3]}", text)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
