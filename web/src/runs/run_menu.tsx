/** A menu for one run or group: its colour, showing it alone, comparing all others with it. */

import { signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { PLACES, runStyle } from "../kit/colour";
import { Swatch } from "../kit/swatch";
import { chooseColour, chosenColours, theme } from "../state/preferences";
import { changeRuns, runsFields, togglePin } from "./runs_link";
import { onlyThis } from "./selection";

/** Whose menu is open, and where in the window; null for nobody's. */
export const runMenu = signal<{ name: string; isGroup: boolean; left: number; top: number } | null>(null);

export function openRunMenu(name: string, isGroup: boolean, event: MouseEvent): void {
  event.preventDefault();
  const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
  runMenu.value = { name, isGroup, left: Math.max(box.left, 4), top: box.bottom + 2 };
}

export function RunMenu() {
  const body = useRef<HTMLDivElement>(null);
  const opened = runMenu.value;
  useEffect(() => {
    if (opened === null) return;
    const before = document.activeElement;
    body.current?.querySelector<HTMLElement>("button")?.focus();
    const onPress = (event: PointerEvent): void => {
      if (!body.current?.contains(event.target as Node)) runMenu.value = null;
    };
    addEventListener("pointerdown", onPress);
    return () => {
      removeEventListener("pointerdown", onPress);
      if (before instanceof HTMLElement) before.focus();
    };
  }, [opened]);
  useLayoutEffect(() => {
    if (opened === null || body.current === null) return;
    const lowest = innerHeight - body.current.offsetHeight - 4;
    body.current.style.top = `${Math.max(4, Math.min(opened.top, lowest))}px`;
    body.current.style.left = `${opened.left}px`;
  });
  if (opened === null) return null;
  const { name, isGroup } = opened;
  const close = (): void => {
    runMenu.value = null;
  };
  const chosen = chosenColours.value.get(name);
  const isBaseline = runsFields.baseline === name;
  return (
    <div
      class="menu-body run-menu"
      role="dialog"
      aria-label={`Menu of ${name}`}
      data-testid="run-menu"
      ref={body}
    >
      <strong>{name}</strong>
      <div class="palette">
        {Array.from({ length: PLACES }, (_, color) => (
          <button
            key={color}
            type="button"
            aria-label={`Colour ${color + 1}`}
            aria-pressed={chosen === color}
            onClick={() => {
              chooseColour(name, color);
              close();
            }}
          >
            <Swatch style={runStyle(color, theme.value)} />
          </button>
        ))}
      </div>
      {chosen !== undefined && (
        <button
          type="button"
          onClick={() => {
            chooseColour(name, null);
            close();
          }}
        >
          The colour it had
        </button>
      )}
      {!isGroup && (
        <>
          <button
            type="button"
            onClick={() => {
              changeRuns({ selection: onlyThis(runsFields.selection, name) });
              close();
            }}
          >
            Show only this run
          </button>
          <button
            type="button"
            data-testid="pin-run"
            onClick={() => {
              togglePin(name);
              close();
            }}
          >
            {runsFields.runPins.includes(name) ? "Unpin" : "Pin to the top of the list"}
          </button>
          <button
            type="button"
            data-testid="compare"
            onClick={() => {
              changeRuns({ baseline: isBaseline ? null : name });
              close();
            }}
          >
            {isBaseline ? "End the comparison with it" : "Compare all others with it"}
          </button>
        </>
      )}
    </div>
  );
}
