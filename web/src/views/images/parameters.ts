/** The parameters of the link that the images view owns: of the registry, and of the slice once it is loaded. */

export const IMAGE_PARAMETERS = [
  "large-images",
  "images-across",
  "image-size",
  "image-pixels",
  "brightness",
  "contrast",
  "image-colours",
  "image-zoom",
  "image-against",
  "images-compared",
] as const;
