/** Notices about data that is not on screen: damage, files that cannot be read, data without a view. Quiet, with counts. */

import type { ComponentChild } from "preact";
import type { Catalogue } from "../api/catalogue";

import { formatBytes, formatTime, plural, withSeparators } from "../kit/format";
import { isNarrow } from "../state/narrow";
import { catalogue } from "../state/server";
import { KindsNotices, kindsNoticeCount } from "./kinds_notice";
import { missingNames } from "./missing_names";
import { Notice, type NoticeProps } from "./notice";

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
  const { unread, budget } = known.loading;
  if (unread > 0) {
    notices.push({
      title: `${withSeparators(String(unread))} not read`,
      explanation: `${withSeparators(String(unread))} of ${plural(known.runs.length, "run")} are not in memory${budget === null ? "" : `, where there is room for ${formatBytes(budget)} of points (--memory)`}. They are read when they are selected, as far as there is room: with fewer runs selected there is room for others. What is known of them is as it was when they were read.`,
      lines: known.runs.filter((run) => run.unread).map((run) => run.name),
      isQuiet: true,
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
  if (known.malformed.length > 0) {
    const records = known.malformed.reduce((sum, entry) => sum + entry.records, 0);
    notices.push({
      title: plural(records, "malformed record"),
      explanation:
        "Their checksums are right, and their content is not an event. They were passed over; everything else is shown.",
      lines: known.malformed.map(
        (entry) => `${name(entry.run)}${entry.file}: ${plural(entry.records, "malformed record")}`,
      ),
    });
  }
  if (known.unfinished.length > 0) {
    const bytes = known.unfinished.reduce((sum, end) => sum + end.bytes, 0);
    notices.push({
      title: `${plural(known.unfinished.length, "unfinished file")} (${formatBytes(bytes)})`,
      explanation:
        "These files end with bytes that are not a complete record, and nobody has written to them for a minute.",
      lines: known.unfinished.map(
        (end) =>
          `${name(end.run)}${end.file}: ${formatBytes(end.bytes)} from byte ${withSeparators(String(end.offset))} on, last written to ${formatTime(end.modified)}`,
      ),
    });
  }
  const lines = (files: Catalogue["unreadable"]): string[] =>
    files.map((file) => `${name(file.run)}${file.file}: ${file.reason}`);
  const whole = known.unreadable.filter((file) => file.run === null && file.file === known.logdir.path);
  if (whole.length > 0) {
    notices.push({
      title: "Log directory unreadable",
      explanation: "Nothing new is seen until it can be read again. What is shown is as it was before.",
      lines: lines(whole),
    });
  }
  const unreadable = known.unreadable.filter((file) => !file.is_foreign && !whole.includes(file));
  if (unreadable.length > 0) {
    notices.push({
      title: `${withSeparators(String(unreadable.length))} unreadable`,
      explanation: "These files or directories cannot be read. The others are shown.",
      lines: lines(unreadable),
    });
  }
  const foreign = known.unreadable.filter((file) => file.is_foreign);
  if (foreign.length > 0) {
    notices.push({
      title:
        foreign.length === 1
          ? "1 file is no event file"
          : `${plural(foreign.length, "file")} are no event files`,
      explanation:
        "Their names are those of event files, and what they hold is something else. The others are shown.",
      lines: lines(foreign),
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
      explanation: "This link has names that are not in the log directory (any more). The rest is shown.",
      lines: [...runs, ...tags],
    });
  }
  return notices;
}

export function Notices(): ComponentChild {
  const known = catalogue.value;
  if (known === null) return null;
  const notices = described(known);
  const all = (
    <>
      {notices.map((notice) => (
        <Notice key={notice.explanation} {...notice} />
      ))}
      <KindsNotices />
    </>
  );
  const count = notices.length + kindsNoticeCount(known.runs);
  if (!isNarrow.value || count < 2) return all;
  return (
    <details class="menu notices" name="chart-menu" data-testid="notices">
      <summary aria-label={`${count} notices`} title="What is not on screen, and why">
        ! {count}
      </summary>
      <div class="menu-body">{all}</div>
    </details>
  );
}
