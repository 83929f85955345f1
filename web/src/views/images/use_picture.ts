/** The picture of a place on screen. */

import { type ReadonlySignal, useComputed } from "@preact/signals";
import { type MediaState, useMedia } from "../steps/use_media";
import { pictures, type Shown } from "./image_values";
import { loadPicture, type Picture } from "./load_picture";

export interface PictureState extends Omit<MediaState<Picture>, "media"> {
  picture: Picture | null;
}

/** `wanted` is null while the place is out of sight, or where nothing was recorded; `near` may be wished for next. */
export function usePicture(
  wanted: ReadonlySignal<Shown | null>,
  isFull: boolean,
  near?: ReadonlySignal<readonly Shown[]>,
): ReadonlySignal<PictureState> {
  const state = useMedia(
    pictures,
    wanted,
    isFull,
    (shown, signal) => loadPicture(shown, isFull, signal),
    near,
  );
  return useComputed(() => {
    const { media: picture, ...rest } = state.value;
    return { picture, ...rest };
  });
}
