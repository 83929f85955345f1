/** The drawings of a model, each loaded when it is first looked at; the one before it stays until then. */

import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import type { Drawing } from "./model_link";
import { TableDrawing } from "./table/index";

type Load = () => Promise<ComponentType>;

const LOADS: Record<Drawing, Load> = {
  graph: () => import("./graph/index").then(({ GraphDrawing }) => GraphDrawing),
  cutaway: () => import("./cutaway/index").then(({ CutawayDrawing }) => CutawayDrawing),
  table: async () => TableDrawing,
};

export function ShownDrawing({ drawing }: { drawing: Drawing }) {
  const loaded = useSignal<ComponentType | null>(drawing === "table" ? TableDrawing : null);
  const problem = useSignal("");
  useEffect(() => {
    let isWanted = true;
    LOADS[drawing]().then(
      (Part) => {
        if (!isWanted) return;
        problem.value = "";
        loaded.value = Part;
      },
      (error: unknown) => {
        if (isWanted) problem.value = String(error);
      },
    );
    return () => {
      isWanted = false;
    };
  }, [drawing]);
  if (problem.value !== "")
    return (
      <p class="empty-state" role="alert">
        This drawing could not be loaded. {problem.value}
      </p>
    );
  const Part = loaded.value;
  return Part === null ? null : <Part />;
}
