// @vitest-environment happy-dom
import { expect, it } from "vitest";

it("takes the link that is there when it starts", async () => {
  history.replaceState(null, "", "#word=old");
  const { slice, startLink } = await import("./link");
  const { fields } = slice<{ word: string }>({
    parameters: ["word"],
    encode: ({ word }, parameters) => parameters.set("word", word),
    decode: (parameters) => ({ word: parameters.get("word") ?? "" }),
  });
  expect(fields.word).toBe("old");
  history.replaceState(null, "", "#word=new");
  startLink(new Set());
  expect(fields.word).toBe("new");
  expect(location.hash).toBe("#word=new");
});
