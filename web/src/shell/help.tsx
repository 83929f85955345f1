/** The keys and gestures of the page, in a dialog: "?" opens it, Escape or a click beside it closes it. */

import { useEffect, useRef } from "preact/hooks";
import type { HelpRow, HelpSection } from "../views/view";
import { shownView } from "./current_view";
import { isHelpShown } from "./help_state";
import { FILTERS, GESTURES, helpOfKeys } from "./keyboard";

export function Help() {
  const dialog = useRef<HTMLDialogElement>(null);
  const isOpen = isHelpShown.value;
  useEffect(() => {
    if (isOpen) {
      dialog.current?.showModal();
      // The focus is on the button at the end; reading begins at the top.
      dialog.current?.scrollTo(0, 0);
    } else dialog.current?.close();
  }, [isOpen]);
  const close = (): void => {
    isHelpShown.value = false;
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it.
    <dialog
      ref={dialog}
      class="help keys"
      data-testid="help"
      aria-label="Keys"
      onClose={close}
      onClick={(event) => {
        if (event.target === dialog.current) close();
      }}
    >
      <div class="help-content">
        <div class="help-columns">
          {sections().map(({ title, rows }) => (
            <Section key={title} title={title} rows={rows} />
          ))}
        </div>
        <button type="button" onClick={close}>
          Close
        </button>
      </div>
    </dialog>
  );
}

/** Of the page and of the view on screen; sections of one title are one. */
function sections(): HelpSection[] {
  const all: HelpSection[] = [
    { title: "Keys", rows: helpOfKeys() },
    ...(shownView.value?.view.help ?? []),
    { title: "Pointer", rows: GESTURES },
    { title: "Filters", rows: FILTERS },
  ];
  const byTitle = new Map<string, HelpRow[]>();
  for (const { title, rows } of all) byTitle.set(title, [...(byTitle.get(title) ?? []), ...rows]);
  return [...byTitle].map(([title, rows]) => ({ title, rows }));
}

function Section({ title, rows }: HelpSection) {
  return (
    <section>
      <h2>{title}</h2>
      <dl>
        {rows.map(([name, what]) => (
          <div key={name}>
            <dt>
              <kbd>{name}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
