/** Which overlay is on the model, and whether its colours tell magnitudes apart. */

import { Choice } from "../../../kit/choice";
import { changeModel, modelFields } from "../model_link";
import type { Overlay } from "./overlay";
import { overlay, overlayScale, overlays } from "./overlay_state";

/** Of families: a log may have thousands. */
const MOST = 200;
const SCALES = ["linear", "log"] as const;

export function OverlayMenu() {
  const shown = overlay.value;
  if (shown === null) return null;
  const all = overlays.value;
  const recorded = all.filter(({ unit }) => unit === "value");
  const ofGraph = all.filter(({ unit }) => unit !== "value");
  const first = all[0];
  const listed = recorded.filter((each, i) => i < MOST || each === shown);
  const scale = overlayScale.value;
  return (
    <>
      <label
        class={shown === first ? "choice" : "choice is-set"}
        title="What colours and bars of the boxes tell"
      >
        overlay
        <select
          data-testid="overlay"
          value={shown.name}
          onChange={({ currentTarget: { value } }) =>
            changeModel({ cost: value === first.name ? null : value, scale: null })
          }
        >
          {recorded.length === 0 ? (
            <Options overlays={ofGraph} />
          ) : (
            <>
              <optgroup label="Of the graph">
                <Options overlays={ofGraph} />
              </optgroup>
              <optgroup label="Recorded">
                <Options overlays={listed} />
                {recorded.length > listed.length && (
                  <option disabled>{recorded.length - listed.length} more are not listed</option>
                )}
              </optgroup>
            </>
          )}
        </select>
      </label>
      {scale !== null && scale.kind !== "diverging" && scale.low < scale.high && (
        <Choice
          label=""
          ariaLabel="Scale of the overlay"
          testId="overlay-scale"
          words={SCALES}
          value={scale.kind}
          isSet={modelFields.scale !== null}
          title="Whether equal steps of colour are equal differences, or equal factors"
          onChange={(kind) => changeModel({ scale: kind })}
        />
      )}
    </>
  );
}

function Options({ overlays: listed }: { overlays: readonly Overlay[] }) {
  return listed.map(({ name, title }) => (
    <option key={name} value={name}>
      {title}
    </option>
  ));
}
