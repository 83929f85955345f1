/**
 * The images of the first screen, asked for as soon as the log is known: while the page is made of it, which takes about
 * as long as the server does. Which they are is guessed from the size of the window, and which value of each is shown the
 * server finds out. What was guessed wrong is asked for as anything else is, when its card is there.
 */

import { effect, signal, untracked } from "@preact/signals";
import type { Run, Tag } from "../../api/catalogue";
import { fetchPictures } from "../../api/pictures";
import { AnswerError } from "../../api/request";
import { shownRuns } from "../../runs/listed_runs";
import { isListShown, isNarrow } from "../../state/narrow";
import { sidebarWidth } from "../../state/preferences";
import { COLUMNS } from "../steps/run_columns";
import { inSight, layOut } from "../steps/section_lines";
import { inRows } from "../steps/section_rows";
import { mediaKey } from "../steps/shown_media";
import { stepPlace } from "../steps/step_place";
import type { Wanted } from "../steps/step_values";
import { imageFields, WIDTHS } from "./image_link";
import { images, imageTags, mostColumns, pictures } from "./image_values";
import { decodedPicture } from "./load_picture";
import { MOST_BYTES, MOST_PICTURES } from "./picture_batches";

/** About what the style sheets give, in CSS pixels: bars above the cards, and above the pictures of a card. */
const BARS = 104;
const HEADS = 50;
const HEADING = 26;
const GAP = 8;

/** For so long the cards wait for what they show, in milliseconds: then they are made once, and not again when it comes. */
const PATIENCE = 150;

/** Whether what the first screen shows is still to come, and is waited for. */
export const isFirstScreenComing = signal(false);

/** The cells of the first screen. */
let cellsOfScreen: ReadonlyMap<Tag, ReadonlySet<Run>> = new Map();

export function isOfFirstScreen(tag: Tag, run: Run): boolean {
  return cellsOfScreen.get(tag)?.has(run) ?? false;
}

/** Ask once, when there is something to ask for. */
export function askForFirstScreen(): void {
  let isDone = false;
  effect(() => {
    if (isDone || imageTags.all.value.length === 0 || shownRuns.value.length === 0) return;
    isDone = true;
    untracked(ask);
  });
}

function ask(): void {
  const { cards, cells } = firstScreen();
  if (cells.length === 0) return;
  cellsOfScreen = new Map(cells.map(({ tag, runs }) => [tag, new Set(runs)]));
  isFirstScreenComing.value = true;
  const end = (): void => {
    isFirstScreenComing.value = false;
  };
  setTimeout(end, PATIENCE);
  void images.askAhead(cards, loadPictures(cells)).then(end);
}

interface FirstScreen {
  /** The cards that are going to be in the window at least in part, with all that they ask for. */
  cards: Wanted[];
  /** Of those whose pictures are in it the runs that are, as far as one request has them. */
  cells: Wanted[];
}

export function firstScreen(): FirstScreen {
  const { across, expanded, size } = imageFields;
  if (across !== "runs" || expanded !== null) return { cards: [], cells: [] };
  const isListBeside = isListShown.value && !isNarrow.value;
  const width = innerWidth - (isListBeside ? sidebarWidth.value : 0) - 2 * GAP;
  const columns = Math.max(1, Math.floor((width + GAP) / (mostColumns.value * WIDTHS[size] + GAP)));
  const card = WIDTHS[size] + HEADS;
  const measures = { columns, gap: GAP, heading: HEADING, card, strip: card, large: card };
  const layout = layOut(inRows(imageTags.sections.value), cardOf, measures);
  const cardsAbove = (height: number): Wanted[] => {
    const lines = inSight(layout, 0, height).blocks.flatMap((block) => block.lines);
    const names = lines.flatMap(({ cells }) => cells.map(({ place }) => place.key));
    const cards = imageTags.named(names).map((tag) => ({ tag, runs: runsOf(tag) }));
    return cards.filter(({ runs }) => runs.length > 0);
  };
  const abreast = Math.ceil(width / columns / WIDTHS[size]);
  let room = MOST_PICTURES;
  const cells = cardsAbove(innerHeight - BARS - HEADS).map(({ tag, runs }) => {
    const seen = runs.slice(0, Math.min(abreast, room));
    room -= seen.length;
    return { tag, runs: seen };
  });
  return { cards: cardsAbove(innerHeight - BARS), cells: cells.filter(({ runs }) => runs.length > 0) };
}

function cardOf(tag: Tag): { key: string; card: () => null } {
  return { key: tag.name, card: () => null };
}

/** Those of a card, without those that the server would have to read first. */
function runsOf(tag: Tag): Run[] {
  const having = new Set(tag.runs);
  return shownRuns.value.filter(({ id, unread }) => having.has(id) && !unread).slice(0, COLUMNS);
}

/** Those that come are kept with all others; why one does not come is said when its card asks for it. */
async function loadPictures(screen: readonly Wanted[]): Promise<void> {
  const pairs = screen.flatMap(({ tag, runs }) => runs.map((run) => ({ tag, run })));
  const at = stepPlace.value;
  const asked = pairs.map(({ tag, run }) => ({ tag: tag.id, run: run.id, at, part: 0, width: null }));
  try {
    const answers = await fetchPictures(asked, { mostBytes: MOST_BYTES });
    await Promise.all(
      answers.map(async (answer, i) => {
        if (answer instanceof AnswerError) return;
        const picture = await decodedPicture(answer, false);
        const { tag, run } = pairs[i];
        if (picture !== null) pictures.offer(mediaKey(tag.name, run.name, { ...answer, part: 0 }), picture);
      }),
    );
  } catch {
    // The cards ask again.
  }
}
