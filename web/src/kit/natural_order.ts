/** The order in which people expect names with numbers, the server's: `layer2` before `layer10`, `lr=0.05` before `lr=0.3`. */

const collator = new Intl.Collator("en", { numeric: true });

/** A decimal fraction, unless another dot is beside it as in the module path blocks.0.10; else a whole number. */
const NUMBER = /((?<![0-9.])[0-9]+\.[0-9]+(?![0-9.])|[0-9]+)/u;
const FRACTION = /[0-9]\.[0-9]/u;

export function compareNatural(one: string, other: string): number {
  // The collator takes the digits behind a point for a whole number of their own.
  if (FRACTION.test(one) || FRACTION.test(other)) {
    const [parts, others] = [one.split(NUMBER), other.split(NUMBER)];
    for (let i = 0; i < Math.min(parts.length, others.length); i++) {
      const order =
        i % 2 === 1
          ? Math.sign(Number(parts[i]) - Number(others[i])) || 0
          : collator.compare(parts[i], others[i]);
      if (order !== 0) return order;
    }
  }
  return collator.compare(one, other);
}
