import { afterEach, beforeEach, expect, it, vi } from "vitest";

beforeEach(() => {
  vi.resetModules();
  vi.useFakeTimers();
  vi.stubGlobal("location", { hash: "" });
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => undefined }));
  vi.stubGlobal("window", globalThis);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function parts() {
  const [{ drawWhenThere }, { shownView }, { catalogue }] = await Promise.all([
    import("./first_drawing"),
    import("./current_view"),
    import("../state/server"),
  ]);
  const log = { runs: [], tags: [], unreadable: [] } as never;
  return { drawWhenThere, shownView, catalogue, log, view: { entry: {}, view: {} } as never };
}

it("draws once, with the log and the view, behind what follows from them", async () => {
  const { drawWhenThere, shownView, catalogue, log, view } = await parts();
  const draw = vi.fn();
  drawWhenThere(draw);
  catalogue.value = log;
  await Promise.resolve();
  expect(draw).not.toHaveBeenCalled();
  shownView.value = view;
  expect(draw).not.toHaveBeenCalled();
  await Promise.resolve();
  expect(draw).toHaveBeenCalledTimes(1);
  catalogue.value = { ...(log as object) } as never;
  await vi.runAllTimersAsync();
  expect(draw).toHaveBeenCalledTimes(1);
});

it("draws without them when they do not come soon", async () => {
  const { drawWhenThere, catalogue, log, shownView, view } = await parts();
  const draw = vi.fn();
  drawWhenThere(draw);
  await vi.runAllTimersAsync();
  expect(draw).toHaveBeenCalledTimes(1);
  catalogue.value = log;
  shownView.value = view;
  await Promise.resolve();
  expect(draw).toHaveBeenCalledTimes(1);
});
