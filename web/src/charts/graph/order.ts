/**
 * The order of boxes from top to bottom. Boxes come in the order of execution, which nearly always is one in which each
 * box stands behind those that it reads; where it is not, they are sorted. Edges that close a loop are found: within a
 * set of boxes that reach each other, those that go against the order in which the boxes came.
 */

import type { Edges } from "./graph";

export interface Order {
  /** The boxes, each behind all that it reads without the edges that close loops. */
  boxes: Int32Array;
  /** Per edge, 1 where it closes a loop; an edge from a box to itself is one. */
  isBack: Uint8Array;
}

/** Per box the places of its edges in one array: those of box i are [starts[i], starts[i + 1]). */
export interface Adjacency {
  starts: Int32Array;
  edges: Int32Array;
}

export function adjacency(count: number, ends: Int32Array, isLeft?: (edge: number) => boolean): Adjacency {
  const starts = new Int32Array(count + 1);
  for (let edge = 0; edge < ends.length; edge++) if (!isLeft?.(edge)) starts[ends[edge] + 1]++;
  for (let box = 0; box < count; box++) starts[box + 1] += starts[box];
  const next = starts.slice(0, count);
  const edges = new Int32Array(starts[count]);
  for (let edge = 0; edge < ends.length; edge++) if (!isLeft?.(edge)) edges[next[ends[edge]]++] = edge;
  return { starts, edges };
}

export function orderOf(count: number, edges: Edges): Order {
  const isBack = new Uint8Array(edges.from.length);
  let isSorted = true;
  for (let edge = 0; edge < isBack.length; edge++) {
    if (edges.from[edge] === edges.to[edge]) isBack[edge] = 1;
    else if (edges.from[edge] > edges.to[edge]) isSorted = false;
  }
  if (isSorted) return { boxes: Int32Array.from({ length: count }, (_, box) => box), isBack };
  const component = componentsOf(count, edges);
  for (let edge = 0; edge < isBack.length; edge++) {
    const from = edges.from[edge];
    const to = edges.to[edge];
    if (from > to && component[from] === component[to]) isBack[edge] = 1;
  }
  return { boxes: sorted(count, edges, isBack), isBack };
}

/** A topological order; of boxes that are free at the same time the first one comes first. */
function sorted(count: number, edges: Edges, isBack: Uint8Array): Int32Array {
  const out = adjacency(count, edges.from, (edge) => isBack[edge] === 1);
  const waitsFor = new Int32Array(count);
  for (let edge = 0; edge < isBack.length; edge++) if (!isBack[edge]) waitsFor[edges.to[edge]]++;
  const boxes = new Int32Array(count);
  const heap: number[] = [];
  let done = 0;
  for (let box = 0; box < count; box++) if (waitsFor[box] === 0) push(heap, box);
  while (heap.length > 0) {
    const box = pop(heap);
    boxes[done++] = box;
    for (let place = out.starts[box]; place < out.starts[box + 1]; place++) {
      const to = edges.to[out.edges[place]];
      if (--waitsFor[to] === 0) push(heap, to);
    }
  }
  return boxes;
}

function push(heap: number[], value: number): void {
  let place = heap.length;
  heap.push(value);
  while (place > 0) {
    const above = (place - 1) >> 1;
    if (heap[above] <= value) break;
    heap[place] = heap[above];
    place = above;
  }
  heap[place] = value;
}

function pop(heap: number[]): number {
  const least = heap[0];
  const value = heap[heap.length - 1];
  heap.pop();
  let place = 0;
  for (let below = 1; below < heap.length; below = 2 * place + 1) {
    if (below + 1 < heap.length && heap[below + 1] < heap[below]) below++;
    if (heap[below] >= value) break;
    heap[place] = heap[below];
    place = below;
  }
  if (heap.length > 0) heap[place] = value;
  return least;
}

/** Per box the number of the set of boxes that reach each other (Tarjan's algorithm, without recursion). */
function componentsOf(count: number, edges: Edges): Int32Array {
  const out = adjacency(count, edges.from);
  const index = new Int32Array(count).fill(-1);
  const lowest = new Int32Array(count);
  const component = new Int32Array(count).fill(-1);
  const nextPlace = out.starts.slice(0, count);
  const path: number[] = [];
  const open: number[] = [];
  let visited = 0;
  let components = 0;
  for (let root = 0; root < count; root++) {
    if (index[root] >= 0) continue;
    path.push(root);
    while (path.length > 0) {
      const box = path[path.length - 1];
      if (index[box] < 0) {
        index[box] = lowest[box] = visited++;
        open.push(box);
      }
      let isEntered = false;
      while (nextPlace[box] < out.starts[box + 1]) {
        const to = edges.to[out.edges[nextPlace[box]]];
        if (index[to] < 0) {
          path.push(to);
          isEntered = true;
          break;
        }
        if (component[to] < 0) lowest[box] = Math.min(lowest[box], lowest[to], index[to]);
        nextPlace[box]++;
      }
      if (isEntered) continue;
      path.pop();
      if (lowest[box] !== index[box]) continue;
      let member: number;
      do {
        member = open.pop() as number;
        component[member] = components;
      } while (member !== box);
      components++;
    }
  }
  return component;
}
