/** The picture of a place on screen: the one that was there stays until the one that is wished for has come. */

import { type ReadonlySignal, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { pictures, type Shown, wishFor } from "./image_values";
import type { Picture } from "./load_picture";

export interface PictureState {
  /** What is drawn, and of which record it is; null before there was any. */
  picture: Picture | null;
  shown: Shown | null;
  /** Why the picture that is wished for cannot be shown; null where it can. */
  problem: string | null;
  isLoading: boolean;
}

const NOTHING: PictureState = { picture: null, shown: null, problem: null, isLoading: false };

/** `wanted` is null while the place is out of sight, or where nothing was recorded. */
export function usePicture(
  wanted: ReadonlySignal<Shown | null>,
  isFull: boolean,
): ReadonlySignal<PictureState> {
  const state = useSignal<PictureState>(NOTHING);
  const owner = useMemo(() => ({}), []);
  useSignalEffect(() => {
    const shown = wanted.value;
    if (shown === null) {
      pictures.want(owner, null);
      return;
    }
    const take = (result: { picture: Picture | null; problem: string | null }): void => {
      if (result.picture !== null)
        state.value = { picture: result.picture, shown, problem: null, isLoading: false };
      else state.value = { ...state.peek(), shown, picture: null, problem: result.problem, isLoading: false };
    };
    const known = pictures.want(owner, wishFor(shown, isFull, take));
    if (known !== null) take(known);
    else state.value = { ...state.peek(), isLoading: true };
  });
  useEffect(() => () => void pictures.want(owner, null), [owner]);
  return state;
}
