/** The event files: the types of `GET ./api/files` (docs/http-api.md, "Files"). */

import { request } from "./request";

export interface EventFile {
  id: string;
  /** The run's id. */
  run: string;
  name: string;
  bytes: number;
  bytes_read: number;
  points: number;
  /** Records that are not scalars, by kind. */
  values: Record<string, number>;
  /** Those of these kinds that Cutaway does not know. */
  unknown: string[];
  damaged_bytes: number;
  /** Records whose checksums are right and whose content is not an event. */
  malformed: number;
  /** Why it cannot be read; empty when it can. */
  unreadable: string;
  first_wall_time: number | null;
  last_wall_time: number | null;
  modified: number;
}

/** Where the file itself is, a download. */
export function fileAddress(file: EventFile): string {
  return `./api/file?${new URLSearchParams({ id: file.id })}`;
}

export async function fetchFiles(): Promise<EventFile[]> {
  const response = await request("./api/files", { cache: "no-cache" });
  return ((await response.json()) as { files: EventFile[] }).files;
}
