import { describe, expect, it } from "vitest";
import { columnsMeant, holds, isUnfinished, parseQuery } from "./query";

describe("a query", () => {
  it("is comparisons with spaces between", () => {
    expect(parseQuery(" lr>=0.01 optimizer=Adam  state!=stalled")).toEqual([
      { name: "lr", operator: ">=", value: "0.01" },
      { name: "optimizer", operator: "=", value: "Adam" },
      { name: "state", operator: "!=", value: "stalled" },
    ]);
  });

  it("may have spaces, commas and the words of the heads", () => {
    const both = parseQuery("lr>0.01 lr<0.1");
    for (const text of ["lr > 0.01 lr <0.1", "lr>0.01, lr<0.1", "lr>0.01,lr<0.1,", "lr>0.01 and lr<0.1"])
      expect(parseQuery(text)).toEqual(both);
    expect(parseQuery("min val/loss<0.1 last step >= 9")).toEqual(
      parseQuery("min:val/loss<0.1 last:step>=9"),
    );
    expect(parseQuery("betas=0.9,0.99")).toEqual([{ name: "betas", operator: "=", value: "0.9,0.99" }]);
  });

  it("is nothing else: those are patterns for names", () => {
    for (const text of ["", "adam", "lr>", "=3", "lr=0.1 adam", "(?=x)", "lr=0.1|lr=1", "a=b=c"])
      expect(parseQuery(text)).toBe(null);
  });

  it("asks which runs went to NaN", () => {
    expect(parseQuery("nan:train/loss lr>1")).toEqual([
      { name: "nan:train/loss", operator: "has", value: "" },
      { name: "lr", operator: ">", value: "1" },
    ]);
    expect(parseQuery("nan:any<500")).toEqual([{ name: "nan:any", operator: "<", value: "500" }]);
    for (const text of ["nan", "nan:", "nan:a|b"]) expect(parseQuery(text)).toBe(null);
    expect(holds(0, "has", "")).toBe(true);
    expect(holds(null, "has", "")).toBe(false);
    expect(columnsMeant(parseQuery("nan:LOSS") ?? [], ["loss"]).get("nan:LOSS")).toEqual([
      "nan:LOSS",
      "nan:loss",
    ]);
  });

  it("is unfinished where a value has yet to be typed", () => {
    for (const text of ["lr>", "lr =", "a=1 min loss <= ", "lr!"]) expect(isUnfinished(text)).toBe(true);
    for (const text of ["lr", "", "lr>1", "=", "a.*="]) expect(isUnfinished(text)).toBe(false);
    for (const text of ["a".repeat(1_000_000), " ".repeat(1_000_000), "a ".repeat(500_000)])
      expect(isUnfinished(text)).toBe(false);
  });

  it("may be as long as a link", () => {
    const [spaces, name] = [" ".repeat(1_000_000), "last".repeat(100_000)];
    expect(parseQuery(`lr${spaces}<${spaces}1${spaces}`)).toEqual([
      { name: "lr", operator: "<", value: "1" },
    ]);
    for (const text of [`a${spaces}b`, name, "a,".repeat(300_000), "last ".repeat(100_000)])
      expect(parseQuery(text)).toBe(null);
  });
});

describe("a comparison", () => {
  it("is of numbers where both are", () => {
    expect(holds(0.1, "=", "1e-1")).toBe(true);
    expect(holds(9, "<", "10")).toBe(true);
    expect(holds(9, ">=", "9")).toBe(true);
    expect(holds(Number.NaN, "=", "1")).toBe(false);
    expect(holds(Number.NaN, "!=", "1")).toBe(true);
  });

  it("is of text else, whatever the case", () => {
    expect(holds("Adam", "=", "adam")).toBe(true);
    expect(holds("adam", "!=", "sgd")).toBe(true);
    expect(holds("v9", "<", "v10")).toBe(true);
    expect(holds(Number.NaN, "=", "nan")).toBe(true);
  });

  it("is of no order between a number and a word", () => {
    expect(holds(0.1, ">", "0.01x")).toBe(false);
    expect(holds(0.1, "<", "0.01x")).toBe(false);
    expect(holds(0.1, "!=", "0.01x")).toBe(true);
  });

  it("never holds of a missing value", () => {
    for (const operator of ["=", "!=", "<", ">"] as const) expect(holds(null, operator, "1")).toBe(false);
  });
});

it("names may mean several columns, in any case", () => {
  const query = parseQuery("LR>1 min:Loss<1 last step>2") ?? [];
  expect(Object.fromEntries(columnsMeant(query, ["lr", "loss", "Loss"]))).toEqual({
    LR: ["LR", "hparam:LR", "last:LR", "lr", "hparam:lr", "last:lr"],
    "min:Loss": ["min:Loss", "min:loss"],
    "last:step": ["last:step", "step"],
  });
});
