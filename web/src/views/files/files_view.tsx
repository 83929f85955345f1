/** The event files of the log directory: how much of each was read, and its faults. */

import { useSignal, useSignalEffect } from "@preact/signals";
import { type EventFile, fetchFiles, fileAddress } from "../../api/files";
import { save } from "../../kit/download";
import { formatBytes, formatCount, formatTime, plural, withSeparators } from "../../kit/format";
import { listedRuns } from "../../runs/listed_runs";
import { catalogue, connection, foreignRuns } from "../../state/server";
import {
  countValues,
  damageText,
  type FileColumn,
  type FileOrder,
  filesCsv,
  ordered,
  rateOf,
} from "./file_order";

/** More rows than this are not drawn at once; a button shows more. */
const PAGE = 500;
const MOST_PLACES = 50;
/** Sizes grow all the time: they are asked for again at most this often, in milliseconds. */
const INTERVAL = 2000;

const COLUMNS: readonly (readonly [FileColumn, string, string])[] = [
  ["name", "file", "By run and name"],
  ["bytes", "size", "Bytes of the file"],
  ["points", "points", "Points of scalars"],
  ["values", "other values", "Records that are no scalars: images, histograms, texts and so on"],
  ["rate", "rate", "Bytes a second between the first and the last value"],
  ["damaged", "damage", "Bytes that were skipped since a checksum failed, and records that are no events"],
  ["modified", "last written", "When the file was last written to"],
];

export function FilesView() {
  const files = useSignal<EventFile[] | null>(null);
  const error = useSignal<string | null>(null);
  const order = useSignal<FileOrder>({ column: "name", isDescending: false });
  const shown = useSignal(PAGE);
  const lastFetch = useSignal(0);
  useSignalEffect(() => {
    void catalogue.value?.revision;
    void connection.value;
    const timer = setTimeout(
      () => {
        lastFetch.value = Date.now();
        fetchFiles().then(
          (found) => {
            files.value = found;
            error.value = null;
          },
          (reason: unknown) => {
            // A server that is gone is said above; anything else is said here.
            error.value = reason instanceof TypeError ? null : String(reason);
          },
        );
      },
      Math.max(0, lastFetch.peek() + INTERVAL - Date.now()),
    );
    return () => clearTimeout(timer);
  });
  const names = new Map([...listedRuns.value, ...foreignRuns.value].map((run) => [run.id, run.name]));
  const listed = ordered(
    (files.value ?? []).filter((file) => names.has(file.run)),
    order.value,
  );
  const bytes = listed.reduce((sum, file) => sum + file.bytes, 0);
  const sortBy = (column: FileColumn): void => {
    const isSame = order.value.column === column;
    order.value = { column, isDescending: isSame ? !order.value.isDescending : column !== "name" };
  };
  return (
    <>
      <div class="toolbar">
        <span>
          {files.value === null
            ? "Asking what was found."
            : `${plural(listed.length, "event file")} · ${formatBytes(bytes)}`}
        </span>
        <button
          type="button"
          data-testid="files-csv"
          onClick={() => save(new Blob([filesCsv(listed, names)], { type: "text/csv" }), "files.csv")}
        >
          CSV
        </button>
        {error.value !== null && (
          <span class="warning-text" role="alert">
            Not up to date: {error.value}
          </span>
        )}
      </div>
      <div class="view-body">
        <table class="files" data-testid="files">
          <thead>
            <tr>
              {COLUMNS.map(([column, label, title]) => (
                <th
                  key={column}
                  aria-sort={
                    order.value.column !== column
                      ? "none"
                      : order.value.isDescending
                        ? "descending"
                        : "ascending"
                  }
                >
                  <button type="button" title={title} onClick={() => sortBy(column)}>
                    {label}
                    {order.value.column === column && (
                      <span aria-hidden="true">{order.value.isDescending ? " ↓" : " ↑"}</span>
                    )}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {listed.slice(0, shown.value).map((file) => (
              <FileRow key={`${file.run}/${file.name}`} file={file} run={names.get(file.run) ?? ""} />
            ))}
          </tbody>
        </table>
        {listed.length > shown.value && (
          <button
            type="button"
            onClick={() => {
              shown.value += PAGE;
            }}
          >
            Show {Math.min(PAGE, listed.length - shown.value)} more of {withSeparators(String(listed.length))}
          </button>
        )}
      </div>
    </>
  );
}

function FileRow({ file, run }: { file: EventFile; run: string }) {
  // Of a file that cannot be read, or is not an event file, nothing is still to be read.
  const unread = file.unreadable === "" ? file.bytes - file.bytes_read : 0;
  const values = Object.entries(file.values).map(
    ([kind, count]) => `${withSeparators(String(count))} ${kind}`,
  );
  const rate = rateOf(file);
  const damage = (catalogue.value?.damage ?? []).filter(
    (place) => place.run === file.run && place.file === file.name,
  );
  const places = damage.map(
    ({ offset, bytes }) => `${plural(bytes, "byte")} at ${withSeparators(String(offset))}`,
  );
  const damaged = file.unreadable || damageText(file, places.length === 1 ? damage[0].offset : null);
  return (
    <tr data-testid="file-row">
      <td class="file-name">
        <a href={fileAddress(file)} download title={`Download ${run}/${file.name}`}>
          <span class="quiet">{run}/</span>
          {file.name}
        </a>
      </td>
      <td title={`${withSeparators(String(file.bytes))} bytes`}>
        {formatBytes(file.bytes)}
        {unread > 0 && (
          <span class="quiet" title="Still to be read, or a record that is not finished">
            {" "}
            ({formatBytes(unread)} unread)
          </span>
        )}
      </td>
      <td title={withSeparators(String(file.points))}>{formatCount(file.points)}</td>
      <td title={values.join("\n")}>
        {values.length === 0 ? "–" : formatCount(countValues(file))}
        {file.unknown.length > 0 && (
          <span class="warning-text" title="Of plug-ins that Cutaway does not know; the file keeps them">
            {" "}
            {file.unknown.join(", ")}: unknown
          </span>
        )}
      </td>
      <td>{rate === null ? "–" : `${formatBytes(rate)}/s`}</td>
      <td class={damaged === "" ? "quiet" : "warning-text"} title={places.slice(0, MOST_PLACES).join("\n")}>
        {damaged || "–"}
      </td>
      <td>{formatTime(file.modified)}</td>
    </tr>
  );
}
