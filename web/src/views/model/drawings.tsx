/** The drawings of a model, each loaded when it is first looked at; the one before it stays until then. */

import { useSignal } from "@preact/signals";
import type { ComponentChild, ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import type { Drawing } from "./model_link";
import { TableDrawing } from "./table/index";

type Load = () => Promise<ComponentType>;

const LOADS: Record<Drawing, Load> = {
  graph: () => import("./graph/index").then(({ GraphDrawing }) => GraphDrawing),
  cutaway: () => import("./cutaway/index").then(({ CutawayDrawing }) => CutawayDrawing),
  table: async () => TableDrawing,
};

export interface Loaded {
  /** What is on screen: the drawing before, until the code of the wanted one is there. */
  drawing: Drawing;
  content: ComponentChild;
}

export function useDrawing(drawing: Drawing): Loaded {
  const loaded = useSignal<{ drawing: Drawing; Part: ComponentType } | null>(
    drawing === "table" ? { drawing, Part: TableDrawing } : null,
  );
  const problem = useSignal("");
  useEffect(() => {
    let isWanted = true;
    LOADS[drawing]().then(
      (Part) => {
        if (!isWanted) return;
        problem.value = "";
        loaded.value = { drawing, Part };
      },
      (error: unknown) => {
        if (isWanted) problem.value = String(error);
      },
    );
    return () => {
      isWanted = false;
    };
  }, [drawing]);
  if (problem.value !== "") {
    const content = (
      <p class="empty-state" role="alert">
        This drawing could not be loaded. {problem.value}
      </p>
    );
    return { drawing, content };
  }
  if (loaded.value === null) return { drawing, content: null };
  const { Part } = loaded.value;
  return { drawing: loaded.value.drawing, content: <Part /> };
}
