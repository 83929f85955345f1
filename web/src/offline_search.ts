/** The search of a page that is one file: words, looked for in the groups and nodes that are in the file. */

import type { FoundBox, ModelPart, ModelSearch } from "./api/model";

export const OFFLINE_HINT = "Words that are all in a name, a path, a class or an op";
/** As many as the server lists. */
const MOST_FOUND = 1000;
/** What the server's queries have beside words. */
const FIELD = /^(?:name|key|class|op|dtype|source|shape|kind):|^[a-z_]+[<>=]/u;

/** `partOf` has the inside of a group without folds; undefined for one that is not in the file. */
export function searchOffline(partOf: (group: number) => ModelPart | undefined, query: string): ModelSearch {
  const words = (query.toLowerCase().match(/(?:"[^"]*"|[^\s"])+/gu) ?? []).map((word) =>
    word.replaceAll('"', ""),
  );
  if (words.some((word) => FIELD.test(word)))
    return {
      count: 0,
      found: [],
      problem: "Words alone are looked for here: the viewer knows fields and costs.",
    };
  const search: ModelSearch = { count: 0, found: [], problem: "" };
  if (words.length === 0) return search;
  // In the order of execution, each group before what is in it.
  const waiting: { part: ModelPart; groups: number[]; box: number }[] = [];
  const enter = (group: number, around: number[]): void => {
    const part = partOf(group);
    if (part !== undefined) waiting.push({ part, groups: [...around, group], box: 0 });
  };
  enter(0, []);
  while (waiting.length > 0) {
    const here = waiting[waiting.length - 1];
    const { part, groups } = here;
    const box = here.box++;
    if (box >= part.boxes.group.length) {
      waiting.pop();
      continue;
    }
    const found = boxOf(part, box, groups);
    const texts = [found.name, found.key, found.type].map((text) => text.toLowerCase());
    if (words.every((word) => texts.some((text) => text.includes(word)))) {
      search.count++;
      if (search.found.length < MOST_FOUND) search.found.push(found);
    }
    if (found.group > 0) enter(found.group, groups);
  }
  return search;
}

function boxOf({ boxes }: ModelPart, box: number, groups: number[]): FoundBox {
  const { group, node, name, type, key } = boxes;
  return { group: group[box], node: node[box], name: name[box], type: type[box], key: key[box], groups };
}
