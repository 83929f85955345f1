/** A link that saves a picture as it was recorded. */

import type { Run, Tag } from "../../api/catalogue";
import { mediaAddress } from "../../api/media";
import type { Shown } from "./image_values";
import type { Picture } from "./load_picture";

/** "input-adam-step300.png": a name that every system takes, by the form of what was sent. */
export function fileName(tag: string, run: string, { step, part }: Shown, mediaType: string): string {
  const name = [tag, run, `step${step}`, ...(part > 0 ? [`sample${part + 1}`] : [])].join("-");
  const ending = /^image\/(png|jpeg|gif|bmp|webp)$/u.exec(mediaType)?.[1] ?? "bin";
  return `${name.replaceAll(/[^\p{L}\p{N}.-]+/gu, "_").slice(0, 180)}.${ending}`;
}

interface Props {
  tag: Tag;
  run: Run;
  shown: Shown;
  picture: Picture;
}

export function DownloadLink({ tag, run, shown, picture }: Props) {
  const mediaType = picture.isRecorded ? picture.blob.type : "";
  return (
    <a
      class="download"
      data-testid="download"
      href={mediaAddress(shown)}
      download={fileName(tag.name, run.name, shown, mediaType)}
      title="Save the picture as it was recorded"
      aria-label={`Save ${tag.name} of ${run.name} as it was recorded`}
    >
      ↓
    </a>
  );
}
