/** How many elements have each magnitude, over the steps: powers of two upwards, darker to lighter. */

import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Magnitudes } from "../../api/layers";
import { sequentialAt } from "../../charts/heat_map";
import { formatStep } from "../../kit/format";
import { theme } from "../../state/preferences";
import { useSize } from "../cards/use_sight";

const HEIGHT = 128;

/** The first and the last bin that anything is in, with one of room on each side. */
export function usedBins({ counts, bins }: Pick<Magnitudes, "counts" | "bins">): readonly [number, number] {
  let [low, high] = [bins, -1];
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] === 0) continue;
    low = Math.min(low, i % bins);
    high = Math.max(high, i % bins);
  }
  return high < 0 ? [0, bins - 1] : [Math.max(0, low - 1), Math.min(bins - 1, high + 1)];
}

export function MagnitudeMap({ magnitudes }: { magnitudes: Magnitudes }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(canvas);
  const { first, last, bins, lowestExponent } = magnitudes;
  const [low, high] = usedBins(magnitudes);
  const draw = (): void => {
    const element = canvas.current;
    const { width } = size.peek();
    if (element === null || width === 0) return;
    const columns = Math.max(1, first.length);
    element.width = columns;
    element.height = high - low + 1;
    const context = element.getContext("2d");
    if (context === null) return;
    const image = context.createImageData(columns, high - low + 1);
    for (let column = 0; column < first.length; column++) {
      let most = 0;
      for (let bin = low; bin <= high; bin++) most = Math.max(most, magnitudes.counts[column * bins + bin]);
      for (let bin = low; bin <= high; bin++) {
        const count = magnitudes.counts[column * bins + bin];
        if (count === 0) continue;
        // The square root, so that rare magnitudes are seen.
        image.data.set(
          [...sequentialAt(Math.sqrt(count / most)), 255],
          ((high - bin) * columns + column) * 4,
        );
      }
    }
    context.putImageData(image, 0, 0);
  };
  useEffect(draw, [magnitudes, theme.value]);
  useSignalEffect(() => {
    void size.value;
    draw();
  });
  const power = (bin: number): string => `2${superscript(bin + lowestExponent)}`;
  return (
    <figure class="layers-magnitudes" data-testid="layers-magnitudes">
      <div class="layers-powers quiet" aria-hidden="true">
        <span>{power(high)}</span>
        <span>{power(low)}</span>
      </div>
      <canvas
        ref={canvas}
        role="img"
        aria-label={`Magnitudes from ${power(low)} to ${power(high)}`}
        title="Each column is a histogram of the magnitudes of a sample: bright where most elements are"
        style={{ height: `${HEIGHT}px` }}
      />
      {first.length > 0 && (
        <figcaption class="quiet">
          <span>{formatStep(first[0])}</span>
          <span>{formatStep(last[last.length - 1])}</span>
        </figcaption>
      )}
    </figure>
  );
}

function superscript(number: number): string {
  const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  return String(number)
    .replace("-", "⁻")
    .replace(/\d/gu, (digit) => digits[Number(digit)]);
}
