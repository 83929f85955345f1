/** The keys and gestures of the page, in a dialog: "?" opens it, Escape or a click beside it closes it. */

import { useEffect, useRef } from "preact/hooks";
import { isHelpShown } from "../state/state";
import { CHART_KEYS, FILTERS, GESTURES, KEYS } from "./keyboard";

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
          <Section title="Keys" rows={KEYS} />
          <Section title="Pointer" rows={GESTURES} />
          <Section title="In a chart that Tab has led to" rows={CHART_KEYS} />
          <Section title="Filters" rows={FILTERS} />
        </div>
        <button type="button" onClick={close}>
          Close
        </button>
      </div>
    </dialog>
  );
}

function Section({ title, rows }: { title: string; rows: readonly (readonly [string, string])[] }) {
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
