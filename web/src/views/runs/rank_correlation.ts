/**
 * How closely a metric goes with a parameter, by ranks: Spearman's ρ for numbers, the correlation ratio for groups.
 *
 * The ratio is η² = (H − k + 1) / (n − k) of n values in k groups, with H of Kruskal and Wallis, corrected for ties
 * (M. Tomczak and E. Tomczak, "The need to report effect size estimates revisited", 2014); below 0 it is 0.
 */

/** Ranks from 1 on; equal values share the mean of theirs. */
export function ranksOf(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((one, other) => values[one] - values[other]);
  const ranks = new Array<number>(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]] === values[order[start]]) end++;
    for (let place = start; place < end; place++) ranks[order[place]] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

/** Spearman's ρ of two columns of the same length; null where one of them is constant. */
export function spearman(one: readonly number[], other: readonly number[]): number | null {
  const [a, b] = [ranksOf(one), ranksOf(other)];
  const mean = (one.length + 1) / 2;
  let [product, squaresA, squaresB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    product += (a[i] - mean) * (b[i] - mean);
    squaresA += (a[i] - mean) ** 2;
    squaresB += (b[i] - mean) ** 2;
  }
  return squaresA === 0 || squaresB === 0 ? null : product / Math.sqrt(squaresA * squaresB);
}

/** η² of values in groups, by their groups' names; null where nothing can be told: one group, or each value its own. */
export function correlationRatio(groups: readonly string[], values: readonly number[]): number | null {
  const ranks = ranksOf(values);
  const [count, mean] = [ranks.length, (ranks.length + 1) / 2];
  const sums = new Map<string, { size: number; sum: number }>();
  for (const [i, group] of groups.entries()) {
    const known = sums.get(group) ?? { size: 0, sum: 0 };
    sums.set(group, { size: known.size + 1, sum: known.sum + ranks[i] - mean });
  }
  const total = ranks.reduce((sum, rank) => sum + (rank - mean) ** 2, 0);
  if (sums.size < 2 || sums.size >= count || total === 0) return null;
  let between = 0;
  for (const { size, sum } of sums.values()) between += sum ** 2 / size;
  // The share of squares, times n − 1, is H with its correction for ties.
  const h = ((count - 1) * between) / total;
  return Math.max(0, (h - sums.size + 1) / (count - sums.size));
}
