/**
 * Places on a line: each thing has a place where it wants to be and a weight, things keep their order and a distance,
 * and the sum of weight times squared distance from the wanted places is least. Exact, by pooling neighbours that push
 * each other (pool adjacent violators), in linear time.
 */

/**
 * Places for `count` things of `order`, from `start` on. `gap[i]` is the least distance of thing i of the order from the
 * one before it; the result is written to `place` by the things' own numbers.
 */
export function placeInOrder(
  order: Int32Array,
  start: number,
  count: number,
  gap: Float64Array,
  wanted: Float64Array,
  weight: Float64Array,
  place: Float64Array,
): void {
  // Without the distances, the places have to ascend.
  const means = new Float64Array(count);
  const weights = new Float64Array(count);
  const sizes = new Int32Array(count);
  let pools = 0;
  let offset = 0;
  for (let i = 0; i < count; i++) {
    const thing = order[start + i];
    if (i > 0) offset += gap[start + i];
    let mean = wanted[thing] - offset;
    let total = weight[thing];
    let size = 1;
    while (pools > 0 && means[pools - 1] >= mean) {
      pools--;
      const sum = weights[pools] + total;
      mean = (means[pools] * weights[pools] + mean * total) / sum;
      total = sum;
      size += sizes[pools];
    }
    means[pools] = mean;
    weights[pools] = total;
    sizes[pools] = size;
    pools++;
  }
  offset = 0;
  let i = 0;
  for (let pool = 0; pool < pools; pool++) {
    for (let end = i + sizes[pool]; i < end; i++) {
      if (i > 0) offset += gap[start + i];
      place[order[start + i]] = means[pool] + offset;
    }
  }
}
