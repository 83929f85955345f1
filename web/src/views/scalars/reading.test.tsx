// @vitest-environment happy-dom
import { signal } from "@preact/signals";
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { chartsWaiting } from "./chart_requests";
import { Reading } from "./reading";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  act(() => render(null, document.body));
  chartsWaiting.value = 0;
  vi.useRealTimers();
});

it("says what is being read when that takes longer than a moment, and no longer than it does", () => {
  const isReading = signal(true);
  act(() => render(<Reading isReading={isReading} runs={60} />, document.body));
  act(() => void vi.advanceTimersByTime(299));
  expect(document.body.textContent).toBe("");
  act(() => {
    chartsWaiting.value = 12;
    vi.advanceTimersByTime(1);
  });
  expect(document.body.textContent).toBe("Reading 60 runs, 12 charts still to be asked for");
  act(() => {
    chartsWaiting.value = 0;
  });
  expect(document.body.textContent).toBe("Reading 60 runs");
  act(() => {
    isReading.value = false;
  });
  expect(document.body.textContent).toBe("");
  // The moment begins anew.
  act(() => {
    isReading.value = true;
    vi.advanceTimersByTime(200);
  });
  expect(document.body.textContent).toBe("");
});
