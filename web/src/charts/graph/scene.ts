/**
 * The scene: the opened groups, each as a frame in the box of its parent, with all places in pixels at a scale of 1. The
 * layout is made elsewhere: `planOf` has what is to be laid out, and `sceneOf` puts it together.
 */

import { type ModelPart, NODE_KIND, type TensorType, type Thing } from "../../api/model";
import { textWidth } from "../text_width";
import { BOX, type BoxText, boxText, TEXT_FONT, TITLE_FONT, tensorText, type Words } from "./box_text";
import { type EdgeLabel, edgeText, labelsOf, type PortalLabel, portalsOf } from "./edge_labels";
import type { NestedGroup, NestedLayout } from "./nested";
import { withoutAsides } from "./shown_part";
import { Strips } from "./strips";

export interface SceneContent {
  /** Of the opened groups by their numbers, the whole first. */
  parts: ReadonlyMap<number, ModelPart>;
  /** The title of the whole. */
  title: string;
  /** Whether mere dependencies have lines, and whether what stands aside is shown. */
  hasControls: boolean;
  hasAsides: boolean;
  words: Words;
}

/** An opened group. */
export interface Frame {
  group: number;
  part: ModelPart;
  texts: readonly BoxText[];
  /** Whose box it is; null for the whole. */
  parent: Frame | null;
  box: number;
  depth: number;
  /** What its title bar says: the name, and quietly the class. */
  title: string;
  type: string;
  /** The top left corner of its box. */
  left: number;
  top: number;
  layout: NestedLayout;
  inside: ReadonlyMap<number, Frame>;
  labels: readonly EdgeLabel[];
  portals: readonly PortalLabel[];
  /** Boxes and edges by y, from the frame's top. */
  boxStrips: Strips;
  edgeStrips: Strips;
}

export interface Scene {
  root: Frame;
  /** All frames, each behind its parent. */
  frames: readonly Frame[];
  /** How many boxes are drawn. */
  boxes: number;
}

export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What is to be laid out, and what it was made of. */
export interface Plan {
  groups: NestedGroup[];
  opened: { group: number; part: ModelPart; texts: readonly BoxText[]; parent: number; box: number }[];
  content: SceneContent;
}

interface Columns {
  texts: BoxText[];
  group: Omit<NestedGroup, "inside" | "titleWidth">;
}

const columnsByPart = new WeakMap<ModelPart, Map<string, Columns>>();
let variantsMade = 0;
const kinds = new Map<string, number>();

/** A number for what an edge carries: the same for tensors that look alike. */
function kindOf(tensor: TensorType | undefined): number {
  const text = tensor === undefined ? "" : tensorText(tensor);
  if (text === "") return -1;
  let kind = kinds.get(text);
  if (kind === undefined) {
    kind = kinds.size;
    kinds.set(text, kind);
  }
  return kind;
}

function columnsOf(part: ModelPart, hasControls: boolean, words: Words): Columns {
  const variants = columnsByPart.get(part) ?? new Map<string, Columns>();
  columnsByPart.set(part, variants);
  const variant = `${hasControls} ${words.tucked}`;
  const known = variants.get(variant);
  if (known !== undefined) return known;
  const { boxes, edges, tensors } = part;
  const texts = boxes.name.map((_, box) => boxText(part, box, words));
  const columns: Columns = {
    texts,
    group: {
      id: String(variantsMade++),
      width: Float64Array.from(texts, ({ width }) => width),
      height: Float64Array.from(texts, ({ height }) => height),
      from: Int32Array.from(edges.start),
      to: Int32Array.from(edges.end),
      kind: Int32Array.from(edges.tensor, (tensor) => kindOf(tensors[tensor])),
      words: Float64Array.from(edges.tensor, (_, edge) => {
        const text = edgeText(part, edge);
        return text === "" ? 0 : textWidth(text);
      }),
      isAside: Uint8Array.from(boxes.kind, (kind) => (kind === NODE_KIND.auxiliary ? 1 : 0)),
      isHidden: Uint8Array.from(edges.start, (_, edge) => {
        const isControl = edges.controls[edge] === edges.edges[edge];
        return edges.tucked[edge] > 0 || (isControl && !hasControls) ? 1 : 0;
      }),
    },
  };
  variants.set(variant, columns);
  return columns;
}

export function planOf(content: SceneContent): Plan {
  const plan: Plan = { groups: [], opened: [], content };
  const whole = content.parts.get(0);
  if (whole === undefined) return plan;
  // Breadth first, with a list instead of recursion: groups may be nested ten thousand deep.
  const waiting: { group: number; part: ModelPart; parent: number; box: number }[] = [
    { group: 0, part: whole, parent: -1, box: -1 },
  ];
  for (let place = 0; place < waiting.length; place++) {
    const { group, parent, box } = waiting[place];
    const part = content.hasAsides ? waiting[place].part : withoutAsides(waiting[place].part);
    const { texts, group: columns } = columnsOf(part, content.hasControls, content.words);
    const inside = new Int32Array(texts.length).fill(-1);
    part.boxes.group.forEach((below, at) => {
      const itsPart = below >= 0 && below !== group ? content.parts.get(below) : undefined;
      if (itsPart === undefined) return;
      inside[at] = waiting.length;
      waiting.push({ group: below, part: itsPart, parent: place, box: at });
    });
    const own = parent < 0 ? null : plan.opened[parent].part.boxes;
    const title = own === null ? content.title : plan.opened[parent].texts[box].title;
    const type = own === null ? "" : own.type[box];
    const repeats = own === null ? "" : plan.opened[parent].texts[box].repeats;
    plan.groups.push({ ...columns, inside, titleWidth: widthOfTitle(title, type, repeats) });
    plan.opened.push({ group, part, texts, parent, box });
  }
  return plan;
}

/** With a mark before it, and room for a number. */
function widthOfTitle(title: string, type: string, repeats: string): number {
  const more = repeats === "" ? 0 : textWidth(firstOf(repeats), TEXT_FONT);
  return 90 + 2 * BOX.side + textWidth(title, TITLE_FONT) + textWidth(type, TEXT_FONT) + more;
}

/** Of what stands for several and is open. */
export function firstOf(repeats: string): string {
  return `${repeats}, the first is shown`;
}

const framesByLayout = new WeakMap<
  NestedLayout,
  Pick<Frame, "labels" | "portals" | "boxStrips" | "edgeStrips">
>();

/** `layouts` are those of the plan's groups. Null where there is nothing. */
export function sceneOf({ opened, content }: Plan, layouts: readonly NestedLayout[]): Scene | null {
  if (opened.length === 0) return null;
  const frames: Frame[] = [];
  let boxes = 0;
  opened.forEach(({ group, part, texts, parent: place, box }, i) => {
    const parent = place < 0 ? null : frames[place];
    const layout = layouts[i];
    const found = framesByLayout.get(layout) ?? contentOf(part, layout);
    framesByLayout.set(layout, found);
    boxes += texts.length;
    const frame: Frame = {
      ...{ group, part, texts, parent, box, layout, ...found },
      depth: parent === null ? 0 : parent.depth + 1,
      title: parent === null ? content.title : parent.texts[box].title,
      type: parent === null ? "" : parent.part.boxes.type[box],
      left: parent === null ? 0 : parent.left + parent.layout.x[box],
      top: parent === null ? 0 : parent.top + parent.layout.y[box],
      inside: new Map(),
    };
    if (parent !== null) (parent.inside as Map<number, Frame>).set(box, frame);
    frames.push(frame);
  });
  return { root: frames[0], frames, boxes };
}

function contentOf(
  part: ModelPart,
  layout: NestedLayout,
): Pick<Frame, "labels" | "portals" | "boxStrips" | "edgeStrips"> {
  const boxStrips = new Strips();
  const edgeStrips = new Strips();
  const { y, boxHeight, starts, points } = layout;
  for (let box = 0; box < y.length; box++) boxStrips.add(box, y[box], y[box] + boxHeight[box]);
  for (let edge = 0; edge < starts.length - 1; edge++) {
    if (starts[edge + 1] === starts[edge]) continue;
    let [top, bottom] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = starts[edge]; i < starts[edge + 1]; i++) {
      top = Math.min(top, points[2 * i + 1]);
      bottom = Math.max(bottom, points[2 * i + 1]);
    }
    edgeStrips.add(edge, top, bottom);
  }
  const portals = portalsOf(part, layout);
  return { labels: labelsOf(part, layout, portals), portals, boxStrips, edgeStrips };
}

/** Where a box is, in pixels of the scene. */
export function rectOf({ left, top, layout }: Frame, box: number): Rect {
  return {
    x: left + layout.x[box],
    y: top + layout.y[box],
    width: layout.boxWidth[box],
    height: layout.boxHeight[box],
  };
}

export function rectOfFrame({ left, top, layout }: Frame): Rect {
  return { x: left, y: top, width: layout.width, height: layout.height };
}

export interface BoxPlace {
  frame: Frame;
  box: number;
}

/** The group or the node that a box is. */
export function thingOf({ frame, box }: BoxPlace): Thing {
  const { group, node } = frame.part.boxes;
  return group[box] >= 0 ? { group: group[box] } : { node: node[box] };
}

export function keyOf(thing: Thing): string {
  return "group" in thing ? `g${thing.group}` : `n${thing.node}`;
}

const placesByScene = new WeakMap<Scene, Map<string, BoxPlace>>();

/** All boxes of the scene by their keys. */
export function placesOf(scene: Scene): ReadonlyMap<string, BoxPlace> {
  let places = placesByScene.get(scene);
  if (places === undefined) {
    places = new Map();
    for (const frame of scene.frames)
      for (let box = 0; box < frame.texts.length; box++)
        places.set(keyOf(thingOf({ frame, box })), { frame, box });
    placesByScene.set(scene, places);
  }
  return places;
}

/** The innermost box at a place of the scene: of an opened group its title and what is between its boxes. Null for none. */
export function boxAt(scene: Scene, x: number, y: number): BoxPlace | null {
  let frame: Frame | undefined = scene.root;
  let found: BoxPlace | null = null;
  while (frame !== undefined) {
    const here: Frame = frame;
    const { layout, left, top } = here;
    const [ownX, ownY] = [x - left, y - top];
    const box = here.boxStrips
      .touching(ownY, ownY)
      .find(
        (each) =>
          ownX >= layout.x[each] &&
          ownX < layout.x[each] + layout.boxWidth[each] &&
          ownY >= layout.y[each] &&
          ownY < layout.y[each] + layout.boxHeight[each],
      );
    if (box === undefined) return found;
    found = { frame: here, box };
    frame = here.inside.get(box);
  }
  return found;
}
