// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Catalogue, Run } from "../api/catalogue";
import { runMenu } from "../runs/run_menu";
import { changeRuns, runsFields } from "../runs/runs_link";
import { EVERYTHING } from "../runs/selection";
import { emphasis } from "../state/emphasis";
import { changePlace, placeFields } from "../state/place";
import { listShown } from "../state/preferences";
import { catalogue } from "../state/server";
import { changeSubject, subjectFields } from "../state/subject";
import { VIEWS } from "../views/registry";
import type { View } from "../views/view";
import { shownView } from "./current_view";
import { isHelpShown } from "./help_state";
import { helpOfKeys, onKey } from "./keyboard";

function run(name: string): Run {
  const times = { first_wall_time: null, last_wall_time: null, last_step: null, attempts: 1 };
  return {
    ...{
      id: name,
      name,
      color: 0,
      points: 0,
      revision: 0,
      table_revision: 0,
      damaged_bytes: 0,
      unread: false,
    },
    ...times,
    kinds: {},
  };
}

/** A key that is pressed in an element; whether the page has taken it. */
function press(key: string, target: Element = document.body, options: KeyboardEventInit = {}): boolean {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...options });
  target.dispatchEvent(event);
  return event.defaultPrevented;
}

function put<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Record<string, string> = {},
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  document.body.append(element);
  return element;
}

function onScreen(view: Partial<View>): void {
  shownView.value = { entry: VIEWS[0], view: { Content: () => null, keys: [], help: [], ...view } };
}

beforeEach(() => {
  addEventListener("keydown", onKey);
  catalogue.value = { runs: ["a", "b", "c"].map(run), tags: [] } as Partial<Catalogue> as Catalogue;
});

afterEach(() => {
  removeEventListener("keydown", onKey);
  document.body.replaceChildren();
  catalogue.value = null;
  shownView.value = null;
  emphasis.value = null;
  runMenu.value = null;
  isHelpShown.value = false;
  listShown.value = "yes";
  changePlace({ place: null });
  changeRuns({ selection: EVERYTHING, runPins: [] });
});

describe("keys of the page", () => {
  it("go through the runs, hide and pin them", () => {
    const names = ["j", "j", "k", "k", "j"].map((key) => {
      expect(press(key)).toBe(true);
      return emphasis.value;
    });
    expect(names).toEqual(["a", "b", "a", "a", "b"]);
    press("x");
    expect([...runsFields.selection.exceptions]).toEqual(["b"]);
    press("x");
    expect([...runsFields.selection.exceptions]).toEqual([]);
    press("p");
    expect(runsFields.runPins).toEqual(["b"]);
    press("p");
    expect(runsFields.runPins).toEqual([]);
  });

  it("change nothing where there is no run", () => {
    catalogue.value = null;
    for (const key of ["j", "k", "x", "p"]) press(key);
    expect([emphasis.value, runsFields.selection, runsFields.runPins]).toEqual([null, EVERYTHING, []]);
  });

  it("hide the list, and show the keys", () => {
    press("b");
    expect(listShown.value).toBe("no");
    press("b");
    expect(listShown.value).toBe("yes");
    press("?");
    expect(isHelpShown.value).toBe(true);
    press("?");
    expect(isHelpShown.value).toBe(false);
  });

  it("are letters in a field, and keys of the browser with a modifier", () => {
    const fields = [put("input", { type: "search" }), put("textarea"), put("select")];
    for (const field of fields) expect(press("j", field)).toBe(false);
    for (const modifier of ["ctrlKey", "metaKey", "altKey"])
      expect(press("j", document.body, { [modifier]: true })).toBe(false);
    expect(press("q")).toBe(false);
    expect(emphasis.value).toBe(null);
    // What is switched or slid takes no letters.
    expect(press("j", put("input", { type: "checkbox" }))).toBe(true);
    expect(press("j", put("input", { type: "range" }))).toBe(true);
    expect(emphasis.value).toBe("b");
  });

  it("are left alone where something else has taken them", () => {
    const taker = put("div");
    taker.addEventListener("keydown", (event) => event.preventDefault());
    press("j", taker);
    expect(emphasis.value).toBe(null);
  });
});

describe("keys of the view", () => {
  it("hold while the view is on screen, before those of the page", () => {
    const [goOn, ownJ] = [vi.fn(), vi.fn()];
    const keys = [
      { key: "ArrowRight", what: "the next step", run: goOn },
      { key: "j", what: "something of its own", run: ownJ },
    ];
    expect(press("ArrowRight")).toBe(false);
    onScreen({ keys });
    expect(press("ArrowRight")).toBe(true);
    press("j");
    expect([goOn.mock.calls.length, ownJ.mock.calls.length, emphasis.value]).toEqual([1, 1, null]);
    expect(helpOfKeys().slice(0, 2)).toEqual([
      ["→", "the next step"],
      ["j", "something of its own"],
    ]);
    onScreen({});
    expect(press("ArrowRight")).toBe(false);
    press("j");
    expect([goOn.mock.calls.length, ownJ.mock.calls.length, emphasis.value]).toEqual([1, 1, "a"]);
  });
});

describe("Escape", () => {
  it("steps back one thing at a time: from what lies on top to what lies below", () => {
    const menu = put("details", { class: "menu" });
    menu.open = true;
    const field = put("input", { type: "search" });
    field.focus();
    let zooms = 2;
    onScreen({ stepBack: () => zooms > 0 && zooms-- > 0 });
    isHelpShown.value = true;
    runMenu.value = { name: "a", isGroup: false, left: 0, top: 0 };
    changePlace({ place: { axis: "step", x: 10 } });
    changeSubject({ subject: "decoder" });
    emphasis.value = "a";
    const left = (): unknown[] => [
      ...(isHelpShown.value ? ["help"] : []),
      ...(runMenu.value === null ? [] : ["menu of a run"]),
      ...(menu.open ? ["menu"] : []),
      ...(document.activeElement === field ? ["field"] : []),
      ...(placeFields.place === null ? [] : ["place"]),
      ...Array.from({ length: zooms }, () => "zoom"),
      ...(subjectFields.subject === "" ? [] : ["subject"]),
      ...(emphasis.value === null ? [] : ["run"]),
    ];
    const order = ["help", "menu of a run", "menu", "field", "place", "zoom", "zoom", "subject", "run"];
    for (let gone = 0; gone <= order.length; gone++) {
      expect(left()).toEqual(order.slice(gone));
      press("Escape", document.activeElement ?? document.body);
    }
    expect(left()).toEqual([]);
  });

  it("leaves a field as it is filled", () => {
    const field = put("input", { type: "search" });
    field.value = "loss";
    field.focus();
    // The browser would empty it, and the filter would stay.
    expect(press("Escape", field)).toBe(true);
    expect([field.value, document.activeElement]).toEqual(["loss", document.body]);
  });
});
