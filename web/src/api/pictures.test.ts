import { expect, it } from "vitest";
import { buildFrame } from "./frame_fixture";
import { decodePictures, type PictureAnswer } from "./pictures";
import { AnswerError } from "./request";

const FINE = {
  ...{ status: 200, problem: "", index: 1, step: 3, wall_time: "NaN", bytes: 9, parts: 2 },
  ...{ media_type: "image/png" },
  ...{ width: 4, height: 5, length: 2 },
};
const DAMAGED = {
  ...{ status: 422, problem: "the value is damaged", index: null, step: null, wall_time: null, bytes: null },
  ...{ parts: 0, media_type: "" },
  ...{ width: null, height: null, length: 0 },
};

const frame = (pictures: object[], values: number[]) =>
  buildFrame({ pictures }, { data: { dtype: "u1", values } });

it("gives each picture its bytes, and says of each other why it has none", async () => {
  const found = decodePictures(frame([FINE, DAMAGED, { ...FINE, width: null, length: 1 }], [1, 2, 3]), 3);
  const [first, damaged, last] = found as [PictureAnswer, AnswerError, PictureAnswer];
  expect(first).toMatchObject({
    index: 1,
    step: 3,
    wallTime: Number.NaN,
    bytes: 9,
    parts: 2,
    size: { width: 4, height: 5 },
  });
  expect([first.blob.type, ...new Uint8Array(await first.blob.arrayBuffer())]).toEqual(["image/png", 1, 2]);
  expect(damaged).toBeInstanceOf(AnswerError);
  expect([damaged.status, damaged.message]).toEqual([422, "the value is damaged"]);
  expect(last.size).toBe(null);
  expect([...new Uint8Array(await last.blob.arrayBuffer())]).toEqual([3]);
});

it("says what is wrong with an answer", () => {
  expect(() => decodePictures(frame([FINE], [1, 2]), 2)).toThrow("has 1 pictures, and 2 were asked for");
  expect(() => decodePictures(buildFrame({ pictures: [] }, {}), 0)).toThrow("no column data");
});
