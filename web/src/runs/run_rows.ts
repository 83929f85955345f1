/**
 * The rows of the list: runs, below the headings of their groups or directories, which fold. Runs that recorded nothing
 * stand at the end, below a heading that is folded at first.
 */

import type { Run } from "../api/catalogue";
import { directoryOf, type RunGroup } from "./run_groups";

export interface HeadingRow {
  kind: "heading";
  /** The group's name, or the directory's. */
  name: string;
  runs: readonly Run[];
  isFolded: boolean;
  /** Null for a directory. */
  group: RunGroup | null;
}

export interface RunRowOfList {
  kind: "run";
  run: Run;
  /** The shown name: below its directory only the last part. */
  label: string;
  isInside: boolean;
}

/** The heading of runs that recorded nothing, as those that were aborted; its name in a link says that it is open. */
export const NOTHING_RECORDED = "recorded nothing";

/** Whether a run has no value of any kind, as far as it was ever read. */
function isBlank(run: Run): boolean {
  return run.points === 0 && Object.keys(run.kinds).length === 0;
}

/** Whether it has none: of a run that was not read nobody knows. */
export function isEmptyRun(run: Run): boolean {
  return isBlank(run) && !run.unread;
}

/** Whether nothing has been read of a run. */
export function isUnknownRun(run: Run): boolean {
  return isBlank(run) && run.unread;
}

export type ListRow = HeadingRow | RunRowOfList;

/** A name that no other row has. */
export function rowName(row: ListRow): string {
  return row.kind === "run" ? row.run.name : `/${row.name}`;
}

/**
 * Rows in the order of the runs: below groups where there are any, else below directories where `hasDirectories`.
 * `folded` are the names of headings whose runs are not listed, `pinned` those of runs that are listed above all, and
 * `empty` those of runs that recorded nothing, which are apart where runs are in no groups.
 */
export function rowsOf(
  runs: readonly Run[],
  groups: readonly RunGroup[] | null,
  hasDirectories: boolean,
  folded: ReadonlySet<string>,
  pinned: ReadonlySet<string>,
  empty: ReadonlySet<string> = new Set(),
): ListRow[] {
  const unpinned = (some: readonly Run[]): readonly Run[] => some.filter((run) => !pinned.has(run.name));
  if (groups !== null) {
    return groups.flatMap((group) => {
      const shared = sharedDirectory(group.runs);
      const listed = unpinned(group.runs);
      return below(group.name, group.runs, listed, group, folded, (run) => run.name.slice(shared.length));
    });
  }
  const plain = (run: Run): RunRowOfList => ({ kind: "run", run, label: run.name, isInside: false });
  const listed = unpinned(runs);
  const apart = listed.filter((run) => empty.has(run.name));
  if (apart.length > 0 && apart.length < listed.length) {
    const others = listed.filter((run) => !empty.has(run.name));
    const isFolded = !folded.has(NOTHING_RECORDED);
    return [
      ...rowsOf(others, null, hasDirectories, folded, pinned),
      { kind: "heading", name: NOTHING_RECORDED, runs: apart, isFolded, group: null },
      ...(isFolded ? [] : apart.map((run) => ({ ...plain(run), isInside: true }))),
    ];
  }
  if (!hasDirectories) return listed.map(plain);
  const directories = new Map<string, Run[]>();
  for (const run of listed) {
    const directory = directoryOf(run.name);
    const known = directories.get(directory);
    if (known === undefined) directories.set(directory, [run]);
    else known.push(run);
  }
  // A heading for one run, or for all, says nothing.
  return [...directories].flatMap(([directory, inside]) =>
    directory === "" || inside.length < 2 || inside.length === listed.length
      ? inside.map(plain)
      : below(directory, inside, inside, null, folded, (run) => run.name.slice(directory.length + 1)),
  );
}

/** The directory that all runs are in, with its "/"; empty where they are in several, or for one run. */
function sharedDirectory(runs: readonly Run[]): string {
  const directory = directoryOf(runs[0]?.name ?? "");
  const isShared = runs.length > 1 && runs.every((run) => run.name.startsWith(`${directory}/`));
  return isShared && directory !== "" ? `${directory}/` : "";
}

function below(
  name: string,
  runs: readonly Run[],
  listed: readonly Run[],
  group: RunGroup | null,
  folded: ReadonlySet<string>,
  label: (run: Run) => string,
): ListRow[] {
  const isFolded = folded.has(name);
  const heading: HeadingRow = { kind: "heading", name, runs, isFolded, group };
  if (isFolded) return [heading];
  return [
    heading,
    ...listed.map((run): ListRow => ({ kind: "run", run, label: label(run), isInside: true })),
  ];
}
