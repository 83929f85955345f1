/** Above the cutaway: what areas and colours tell, the picture to take away, and where it is zoomed into. */

import { Choice } from "../../../kit/choice";
import { save } from "../../../kit/download";
import { type CutawayColour, changeModel, modelFields } from "../model_link";
import { outline } from "../model_state";
import { overlay } from "../overlay/overlay_state";
import { cutawayCanvas, cutawaySvg } from "./cutaway_picture";
import { areaCost, colourBy, isOverlayApart, zoomed, zoomInto } from "./cutaway_state";
import type { Scene } from "./scene";

export function CutawayHeader({ scene }: { scene: Scene | null }) {
  const costs = outline.value?.costs ?? [];
  const area = areaCost.value;
  const names = Object.fromEntries(costs.map(({ name, title }) => [name, title]));
  const colours: CutawayColour[] = isOverlayApart.value
    ? ["branch", "class", "overlay"]
    : ["branch", "class"];
  const named = { branch: "branches", class: "classes", overlay: overlay.value?.title ?? "overlay" };
  return (
    <div class="cutaway-head">
      {area !== null && costs.length > 1 && (
        <Choice
          label="area"
          testId="cutaway-area"
          words={costs.map(({ name }) => name)}
          names={names}
          value={area.name}
          isSet={modelFields.area !== null}
          title="What the areas of the boxes are in proportion to"
          onChange={(name) => changeModel({ area: name })}
        />
      )}
      <Choice
        label="colour"
        testId="cutaway-colour"
        words={colours}
        names={named}
        value={colours.includes(colourBy.value) ? colourBy.value : "branch"}
        isSet={modelFields.colour !== null}
        title="What the colours of the boxes tell"
        onChange={(colour) => changeModel({ colour })}
      />
      {scene !== null && <PictureButtons scene={scene} />}
      <Breadcrumb />
    </div>
  );
}

/** The groups around what is shown, from the whole on. */
function Breadcrumb() {
  const groups = outline.value?.groups;
  if (groups === undefined) return null;
  const chain: number[] = [];
  for (let at = zoomed.value; at >= 0; at = groups.parent[at]) chain.unshift(at);
  return (
    <nav class="cutaway-crumbs" aria-label="Groups around the boxes" data-testid="cutaway-crumbs">
      {chain.map((group, i) => {
        const isLast = i === chain.length - 1;
        const name = groups.name[group] || outline.value?.title || "model";
        return (
          <span key={group}>
            {i > 0 && <span class="quiet"> › </span>}
            {isLast ? (
              <b aria-current="location" title={groups.type[group]}>
                {name}
              </b>
            ) : (
              <button type="button" class="link" onClick={() => zoomInto(group)}>
                {name}
              </button>
            )}
          </span>
        );
      })}
    </nav>
  );
}

function PictureButtons({ scene }: { scene: Scene }) {
  const name = `${outline.value?.title || "model"}-cutaway-${areaCost.value?.name ?? ""}`;
  return (
    <>
      <button
        type="button"
        title="The picture as on screen, as vectors"
        onClick={() => save(new Blob([cutawaySvg(scene)], { type: "image/svg+xml" }), `${name}.svg`)}
      >
        SVG
      </button>
      <button
        type="button"
        title="The picture as on screen, with twice its pixels"
        onClick={() =>
          cutawayCanvas(scene, 2)?.toBlob((blob) => {
            if (blob !== null) save(blob, `${name}.png`);
          })
        }
      >
        PNG
      </button>
    </>
  );
}
