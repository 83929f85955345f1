import { describe, expect, it } from "vitest";
import { anchored, beginning, broughtIntoSight, fitting, movedBy, movedInto, zoomedAbout } from "./camera";

const ROOM = { width: 800, height: 600 };

describe("the camera", () => {
  it("shows the whole in the middle, no larger than it is", () => {
    expect(fitting({ x: 0, y: 0, width: 400, height: 300 }, ROOM)).toEqual({ x: -200, y: -150, scale: 1 });
    const { scale } = fitting({ x: 0, y: 0, width: 400, height: 5680 }, ROOM);
    expect(scale).toBeCloseTo(0.1, 6);
  });

  it("begins at the top of what cannot be read as a whole", () => {
    const rect = { x: 0, y: 0, width: 5000, height: 9000 };
    const camera = beginning(rect, 1000, ROOM);
    expect(camera.x + ROOM.width / 2 / camera.scale).toBeCloseTo(1000, 6);
    expect(camera.y).toBeLessThan(0);
    expect(camera.y * camera.scale).toBeCloseTo(-44, 6);
  });

  it("leaves no room empty beside what is wider than the window", () => {
    const rect = { x: 0, y: 0, width: 2000, height: 900 };
    expect(beginning(rect, 50, ROOM).x * 0.7).toBeCloseTo(-16, 6);
    const { x } = beginning(rect, 1990, ROOM);
    expect((2000 - x) * 0.7).toBeCloseTo(ROOM.width - 16, 6);
  });

  it("zooms about a place that stays where it is", () => {
    const before = { x: 10, y: 20, scale: 0.5 };
    const after = zoomedAbout(before, 3, { x: 100, y: 50 });
    expect(after.scale).toBe(1.5);
    expect(after.x + 100 / after.scale).toBeCloseTo(before.x + 100 / before.scale, 9);
    expect(after.y + 50 / after.scale).toBeCloseTo(before.y + 50 / before.scale, 9);
    expect(zoomedAbout(before, 1e9, { x: 0, y: 0 }).scale).toBe(4);
  });

  it("never loses the drawing out of sight", () => {
    const rect = { x: 0, y: 0, width: 1000, height: 1000 };
    const far = movedBy({ x: 0, y: 0, scale: 1 }, { x: 1e6, y: -1e6 }, rect, ROOM);
    expect(far.x).toBe(40 - 800);
    expect(far.y).toBe(1000 - 40);
  });

  it("keeps a box that gets larger where it was", () => {
    const camera = { x: 5, y: 7, scale: 2 };
    const before = { x: 100, y: 100, width: 80, height: 40 };
    const after = { x: 300, y: 90, width: 500, height: 700 };
    const moved = anchored(camera, before, after);
    expect((after.x + 250 - moved.x) * 2).toBeCloseTo((100 + 40 - camera.x) * 2, 9);
    expect(after.y - moved.y).toBeCloseTo(before.y - camera.y, 9);
  });

  it("brings a box into sight, and does not move for one that is there", () => {
    const camera = { x: 0, y: 0, scale: 1 };
    expect(broughtIntoSight(camera, { x: 10, y: 10, width: 50, height: 20 }, ROOM)).toBe(camera);
    const moved = broughtIntoSight(camera, { x: 5000, y: 10, width: 50, height: 20 }, ROOM);
    expect(moved.x + ROOM.width / 2).toBeCloseTo(5025, 6);
    expect(
      broughtIntoSight({ ...camera, scale: 0.01 }, { x: 10, y: 10, width: 50, height: 20 }, ROOM).scale,
    ).toBe(0.7);
  });

  it("moves no further than a box needs", () => {
    const camera = { x: 100, y: 0, scale: 2 };
    const small = { width: 300, height: 600 };
    expect(movedInto(camera, { x: 110, y: 10, width: 50, height: 20 }, small)).toEqual(camera);
    const beyond = { x: 240, y: 10, width: 50, height: 20 };
    expect(movedInto(camera, beyond, small)).toEqual({ x: 240 + 50 + 8 - 150, y: 0, scale: 2 });
    const large = { x: 120, y: 10, width: 400, height: 20 };
    expect(movedInto(camera, large, small)).toEqual({ x: 120 - 8, y: 0, scale: 2 });
  });
});
