/** Why something failed, in words: what was thrown need not be an Error, and its class is nobody's business. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
