// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { linkTo } from "./top_bar";

it("leaves the token out of a link unless it is asked for", () => {
  const token = "0123456789abcdef0123456789abcdef";
  const address = `http://localhost:6006/proxy/${token}/#tags=a%2Fb`;
  expect(linkTo(address, false)).toBe("http://localhost:6006/proxy/#tags=a%2Fb");
  expect(linkTo(address, true)).toBe(address);
});
