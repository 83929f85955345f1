"""A rule: what it is called, what it needs, and the functions that judge and that say."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cutaway.events.watch_layout import WatchLayout
from cutaway.store.rules.episodes import Episode, Marks
from cutaway.store.rules.finding import Finding, Severity
from cutaway.store.rules.names import in_words
from cutaway.store.rules.settings import RuleSettings
from cutaway.store.rules.window import Window


@dataclass(frozen=True)
class About:
    """What people are told of a rule."""

    #: As ``vanishing-gradient``, and as a heading.
    name: str
    title: str
    #: One sentence: what it means for the training.
    meaning: str
    #: When it holds, with the thresholds by their names in braces.
    formula: str
    #: When it is wrong, or stays silent on purpose.
    exceptions: str
    #: The statistic in which it is seen, by its name in the layers view.
    statistic: str = "rms"


@dataclass(frozen=True)
class Together:
    """Episodes of several rows that began together: one finding."""

    layout: WatchLayout
    #: By their first logging steps.
    episodes: Sequence[Episode]
    settings: RuleSettings

    @property
    def rows(self) -> tuple[str, ...]:
        """The names of the rows."""
        return tuple(dict.fromkeys(self.layout.rows[episode.row] for episode in self.episodes))

    @property
    def classes(self) -> set[str]:
        """The classes of the rows' modules."""
        return {self.layout.classes[episode.row] for episode in self.episodes}

    @property
    def first(self) -> Episode:
        """The episode that began first."""
        return self.episodes[0]

    @property
    def last_step(self) -> int:
        """The last step at which it holds of any row."""
        return max(episode.last_step for episode in self.episodes)

    @property
    def worst(self) -> float:
        """The figure furthest from zero."""
        return max((episode.worst for episode in self.episodes), key=abs)

    @property
    def names(self) -> str:
        """The rows in few words."""
        return in_words(self.rows, "layer" if self.layout.kind == "activation" else "parameter")

    @property
    def since(self) -> str:
        """The steps in words: ``from step 120``, ``at step 120``, ``at steps 120–180``."""
        first, last = self.first.first_step, self.last_step
        return f"at step {first:,}" if first == last else f"at steps {first:,}–{last:,}"


@dataclass(frozen=True)
class LayerRule:
    """A rule over the rows of one kind or several, each judged alone."""

    about: About
    #: The kinds whose rows are judged.
    kinds: tuple[str, ...]
    #: From logging steps to what holds of each; None where no row can be meant.
    marks: Callable[[Window, RuleSettings], Marks | None]
    #: The severity, the sentence and the threshold of what began together.
    say: Callable[[Together], tuple[Severity, str, float | None]]
    #: Logging steps in a row that make a finding; None for those of the settings.
    consecutive: int | None = None
    #: Logging steps that must have been judged, else there is not enough data to say.
    least: Callable[[RuleSettings], int] = lambda settings: settings.consecutive
    #: What must be recorded, in words.
    needs: str = ""
    #: Whether it reads magnitudes, which few logging steps have.
    of_magnitudes: bool = False


def together(layout: WatchLayout, episodes: Sequence[Episode], settings: RuleSettings) -> list[Together]:
    """Episodes in groups that began within some logging steps of each other."""
    groups: list[list[Episode]] = []
    for episode in episodes:
        if groups and episode.first_index - groups[-1][-1].first_index <= settings.together:
            groups[-1].append(episode)
        else:
            groups.append([episode])
    return [Together(layout, group, settings) for group in groups]


def findings_of(
    rule: LayerRule, layout: WatchLayout, episodes: Sequence[Episode], settings: RuleSettings
) -> list[Finding]:
    """One finding for all rows whose episodes began together."""
    found = []
    for group in together(layout, episodes, settings):
        severity, sentence, threshold = rule.say(group)
        first = group.first
        found.append(
            Finding(
                rule.about.name,
                severity,
                sentence,
                first.first_step,
                group.last_step,
                group.rows,
                layout.kind,
                first.value,
                threshold,
                first.wall_time,
            )
        )
    return found
