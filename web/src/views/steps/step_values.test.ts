import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Run, Tag } from "../../api/catalogue";
import type { Place, ValuesAnswer, ValuesRequest } from "../../api/values";
import { StepValues, type Wanted } from "./step_values";

function run(name: string, revision: number): Run {
  const times = { first_wall_time: null, last_wall_time: null, last_step: null, attempts: 1 };
  return {
    ...{
      id: `r-${name}`,
      name,
      color: 0,
      points: 0,
      revision,
      table_revision: 0,
      damaged_bytes: 0,
      unread: false,
    },
    ...times,
    kinds: { text: revision },
  };
}

function tag(name: string): Tag {
  return { id: `t-${name}`, name, kind: "text", runs: ["r-a", "r-b"] };
}

let asked: ValuesRequest[] = [];
let answer: (asked: ValuesRequest) => Promise<ValuesAnswer>;
const place = signal<Place | null>(null);
const connection = signal(1);
let values: StepValues;

/** Everything that is planned and promised has happened. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await vi.advanceTimersByTimeAsync(0);
}

function wanted(name: string, ...runs: Run[]): Wanted {
  return { tag: tag(name), runs };
}

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  place.value = null;
  let count = 0;
  answer = async ({ tags, runs }) => ({
    // The log goes on between answers.
    revision: 20 * ++count,
    series: tags.flatMap((id) =>
      runs.map((runId) => ({
        ...{ tag: id, run: runId, kind: "text", at: 1, problem: "" },
        step: new Float64Array([0, count * 10]),
        wallTime: new Float64Array([0, 1]),
        bytes: new Float64Array([3, 3]),
        value: {
          step: 0,
          kind: "text",
          value: `${id} ${runId} ${count}`,
          left_out: { items: 0, characters: 0 },
        },
      })),
    ),
  });
  values = new StepValues({
    ...{ kind: "text", place, connection },
    fetch: (request) => {
      asked.push(request);
      return answer(request);
    },
  });
});

afterEach(() => {
  values.destroy();
  vi.useRealTimers();
});

it("asks once for all cards that come into sight together", async () => {
  const [one, two] = [wanted("one", run("a", 1), run("b", 1)), wanted("two", run("a", 1))];
  // Also before anything is wanted.
  expect(values.has(one)).toBe(false);
  values.want("one", one);
  values.want("two", two);
  expect(values.has(one)).toBe(false);
  await settle();
  expect(asked).toEqual([{ tags: ["t-one", "t-two"], runs: ["r-a", "r-b"], at: null, values: true }]);
  expect(values.series("one", "b")?.value?.value).toBe("t-one r-b 1");
  expect(values.steps.value).toEqual([0, 10]);
  expect([values.has(one), values.has(two)]).toEqual([true, true]);
  expect(values.has(wanted("one", run("a", 99)))).toBe(false);
});

it("asks ahead at once, and takes the answer with what comes beside it", async () => {
  const soon = wanted("one", run("a", 1), run("b", 1));
  let arrive = (): void => undefined;
  const beside = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  values.askAhead([soon], beside);
  // Not in the next turn, in which the page may be made.
  expect(asked).toEqual([{ tags: ["t-one"], runs: ["r-a", "r-b"], at: null, values: true }]);
  values.want("one", soon);
  await settle();
  expect(values.series("one", "a")).toBe(null);
  arrive();
  await settle();
  expect(values.series("one", "a")?.value?.value).toBe("t-one r-a 1");
  expect(asked.length).toBe(1);
  // Of what is known nothing is asked.
  values.askAhead([soon], Promise.resolve());
  expect(asked.length).toBe(1);
});

it("asks in one request for what has grown, and for nothing when other kinds of data have", async () => {
  values.want("one", wanted("one", run("a", 1), run("b", 1)));
  values.want("two", wanted("two", run("a", 1), run("b", 1)));
  await settle();
  // The log's values at 5 are in the answer, which is of revision 20.
  values.want("one", wanted("one", run("a", 5), { ...run("b", 5), revision: 99 }));
  values.want("two", wanted("two", run("a", 5), run("b", 5)));
  await settle();
  expect(asked.length).toBe(1);
  values.want("one", wanted("one", run("a", 25), run("b", 5)));
  values.want("two", wanted("two", run("a", 25), run("b", 5)));
  await settle();
  expect(asked.length).toBe(2);
  expect(asked[1].runs).toEqual(["r-a"]);
  expect(asked[1].tags).toEqual(["t-one", "t-two"]);
});

it("leaves what has grown alone where nothing of it is needed", async () => {
  let isNeeded = false;
  const lazy = new StepValues({
    ...{ kind: "text", place, connection, isNeeded: () => isNeeded },
    fetch: (request) => {
      asked.push(request);
      return answer(request);
    },
  });
  lazy.want("one", wanted("one", run("a", 1)));
  await settle();
  lazy.want("one", wanted("one", run("a", 30)));
  await settle();
  expect(asked.length).toBe(1);
  isNeeded = true;
  lazy.want("one", wanted("one", run("a", 31)));
  await settle();
  expect(asked.length).toBe(2);
  lazy.destroy();
});

it("keeps what is shown until its successor is there, and collects changes meanwhile", async () => {
  values.want("one", wanted("one", run("a", 1)));
  await settle();
  let release: (() => void) | undefined;
  const known = answer;
  answer = async (request) => {
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    return known(request);
  };
  place.value = { axis: "step", x: 3 };
  await settle();
  place.value = { axis: "step", x: 4 };
  place.value = { axis: "step", x: 5 };
  await settle();
  expect(values.series("one", "a")?.value?.value).toBe("t-one r-a 1");
  expect(asked.map(({ at }) => at?.x)).toEqual([undefined, 3]);
  release?.();
  answer = known;
  await settle();
  expect(asked.map(({ at }) => at?.x)).toEqual([undefined, 3, 5]);
  expect(values.series("one", "a")?.value?.value).toBe("t-one r-a 3");
});

it("asks again over a new connection, and after a failure a while later", async () => {
  values.want("one", wanted("one", run("a", 1)));
  await settle();
  const known = answer;
  answer = async () => {
    throw new Error("no room");
  };
  connection.value++;
  await settle();
  expect(values.error.value).toBe("no room");
  expect(values.series("one", "a")).not.toBe(null);
  answer = known;
  await vi.advanceTimersByTimeAsync(3000);
  expect(asked.length).toBe(3);
  expect(values.error.value).toBe(null);
});

it("asks for nothing that is out of sight", async () => {
  values.want("one", wanted("one", run("a", 1)));
  values.want("one", null);
  await settle();
  expect(asked).toEqual([]);
});

it("asks for places alone, where values come otherwise, and finds a place among the steps by itself", async () => {
  values.destroy();
  values = new StepValues({
    ...{ kind: "text", place, connection, hasValues: false },
    fetch: (request) => {
      asked.push(request);
      return answer(request);
    },
  });
  values.want("one", wanted("one", run("a", 1)));
  await settle();
  expect(asked).toEqual([{ tags: ["t-one"], runs: ["r-a"], at: null, values: false }]);
  const at = (): number | null | undefined => values.series("one", "a")?.at;
  expect(at()).toBe(1);
  for (const [x, index] of [
    [-1, null],
    [9, 0],
    [10, 1],
  ] as const) {
    place.value = { axis: "step", x };
    expect(at()).toBe(index);
  }
  await settle();
  expect(asked).toHaveLength(1);
  // Where a place of time is among the steps of a run, the server knows.
  place.value = { axis: "relative", x: 3 };
  await settle();
  expect(asked.slice(1)).toEqual([{ tags: ["t-one"], runs: ["r-a"], at: place.value, values: false }]);
  place.value = null;
  await settle();
  expect(at()).toBe(1);
});
