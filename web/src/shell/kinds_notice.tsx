/** Data that the page does not show, by kind. How much of them there is, is asked for while somebody reads it. */

import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import type { Run } from "../api/catalogue";
import { fetchKinds, type KindInfo } from "../api/kinds";
import { plural } from "../kit/format";
import { catalogue, connection } from "../state/server";
import { Notice } from "./notice";
import { EMPTY, kindsWithoutView, revisionOf } from "./shown_kinds";

/** Data may grow all the time: they are counted again at most this often, in milliseconds. */
const INTERVAL = 2000;

interface Props {
  title: string;
  explanation: string;
  /** The names of the kinds. */
  kinds: readonly string[];
  lines: (kinds: readonly KindInfo[]) => string[];
}

function CountedNotice({ title, explanation, kinds, lines }: Props) {
  const isOpen = useSignal(false);
  const counted = useSignal<readonly KindInfo[] | null>(null);
  const lastFetch = useSignal(Number.NEGATIVE_INFINITY);
  const wanted = useSignal(kinds);
  wanted.value = kinds;
  const revision = useComputed(() => revisionOf(wanted.value, catalogue.value?.runs ?? []));
  useSignalEffect(() => {
    void revision.value;
    void connection.value;
    if (!isOpen.value) return;
    const timer = setTimeout(
      () => {
        lastFetch.value = performance.now();
        fetchKinds().then(
          (found) => {
            counted.value = found;
          },
          // A server that is gone is said elsewhere; the next change asks again.
          () => {},
        );
      },
      Math.max(0, lastFetch.peek() + INTERVAL - performance.now()),
    );
    return () => clearTimeout(timer);
  });
  return (
    <Notice
      isQuiet
      title={title}
      explanation={explanation}
      lines={lines((counted.value ?? []).filter(({ name }) => kinds.includes(name)))}
      onToggle={(opened) => {
        isOpen.value = opened;
      }}
    />
  );
}

/** A line a kind: "Histograms: 12 records in 2 runs". */
export function linesOfKinds(kinds: readonly KindInfo[]): string[] {
  return kinds.map(({ title, known, records, runs }) => {
    const what = known ? title : `${title} (a plug-in that Cutaway does not know)`;
    return `${what}: ${plural(records, "record")} in ${plural(Object.keys(runs).length, "run")}`;
  });
}

/** A line a run that has any. */
export function linesOfEmpty(kinds: readonly KindInfo[], names: ReadonlyMap<string, string>): string[] {
  return kinds.flatMap(({ runs }) =>
    Object.entries(runs).map(
      ([run, records]) => `${names.get(run) ?? run} ${plural(records, "empty value")}`,
    ),
  );
}

function withEmptyValues(runs: readonly Run[]): number {
  return runs.filter((run) => run.kinds[EMPTY] !== undefined).length;
}

/** How many notices there are of such data. */
export function kindsNoticeCount(runs: readonly Run[]): number {
  return Number(withEmptyValues(runs) > 0) + Number(kindsWithoutView(runs).length > 0);
}

export function KindsNotices() {
  const runs = catalogue.value?.runs ?? [];
  const kinds = kindsWithoutView(runs);
  const names = new Map(runs.map((run) => [run.id, run.name]));
  const withEmpty = withEmptyValues(runs);
  return (
    <>
      {withEmpty > 0 && (
        <CountedNotice
          title={`empty values in ${plural(withEmpty, "run")}`}
          explanation="Their writer recorded a name and no value, as tensorboardX does for videos without moviepy."
          kinds={[EMPTY]}
          lines={(found) => linesOfEmpty(found, names)}
        />
      )}
      {kinds.length > 0 && (
        <CountedNotice
          title={`${plural(kinds.length, "kind")} not shown`}
          explanation="This version has no view for data of these kinds. The files keep them."
          kinds={kinds}
          lines={linesOfKinds}
        />
      )}
    </>
  );
}
