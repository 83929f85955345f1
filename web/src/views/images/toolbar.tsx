/** What holds for all images: filter, step, and how they are shown. */

import { Check, Choice } from "../../kit/choice";
import { StepSlider } from "../steps/step_slider";
import { TagFilter } from "../steps/tag_filter";
import { changeImages, imageFields, SIZES } from "./image_link";
import { imageSieve, images, imageTags, listedImageTags } from "./image_values";

export function Toolbar() {
  const { size, isActualSize } = imageFields;
  return (
    <div class="toolbar">
      <TagFilter
        total={imageTags.value.length}
        found={listedImageTags.value.length}
        error={imageSieve.value.error}
      />
      <StepSlider steps={images.steps.value} />
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
    </div>
  );
}
