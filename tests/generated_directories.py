"""Log directories as hypothesis makes them, and all that there is to say of one."""

import struct
from typing import Any

from hypothesis import strategies as st
from tests.generated_files import contents

from cutaway.store import files_of_run
from cutaway.store.log_directory import LogDirectory

changes = st.lists(
    st.tuples(
        st.sampled_from(["a", "a", "b", "."]),
        st.sampled_from(["events.out.tfevents.1", "tfevents.2"]),
        st.sampled_from(["write", "append", "append", "cut", "damage", "replace", "remove"]),
        contents,
    ),
    max_size=6,
)
directories = st.lists(changes, min_size=1, max_size=3)


def content_after(what: str, before: bytes, content: bytes) -> bytes:
    """The bytes of a file to which something happens that does not remove it."""
    middle = len(before) // 2
    hit = bytes(byte ^ 255 for byte in before[middle : middle + 1])
    return {
        "append": before + content,
        "cut": before[:middle],
        "damage": before[:middle] + hit + before[middle + 1 :],
    }.get(what, content)


def everything(log: LogDirectory) -> Any:
    """What a log has, numbers as their bits, without revisions."""
    found: list[Any] = []
    for run in sorted(log.runs(), key=lambda run: run.name):
        info = run.info()
        facts = [info.id, info.name, info.color, info.points, sorted(info.kinds), info.last_step, info.damaged_bytes]
        facts += [info.first_wall_time, info.last_wall_time, info.attempts, run.started, run.last_recorded]
        found.append(
            [
                *facts,
                files_of_run.file_infos(run),
                files_of_run.unfinished(run),
                files_of_run.damage(run),
                files_of_run.malformed(run),
                files_of_run.unreadable(run),
            ]
        )
        clock = run.clock()
        found.append(None if clock is None else [clock.start, clock.first_step])
        found.append({tag: (step, struct.pack("<d", value)) for tag, (step, value) in run.not_finite().items()})
        for kind, names in run.kinds().items():
            for tag in names:
                found.append([kind, tag, run.metadata(kind, tag)])
                if kind == "scalars":
                    # Which of two zeros is the smallest is no matter.
                    each = [
                        (last_step, last, low + 0.0, high + 0.0) for last_step, last, low, high in run.scalar_facts(tag)
                    ]
                    found.append([struct.pack("<q3d", *facts) for facts in each])
                    found += [_points(part) for part in run.scalars(tag) + run.scalars(tag, with_superseded=True)]
                else:
                    found += [[places.offset.tolist(), places.step.tolist()] for _, places in run.blobs(kind, tag)]
    return found, [(tag.name, tag.kind, tag.runs) for tag in log.catalogue().tags]


def _points(part: Any) -> Any:
    points = part.points
    facts = [points.lowest_step, points.highest_step, points.lowest, points.highest, points.wall_ascending]
    columns = [points.step.tobytes(), points.wall_time.tobytes(), points.value.tobytes(), points.breaks.tolist()]
    not_finite = points.not_finite and (points.not_finite[0], struct.pack("<d", points.not_finite[1]))
    return [str(points.dtype), facts, columns, not_finite, points.sessions, part.first_wall_time, part.last_wall_time]
