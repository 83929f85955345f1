/** The keys and gestures of the page, in a dialog: "?" opens it, Escape or a click beside it closes it. */

import { useEffect, useRef } from "preact/hooks";
import { CHART_KEYS, GESTURES, KEYS } from "./keyboard";
import { isHelpShown } from "./state";

export function Help() {
  const dialog = useRef<HTMLDialogElement>(null);
  const isOpen = isHelpShown.value;
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);
  const close = (): void => {
    isHelpShown.value = false;
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it.
    <dialog
      ref={dialog}
      class="help"
      data-testid="help"
      aria-label="Keys"
      onClose={close}
      onClick={(event) => {
        if (event.target === dialog.current) close();
      }}
    >
      <div class="help-content">
        <h2>Keys</h2>
        <Rows rows={KEYS} />
        <h2>In a chart that Tab has led to</h2>
        <Rows rows={CHART_KEYS} />
        <h2>Pointer</h2>
        <Rows rows={GESTURES} />
        <button type="button" onClick={close}>
          Close
        </button>
      </div>
    </dialog>
  );
}

function Rows({ rows }: { rows: readonly (readonly [string, string])[] }) {
  return (
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
  );
}
