/** Menus: a press beside an open one closes it, and one for which there is no room below opens upwards. */

/** A press beside an open menu closes it. */
export function closeMenus(event: PointerEvent): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>(
    "details.menu[open], details.notice[open]",
  ))
    if (!menu.contains(event.target as Node)) menu.open = false;
}

/** Whether a body of this height has no room below its menu, and more above it. */
export function opensUpwards({ top, bottom }: Pick<DOMRect, "top" | "bottom">, height: number): boolean {
  return bottom + height > innerHeight && top > innerHeight - bottom;
}

/** A menu was opened: where its body goes is known when it has been filled. */
export function placeMenu({ target }: Event): void {
  if (!(target instanceof HTMLDetailsElement) || !target.open || !target.matches(".menu")) return;
  target.classList.remove("is-upwards");
  requestAnimationFrame(() => {
    const body = target.querySelector<HTMLElement>(".menu-body");
    if (body !== null && opensUpwards(target.getBoundingClientRect(), body.offsetHeight))
      target.classList.add("is-upwards");
  });
}
