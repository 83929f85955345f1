"""Docstrings, comments and docs keep to sentences with a subject and a noun, as CONTRIBUTING.md asks."""

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

#: Clauses that leave out their noun, which a reader then has to guess.
WITHOUT_A_NOUN = re.compile(
    r"\bwhoever\b|\bwhat (?:is|are|was|were) (?:no|none)\b|\b(?:for|of|from) what is (?:none|no|not)\b"
    r"|\bsuch as (?:is|are|has|have|was|were)\b",
    re.IGNORECASE,
)
#: Text that shows a wrong phrase in order to warn of it.
_QUOTED = re.compile(r'"[^"\n]*"|`[^`\n]*`')


def prose_of_python(source: str) -> list[str]:
    """All docstrings and comments; comments that follow each other are one text."""
    texts = [
        ast.get_docstring(node) or ""
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = [token.string.lstrip("#: ") for token in tokens if token.type == tokenize.COMMENT]
    return [*texts, " ".join(comments)]


def prose_of_script(source: str) -> list[str]:
    """All comments of TypeScript or CSS, and those of C that are written in the same way."""
    return re.findall(r"/\*.*?\*/|(?:(?<![:/])//[^\n]*\n\s*)+", source, re.DOTALL)


def prose_of_cython(source: str) -> list[str]:
    """All docstrings and comments, found by their marks alone."""
    return re.findall(r'""".*?"""|(?:#[^\n]*\n\s*)+', source, re.DOTALL)


def prose_of_markdown(source: str) -> list[str]:
    """The text without code."""
    return [_QUOTED.sub("", re.sub(r"```.*?```", lambda block: block[0] if "{glossary}" in block[0] else "", source))]


READERS = {
    ".py": prose_of_python,
    ".pyx": prose_of_cython,
    ".ts": prose_of_script,
    ".tsx": prose_of_script,
    ".css": prose_of_script,
    ".h": prose_of_script,
    ".md": prose_of_markdown,
}
ROOMS = ("src/cutaway", "web/src", "tests", "docs", "fuzz", "benchmarks", "examples", "build_backend")


def wrong_phrases(suffix: str, source: str) -> list[str]:
    """The phrases without a noun in the prose of a file, each with the words around it."""
    texts = [re.sub(r"\s+(?:(?:[#*]|//):? )?", " ", text) for text in READERS[suffix](source)]
    return [text[max(0, m.start() - 30) : m.end() + 30] for text in texts for m in WITHOUT_A_NOUN.finditer(text)]


@pytest.mark.parametrize("room", ROOMS)
def test_every_sentence_names_what_it_is_about(room: str) -> None:
    paths = [path for path in (ROOT / room).rglob("*") if path.suffix in READERS and "_static" not in path.parts]
    assert paths
    found = {str(path.relative_to(ROOT)): wrong_phrases(path.suffix, path.read_text("utf-8")) for path in paths}
    assert {name: phrases for name, phrases in found.items() if phrases} == {}


@pytest.mark.parametrize(
    ("suffix", "source"),
    [
        (".py", 'def f():\n    """Raises ValueError for what is\n    no number."""\n'),
        (".py", "#: The runs that whoever asks\n#: has.\nx = 1\n"),
        (".pyx", '"""What is no scalar."""\n'),
        (".pyx", "# For what is\n# none.\nx = 1\n"),
        (".ts", "/**\n * Null for what is\n * none.\n */\nexport const a = 1;\n"),
        (".tsx", "// Such as\n// have no name.\nconst a = 1;\n"),
        (".md", "It is for whoever asks.\n"),
    ],
)
def test_phrases_without_a_noun_are_found(suffix: str, source: str) -> None:
    """Also where a line ends within one."""
    assert len(wrong_phrases(suffix, source)) == 1


@pytest.mark.parametrize(
    ("suffix", "source"),
    [
        (".py", 'raise ValueError("what is no number")\n'),
        (".py", '"""A file that is not an event file, and what is not in it."""\n'),
        (".ts", 'const a = "whoever";\n'),
        (".md", "Say this, not `what is no scalar`.\n"),
    ],
)
def test_messages_and_code_are_left_alone(suffix: str, source: str) -> None:
    assert wrong_phrases(suffix, source) == []
