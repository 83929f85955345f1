/** The picture or sound of a place on screen: the one that was there stays until the one that is wished for has come. */

import { type ReadonlySignal, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { useEarlySignalEffect } from "../../kit/early_effect";
import type { MediaStore, Result, Stored, Wish } from "./media_store";
import type { ShownMedia } from "./shown_media";

export interface MediaState<Media> {
  /** What is shown, and of which record it is; null before there was any. */
  media: Media | null;
  shown: ShownMedia | null;
  /** Why the one that is wished for cannot be shown; null where it can. */
  problem: string | null;
  isLoading: boolean;
}

type Load<Media> = (shown: ShownMedia, signal: AbortSignal) => Promise<Media>;

/** What is known at once is there in the first drawing. */
function firstState<Media extends Stored>(
  store: MediaStore<Media>,
  shown: ShownMedia | null,
  isFull: boolean,
): MediaState<Media> {
  const known = shown === null ? null : store.found({ key: shown.key, isFull });
  return known === null
    ? { media: null, shown: null, problem: null, isLoading: false }
    : { ...known, shown, isLoading: false };
}

/** `wanted` is null while the place is out of sight, or where nothing was recorded; `near` may be wished for next. */
export function useMedia<Media extends Stored>(
  store: MediaStore<Media>,
  wanted: ReadonlySignal<ShownMedia | null>,
  isFull: boolean,
  load: Load<Media>,
  near?: ReadonlySignal<readonly ShownMedia[]>,
): ReadonlySignal<MediaState<Media>> {
  const first = useMemo(() => firstState(store, wanted.peek(), isFull), []);
  const state = useMemo(() => signal(first), [first]);
  const owner = useMemo(() => ({}), []);
  useEarlySignalEffect(() => {
    const shown = wanted.value;
    if (shown === null) {
      store.want(owner, null);
      return;
    }
    const take = (result: Result<Media>): void => {
      state.value = { media: result.media, problem: result.problem, shown, isLoading: false };
    };
    const wish = (of: ShownMedia, settle: Wish<Media>["settle"]): Wish<Media> => ({
      ...{ key: of.key, isFull, settle },
      load: (signal) => load(of, signal),
    });
    const ahead = near?.value.map((of) => wish(of, () => undefined));
    const known = store.want(owner, wish(shown, take), ahead);
    if (known === null) state.value = { ...state.peek(), isLoading: true };
    else if (state.peek() !== first || first.shown !== shown) take(known);
  });
  useEffect(() => () => void store.want(owner, null), [owner]);
  return state;
}
