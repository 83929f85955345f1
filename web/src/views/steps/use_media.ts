/** The picture or sound of a place on screen: the one that was there stays until the one that is wished for has come. */

import { type ReadonlySignal, useSignal } from "@preact/signals";
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

/** `wanted` is null while the place is out of sight, or where nothing was recorded; `near` may be wished for next. */
export function useMedia<Media extends Stored>(
  store: MediaStore<Media>,
  wanted: ReadonlySignal<ShownMedia | null>,
  isFull: boolean,
  load: Load<Media>,
  near?: ReadonlySignal<readonly ShownMedia[]>,
): ReadonlySignal<MediaState<Media>> {
  const state = useSignal<MediaState<Media>>({ media: null, shown: null, problem: null, isLoading: false });
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
    if (known !== null) take(known);
    else state.value = { ...state.peek(), isLoading: true };
  });
  useEffect(() => () => void store.want(owner, null), [owner]);
  return state;
}
