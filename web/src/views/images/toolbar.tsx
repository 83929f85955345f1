/** What holds for all images: filter, step, and how they are shown. */

import { Check, Choice } from "../../kit/choice";
import { StepsToolbar } from "../steps/steps_toolbar";
import { ACROSS, COLOURS, changeImages, imageFields, LEAST, MOST, SIZES, USUAL } from "./image_link";
import { imageTags } from "./image_values";

export function Toolbar() {
  const { across, size, isActualSize } = imageFields;
  return (
    <StepsToolbar tags={imageTags} menu={<Look />}>
      <Choice
        label="across"
        testId="images-across"
        words={ACROSS}
        value={across}
        isSet={across !== "runs"}
        title="What stands side by side: the runs at one step, or all recorded steps of each run"
        onChange={(chosen) => changeImages({ across: chosen })}
      />
      <Choice
        label="size"
        testId="image-size"
        words={SIZES}
        value={size}
        isSet={size !== "medium"}
        onChange={(chosen) => changeImages({ size: chosen })}
      />
      <Check
        label="actual size"
        title="A pixel of a picture is a pixel of the page"
        testId="actual-size"
        isOn={isActualSize}
        onChange={(isOn) => changeImages({ isActualSize: isOn })}
      />
    </StepsToolbar>
  );
}

/** Brightness, contrast and colours of all images. */
function Look() {
  const { brightness, contrast, colours } = imageFields;
  const isAdjusted = brightness !== USUAL || contrast !== USUAL || colours !== "recorded";
  return (
    <details class="menu image-colours" data-testid="image-look">
      <summary class={isAdjusted ? "is-set" : ""} title="Brightness, contrast and colours">
        {isAdjusted ? "adjusted" : "adjust"}
      </summary>
      <div class="menu-body">
        <Percent name="brightness" value={brightness} />
        <Percent name="contrast" value={contrast} />
        <Choice
          label="colours of grey"
          testId="image-colours"
          words={COLOURS}
          value={colours}
          isSet={colours !== "recorded"}
          title="Colours of pictures of one channel"
          onChange={(chosen) => changeImages({ colours: chosen })}
        />
        <button
          type="button"
          data-testid="as-recorded"
          disabled={!isAdjusted}
          title="Show the colours as they were recorded"
          onClick={() => changeImages({ brightness: USUAL, contrast: USUAL, colours: "recorded" })}
        >
          Reset
        </button>
      </div>
    </details>
  );
}

function Percent({ name, value }: { name: "brightness" | "contrast"; value: number }) {
  return (
    <label class={value === USUAL ? "choice" : "choice is-set"}>
      {name}
      <input
        type="range"
        data-testid={name}
        aria-valuetext={`${value} %`}
        min={LEAST}
        max={MOST}
        step={5}
        value={value}
        onInput={(event) => changeImages({ [name]: Number(event.currentTarget.value) })}
      />
      <span class="amount">{value} %</span>
    </label>
  );
}
