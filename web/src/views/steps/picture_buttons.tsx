/** Entries of a card's menu that take away what is drawn: as PNG of twice the screen's pixels, and as SVG. */

import { type NamedPanel, pictureOf, svgOf } from "../../charts/panel_picture";
import type { FrameColours } from "../../kit/colour";
import { save } from "../../kit/download";
import { closeMenu } from "./card_menu";

interface PictureButtonsProps {
  /** Of the files. */
  name: string;
  panels: readonly NamedPanel[];
  /** Of the card, in CSS pixels. */
  width: number;
  colours: FrameColours;
}

export function PictureButtons({ name, panels, width, colours }: PictureButtonsProps) {
  return (
    <>
      <button
        type="button"
        onClick={(event) => {
          closeMenu(event);
          pictureOf(name, panels, width, colours, 2).toBlob((blob) => {
            if (blob !== null) save(blob, `${name}.png`);
          });
        }}
      >
        PNG, as on screen
      </button>
      <button
        type="button"
        onClick={(event) => {
          closeMenu(event);
          save(new Blob([svgOf(name, panels, width, colours)], { type: "image/svg+xml" }), `${name}.svg`);
        }}
      >
        SVG, as on screen
      </button>
    </>
  );
}
