/** The parameters of the link that the view of PR curves owns: of the registry, and of the slice once it is loaded. */

export const PR_PARAMETERS = ["pr", "pr-threshold", "pr-against", "large-pr"] as const;
