/** Which sounds are shown: of each tag and run the one at or before the shared place. */

import { connection } from "../../state/server";
import { MediaStore } from "../steps/media_store";
import { stepPlace } from "../steps/step_place";
import { StepValues } from "../steps/step_values";
import { ViewTags } from "../steps/view_tags";
import type { Sound } from "./load_sound";

export const KIND = "audio";

/** TensorFlow's operation adds the suffix. */
export const audioTags = new ViewTags(KIND, "/audio_summary");

/** Where sounds are; each is then asked for by itself. */
export const audio = new StepValues({ kind: KIND, place: stepPlace, connection, hasValues: false });

/** A browser has six connections to a server, of which others need some. */
export const sounds = new MediaStore<Sound>({ mostBytes: 256 << 20, simultaneous: 3 });
