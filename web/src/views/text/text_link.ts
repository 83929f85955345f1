/** How texts are shown: the text view's part of the link. */

import { slice } from "../../state/link";
import { TEXT_PARAMETERS } from "./parameters";

export const FORMATS = ["markdown", "plain"] as const;
export type Format = (typeof FORMATS)[number];

export interface TextState {
  format: Format;
  /** The step whose texts those at the place are compared with; null for none. */
  against: number | null;
  /** The tag whose texts are shown at full height; null for none. */
  expanded: string | null;
}

export function encodeText({ format, against, expanded }: TextState, parameters: URLSearchParams): void {
  if (format !== "markdown") parameters.set("text", format);
  if (against !== null) parameters.set("against", String(against));
  if (expanded !== null) parameters.set("large-text", expanded);
}

export function decodeText(parameters: URLSearchParams): TextState {
  const against = parameters.get("against") ?? "";
  return {
    format: FORMATS.find((known) => known === parameters.get("text")) ?? "markdown",
    against: /^-?\d{1,19}$/u.test(against) ? Number(against) : null,
    expanded: parameters.get("large-text"),
  };
}

export const { fields: textFields, change: changeText } = slice<TextState>({
  parameters: TEXT_PARAMETERS,
  encode: encodeText,
  decode: decodeText,
  steps: ["expanded"],
});
