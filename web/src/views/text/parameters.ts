/** The parameters of the link that the text view owns: of the registry, and of the slice once it is loaded. */

export const TEXT_PARAMETERS = ["text", "against", "large-text"] as const;
