/** The content of the log directory: the types of `GET ./api/catalogue` (docs/http-api.md, "Catalogue"). */

export interface Run {
  id: string;
  name: string;
  /** Place in the order of appearance; see charts/colour.ts. */
  color: number;
  points: number;
  revision: number;
  /** The revision at which the run's row in the table of runs last changed. */
  table_revision: number;
  /** The revision at which the run's data of each kind that it has last changed. */
  kinds: Record<string, number>;
  first_wall_time: number | null;
  last_wall_time: number | null;
  last_step: number | null;
  /** How often it was started, as far as its files tell. */
  attempts: number;
  damaged_bytes: number;
  /** Whether its points are not in the server's memory: the rest is as it was when it was read, if it ever was. */
  unread: boolean;
}

export interface Tag {
  id: string;
  name: string;
  kind: string;
  /** Ids of the runs that have it. */
  runs: string[];
}

export interface Loading {
  done: boolean;
  files: number;
  bytes: number;
  bytes_read: number;
  points: number;
  /** When the log was last looked at, if reading has stood still since; seconds since the epoch. */
  stalled_since: number | null;
  /** Runs whose points are not in the server's memory, and the bytes that points may take there; null for no limit. */
  unread: number;
  budget: number | null;
}

export interface Catalogue {
  version: string;
  kernel: "native" | "pure";
  revision: number;
  logdir: { path: string; state: "missing" | "unreadable" | "empty" | "ready"; detail: string };
  loading: Loading;
  runs: Run[];
  tags: Tag[];
  damage: { run: string; file: string; offset: number; bytes: number }[];
  /** Records whose checksums are right and whose content is not an event. */
  malformed: { run: string; file: string; records: number }[];
  /** Ends of files that are not a complete record, and that nobody writes to any more. */
  unfinished: { run: string; file: string; offset: number; bytes: number; modified: number }[];
  /** Files and directories that cannot be read, and files that are not event files. */
  unreadable: { run: string | null; file: string; reason: string; is_foreign: boolean }[];
}

/** How a list becomes another: the ids that go, then what comes, each with its place in the new list, ascending. */
interface Edit<T> {
  removed: string[];
  added: [number, T][];
}

/** What has changed since an earlier answer: of runs and tags only that, and the rest as it is now. */
export interface CatalogueDifference extends Omit<Catalogue, "runs" | "tags"> {
  since: string;
  /** Those that are in both and are not the same are `changed`. */
  runs: Edit<Run> & { changed: Run[] };
  /** Tags that have the same runs share what has changed of them. */
  tags: Edit<Tag> & { changed: (Edit<string> & { tags: string[] })[] };
}

/** The fields of a run that a live event carries. */
export type RunChange = Omit<Run, "name" | "color">;

export interface Change {
  revision: number;
  structure: boolean;
  loading: Loading;
  runs: RunChange[];
}

/** The catalogue with an event's changes in it; runs that the event does not name are kept as they are. */
export function patched(catalogue: Catalogue, change: Change): Catalogue {
  const changes = new Map(change.runs.map((run) => [run.id, run]));
  return {
    ...catalogue,
    revision: change.revision,
    loading: change.loading,
    runs: catalogue.runs.map((run) => {
      const changed = changes.get(run.id);
      return changed === undefined ? run : { ...run, ...changed };
    }),
  };
}

/** The catalogue as it is now; runs and tags that have not changed are the same objects, and so are lists of them. */
export function applied(catalogue: Catalogue, told: CatalogueDifference): Catalogue {
  const { since: _, runs, tags, ...rest } = told;
  return {
    ...rest,
    runs: edited(replaced(catalogue.runs, new Map(runs.changed.map((run) => [run.id, run]))), runs, idOf),
    tags: edited(replaced(catalogue.tags, tagsOfOtherRuns(catalogue.tags, tags.changed)), tags, idOf),
  };
}

function tagsOfOtherRuns(
  tags: Tag[],
  changed: (Edit<string> & { tags: string[] })[],
): ReadonlyMap<string, Tag> {
  const edits = new Map(changed.flatMap((edit) => edit.tags.map((id) => [id, edit])));
  if (edits.size === 0) return new Map<string, Tag>();
  return new Map(
    tags.flatMap((tag) => {
      const edit = edits.get(tag.id);
      return edit === undefined ? [] : [[tag.id, { ...tag, runs: edited(tag.runs, edit, (id) => id) }]];
    }),
  );
}

function replaced<T extends { id: string }>(items: T[], others: ReadonlyMap<string, T>): T[] {
  return others.size === 0 ? items : items.map((item) => others.get(item.id) ?? item);
}

function edited<T>(items: T[], edit: Edit<T>, idOf: (item: T) => string): T[] {
  if (edit.removed.length === 0 && edit.added.length === 0) return items;
  const gone = new Set(edit.removed);
  const kept = gone.size === 0 ? items : items.filter((item) => !gone.has(idOf(item)));
  const result: T[] = [];
  let next = 0;
  for (const [place, item] of edit.added) {
    while (result.length < place) result.push(kept[next++] as T);
    result.push(item);
  }
  while (next < kept.length) result.push(kept[next++] as T);
  return result;
}

function idOf(item: { id: string }): string {
  return item.id;
}
