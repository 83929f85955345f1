// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { beforeAll, beforeEach, expect, it, vi } from "vitest";
import type { Catalogue } from "../api/catalogue";
import { changePage } from "../state/page";
import { catalogue, connection } from "../state/server";
import type { View, ViewEntry } from "../views/view";

/** Views whose code comes when the test says so: how often each was asked for, and what ends the request. */
const { entries, requests } = vi.hoisted(() => {
  type End = (outcome: unknown) => void;
  const requests: Record<string, { resolve: End; reject: End }[]> = {};
  const entries: ViewEntry[] = ["one", "two", "three", "four", "five", "six"].map((name) => ({
    ...{ name, title: `View ${name}`, kinds: name === "three" ? ["text"] : [], parameters: [] },
    load: () =>
      new Promise<View>((resolve, reject) => {
        requests[name] = [...(requests[name] ?? []), { resolve: resolve as End, reject }];
      }),
  }));
  return { entries, requests };
});
vi.mock("../views/registry", () => ({
  VIEWS: entries,
  entryNamed: (name: string) => entries.find((entry) => entry.name === name) ?? entries[0],
}));
const { CurrentView } = await import("./app");
const { startViews } = await import("./current_view");

function view(text: string): View {
  return {
    ...{ Content: () => <p>{text}</p>, Toolbar: () => <nav>toolbar of {text}</nav>, keys: [], help: [] },
    empty: { what: "texts", promise: "They appear here.", line: "" },
  };
}

/** The last request for a view's code ends. */
async function arrive(name: string): Promise<void> {
  await act(async () => requests[name].at(-1)?.resolve(view(`content of ${name}`)));
}

async function fail(name: string): Promise<void> {
  await act(async () =>
    requests[name].at(-1)?.reject(new TypeError("Failed to fetch module: http://127.0.0.1/3f0c/assets/x.js")),
  );
}

async function open(name: string): Promise<void> {
  await act(async () => changePage({ page: name }));
}

function text(): string {
  return document.body.textContent ?? "";
}

beforeAll(async () => {
  const known = { runs: [], tags: [], logdir: { path: "log" }, loading: { done: true } };
  catalogue.value = known as unknown as Catalogue;
  startViews();
  act(() => render(<CurrentView />, document.body));
  expect(text()).toBe("");
  await arrive("one");
});

beforeEach(async () => {
  await open("");
});

it("keeps the view before until the code of the next is there, and loads no code twice", async () => {
  expect(text()).toBe("toolbar of content of onecontent of one");
  await open("two");
  expect(text()).toContain("content of one");
  await arrive("two");
  expect(text()).toBe("toolbar of content of twocontent of two");
  await open("");
  await open("two");
  expect(text()).toContain("content of two");
  expect([requests.one.length, requests.two.length]).toEqual([1, 1]);
});

it("shows nothing of a view that has been left before its code came", async () => {
  await open("three");
  await open("");
  await arrive("three");
  expect(text()).toContain("content of one");
});

it("says what a view would show where the log has nothing for it, below its toolbar", async () => {
  await open("three");
  expect(text()).toContain("No texts in log yet.");
  expect(text()).toContain("toolbar of content of three");
  expect(document.querySelector("p")?.textContent).not.toBe("content of three");
});

it("shows the first view where a link names none that there is", async () => {
  await open("two");
  await open("gone");
  expect(text()).toContain("content of one");
});

it("says why a view's code cannot be loaded, and asks for it again over a new connection", async () => {
  await open("four");
  await fail("four");
  const alert = document.querySelector("[role=alert]")?.textContent;
  expect(alert).toContain("The View four view could not be loaded.");
  expect(alert).toContain("Its code did not come.");
  expect(text()).not.toContain("content of one");
  await act(async () => {
    connection.value++;
  });
  expect(requests.four.length).toBe(2);
  await arrive("four");
  expect(text()).toBe("toolbar of content of fourcontent of four");
});

it("says so of that view alone, while another one's code is on its way", async () => {
  await open("five");
  await fail("five");
  expect(text()).toContain("The View five view could not be loaded.");
  await open("six");
  expect(text()).toBe("toolbar of content of onecontent of one");
  // A user who comes back to it asks again.
  await open("five");
  expect(text()).toContain("The View five view could not be loaded.");
  expect(requests.five.length).toBe(2);
  await arrive("five");
  expect(text()).toContain("content of five");
});
