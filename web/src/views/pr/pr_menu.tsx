/** A card's menu: take its picture and its numbers away. */

import { useSignal } from "@preact/signals";
import type { Tag } from "../../api/catalogue";
import { fetchCurveAreas } from "../../api/pr_curves";
import type { FrameColours } from "../../kit/colour";
import { save } from "../../kit/download";
import { reasonOf } from "../../kit/reason";
import { CardMenu, closeMenu } from "../steps/card_menu";
import { PictureButtons } from "../steps/picture_buttons";
import { areasCsv, areasJson, curvesCsv, curvesJson, type SavedCurve } from "./curve_files";
import type { CurvePlot } from "./plots";
import { prTags } from "./pr_values";
import type { CardData } from "./use_card";

/** Steps of a run at the most: as many as the server sends. */
const MOST = 2000;

interface PrMenuProps {
  tag: Tag;
  data: CardData;
  plot: CurvePlot | null;
  colours: FrameColours;
}

export function PrMenu({ tag, data, plot, colours }: PrMenuProps) {
  const said = useSignal("");
  const name = prTags.nameOf(tag.name);
  const saveText = (text: string, ending: string, type: string): void =>
    save(new Blob([text], { type }), `${name}${ending}`);
  const asCsv = (text: string, what: string): void => saveText(text, `-${what}.csv`, "text/csv");
  const asJson = (text: string, what: string): void => saveText(text, `-${what}.json`, "application/json");
  /** What is drawn. */
  const onScreen = (event: Event, isCsv: boolean): void => {
    closeMenu(event);
    if (data.isOverSteps.peek()) {
      const all = data.areas.peek().map(({ run, rows }) => ({ run: run.name, rows }));
      if (isCsv) asCsv(areasCsv(all), "over-steps");
      else asJson(areasJson(tag.name, all), "over-steps");
      return;
    }
    const all = data.curves
      .peek()
      .flatMap(({ run, step, wallTime, curve }): SavedCurve[] =>
        curve === null || step === null ? [] : [{ run: run.name, step, wallTime, curve }],
      );
    if (isCsv) asCsv(curvesCsv(all), "on-screen");
    else asJson(curvesJson(tag.name, all), "on-screen");
  };
  const recorded = async (isCsv: boolean): Promise<void> => {
    said.value = " reading";
    try {
      const all: SavedCurve[] = [];
      let left = 0;
      for (const run of data.shown.peek()) {
        const rows = await fetchCurveAreas({ tag: tag.id, run: run.id, most: MOST, from: 0, curves: true });
        for (const [i, curve] of rows.curves.entries())
          all.push({ run: run.name, step: rows.step[i], wallTime: rows.wallTime[i], curve });
        left += rows.values - rows.row.length;
      }
      if (isCsv) asCsv(curvesCsv(all), "recorded");
      else asJson(curvesJson(tag.name, all), "recorded");
      said.value = left > 0 ? ` without ${left.toLocaleString("en")} that are damaged or too many` : "";
    } catch (error) {
      said.value = ` ${reasonOf(error)}`;
    }
  };
  const pictured = plot === null ? [] : [{ name: "", panel: plot }];
  return (
    <CardMenu name={tag.name} label={`Take away ${name}`} title="CSV, JSON, picture" testId="pr-menu">
      <button type="button" onClick={(event) => onScreen(event, true)}>
        CSV, as on screen
      </button>
      <button type="button" onClick={(event) => onScreen(event, false)}>
        JSON, as on screen
      </button>
      <button type="button" onClick={() => void recorded(true)}>
        CSV, recorded curves of every step
      </button>
      <button type="button" onClick={() => void recorded(false)}>
        JSON, recorded curves of every step
      </button>
      <PictureButtons name={name} panels={pictured} width={plot?.size.width ?? 0} colours={colours} />
      {said.value !== "" && <p class="quiet menu-end">{said.value}</p>}
    </CardMenu>
  );
}
