/** Checks for tests: whether something in an answer is there, and of its type. */

import type { Column } from "./frame";

/** Fails, and says where, for a value that is not a T. */
export interface Check<T> {
  (value: unknown, where: string): void;
  /** Nothing but the type. */
  readonly of?: T;
}

export function a<T>(what: string, isOne: (value: unknown) => boolean): Check<T> {
  return (value, where) => {
    if (!isOne(value)) throw new Error(`${where} is ${JSON.stringify(value) ?? "not there"}, not ${what}`);
  };
}

export const text = a<string>("a text", (value) => typeof value === "string");
export const number = a<number>("a number", (value) => typeof value === "number");
export const truth = a<boolean>("true or false", (value) => typeof value === "boolean");
export const column = a<Column>(
  "a column with something in it",
  (value) => ArrayBuffer.isView(value) && value.byteLength > 0,
);
export const anything: Check<unknown> = a("there", (value) => value !== undefined);

export function word<T extends string>(...words: T[]): Check<T> {
  return a(words.join(", "), (value) => words.includes(value as T));
}

export function either<A, B>(one: Check<A>, other: Check<B>): Check<A | B> {
  return (value, where) => {
    try {
      one(value, where);
    } catch {
      other(value, where);
    }
  };
}

export const nothing = a<null>("null", (value) => value === null);

export function orNull<T>(check: Check<T>): Check<T | null> {
  return either(nothing, check);
}

/** Every field that the page knows; the server may send others. */
export function fields<T extends object>(checks: { [Name in keyof T]-?: Check<T[Name]> }): Check<T> {
  return (value, where) => {
    if (typeof value !== "object" || value === null) throw new Error(`${where} is no object`);
    for (const name of Object.keys(checks) as (keyof T & string)[])
      (checks[name] as Check<unknown>)((value as Record<string, unknown>)[name], `${where}.${name}`);
  };
}

export function list<T>(check: Check<T>): Check<T[]> {
  return (value, where) => {
    if (!Array.isArray(value)) throw new Error(`${where} is no list`);
    for (const [place, item] of value.entries()) check(item, `${where}[${place}]`);
  };
}

/** A list of which the answers have an example. */
export function some<T>(check: Check<T>): Check<T[]> {
  return (value, where) => {
    list(check)(value, where);
    if ((value as T[]).length === 0) throw new Error(`${where} is empty: nothing shows what is in it`);
  };
}

export function tuple<T extends readonly unknown[]>(
  ...checks: { [Place in keyof T]: Check<T[Place]> }
): Check<T> {
  return (value, where) => {
    if (!Array.isArray(value) || value.length !== checks.length)
      throw new Error(`${where} is no list of ${checks.length}`);
    for (const [place, check] of (checks as unknown as Check<unknown>[]).entries())
      check(value[place], `${where}[${place}]`);
  };
}

export function byName<T>(check: Check<T>): Check<Record<string, T>> {
  return (value, where) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new Error(`${where} is no object`);
    for (const [name, item] of Object.entries(value)) check(item, `${where}.${name}`);
  };
}
