/** Which runs are shown: all or none, and exceptions by name. So a link stays short, and holds for new runs too. */

export interface Selection {
  /** Whether runs that are not exceptions are shown. */
  base: boolean;
  exceptions: ReadonlySet<string>;
}

export const EVERYTHING: Selection = { base: true, exceptions: new Set() };
export const NOTHING: Selection = { base: false, exceptions: new Set() };

export function isShown(selection: Selection, name: string): boolean {
  return selection.base !== selection.exceptions.has(name);
}

export function toggled(selection: Selection, name: string): Selection {
  const exceptions = new Set(selection.exceptions);
  if (!exceptions.delete(name)) exceptions.add(name);
  return { base: selection.base, exceptions };
}

/** All of these shown, or all of them hidden; the others as they are. */
export function withAll(selection: Selection, names: readonly string[], isOn: boolean): Selection {
  const exceptions = new Set(selection.exceptions);
  for (const name of names) {
    if (selection.base === isOn) exceptions.delete(name);
    else exceptions.add(name);
  }
  return { base: selection.base, exceptions };
}

/** Only this run; everything again when it is alone already. */
export function onlyThis(selection: Selection, name: string): Selection {
  const isAlone = !selection.base && selection.exceptions.size === 1 && selection.exceptions.has(name);
  return isAlone ? EVERYTHING : { base: false, exceptions: new Set([name]) };
}
