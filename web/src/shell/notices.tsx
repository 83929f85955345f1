/** What is not on screen, and why: damage, records without a view, files that cannot be read. Quiet, with counts. */

import type { ComponentChild } from "preact";
import type { Catalogue } from "../api/catalogue";
import { formatBytes, formatTime, plural, withSeparators } from "../kit/format";
import { catalogue } from "../state/server";
import { missingNames } from "./missing_names";

const MOST_LINES = 200;
/** Kinds without a view of their own that are to be seen elsewhere: as charts, and in the list of runs. */
const SEEN = new Set(["custom_scalars", "hparams"]);
/** The kind of values that hold nothing. */
const EMPTY = "empty";

export interface NoticeProps {
  title: string;
  explanation: string;
  lines: readonly string[];
}

function Notice({ title, explanation, lines }: NoticeProps) {
  return (
    <details class="notice" name="notice">
      <summary>{title}</summary>
      <div class="notice-body">
        <p>{explanation}</p>
        <ul>
          {lines.slice(0, MOST_LINES).map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
        {lines.length > MOST_LINES && <p>and {withSeparators(String(lines.length - MOST_LINES))} more</p>}
      </div>
    </details>
  );
}

export function described(known: Catalogue): NoticeProps[] {
  const names = new Map(known.runs.map((run) => [run.id, run.name]));
  const name = (id: string | null): string => (id === null ? "" : `${names.get(id) ?? id} `);
  const notices: NoticeProps[] = [];
  const { stalled_since: stalledSince } = known.loading;
  if (stalledSince !== null) {
    notices.push({
      title: `Not looked at since ${formatTime(stalledSince)}`,
      explanation:
        "Reading stands still: the disk does not answer, or reading failed. What is shown is as it was then.",
      lines: [known.logdir.path],
    });
  }
  if (known.damage.length > 0) {
    const bytes = known.runs.reduce((sum, run) => sum + run.damaged_bytes, 0);
    notices.push({
      title: `${plural(known.damage.length, "damaged place")} (${formatBytes(bytes)})`,
      explanation: "A checksum failed there. These bytes were skipped; everything after them is shown.",
      lines: known.damage.map(
        (place) =>
          `${name(place.run)}${place.file}: ${formatBytes(place.bytes)} at byte ${withSeparators(String(place.offset))}`,
      ),
    });
  }
  if (known.unfinished.length > 0) {
    const bytes = known.unfinished.reduce((sum, end) => sum + end.bytes, 0);
    notices.push({
      title: `${plural(known.unfinished.length, "unfinished file")} (${formatBytes(bytes)})`,
      explanation:
        "These files end with bytes that are no complete record, and nobody has written to them for a minute.",
      lines: known.unfinished.map(
        (end) =>
          `${name(end.run)}${end.file}: ${formatBytes(end.bytes)} from byte ${withSeparators(String(end.offset))} on, last written to ${formatTime(end.modified)}`,
      ),
    });
  }
  if (known.unreadable.length > 0) {
    notices.push({
      title: `${known.unreadable.length} unreadable`,
      explanation: "These files or directories cannot be read, or are no event files. The others are shown.",
      lines: known.unreadable.map((file) => `${name(file.run)}${file.file}: ${file.reason}`),
    });
  }
  const empty = known.not_shown.filter(({ kind }) => kind === EMPTY);
  if (empty.length > 0) {
    const records = empty.reduce((sum, entry) => sum + entry.records, 0);
    notices.push({
      title: plural(records, "empty value"),
      explanation:
        "Whoever wrote them recorded a name and no value, as tensorboardX does for videos without moviepy.",
      lines: empty.map((entry) => `${name(entry.run)}${plural(entry.records, "empty value")}`),
    });
  }
  const notShown = known.not_shown.filter(({ kind }) => !SEEN.has(kind) && kind !== EMPTY);
  if (notShown.length > 0) {
    const records = notShown.reduce((sum, entry) => sum + entry.records, 0);
    notices.push({
      title: `${plural(records, "record")} not shown`,
      explanation: "This version has no view for records of these kinds. The files keep them.",
      lines: notShown.map((entry) => `${name(entry.run)}${entry.kind}: ${plural(entry.records, "record")}`),
    });
  }
  const { runs, tags } = missingNames.value;
  if (runs.length + tags.length > 0) {
    const parts = [
      runs.length > 0 && plural(runs.length, "run"),
      tags.length > 0 && plural(tags.length, "tag"),
    ];
    notices.push({
      title: `${parts.filter(Boolean).join(" and ")} not here`,
      explanation: "This link names what the log directory does not have (any more). The rest is shown.",
      lines: [...runs, ...tags],
    });
  }
  return notices;
}

export function Notices(): ComponentChild {
  const known = catalogue.value;
  if (known === null) return null;
  return described(known).map((notice) => <Notice key={notice.explanation} {...notice} />);
}
