/** A chart as a picture of its own: below its title and on a ground. */

export const FONT = '11px system-ui, "Segoe UI", Roboto, sans-serif';
/** In CSS pixels. */
const TITLE_HEIGHT = 26;

/** A canvas with what was drawn, `ratio` canvas pixels per CSS pixel. */
export function pictureOf(
  drawn: HTMLCanvasElement,
  ratio: number,
  title: string,
  text: string,
  ground: string,
): HTMLCanvasElement | null {
  const canvas = document.createElement("canvas");
  canvas.width = drawn.width;
  canvas.height = drawn.height + TITLE_HEIGHT * ratio;
  const context = canvas.getContext("2d");
  if (context === null) return null;
  context.fillStyle = ground;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = text;
  context.font = FONT.replace("11px", `${Math.round(13 * ratio)}px`);
  context.fillText(title, 8 * ratio, 18 * ratio, canvas.width - 16 * ratio);
  context.drawImage(drawn, 0, TITLE_HEIGHT * ratio);
  return canvas;
}
