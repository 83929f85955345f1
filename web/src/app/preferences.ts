/** What one browser remembers: theme and width of the list. Storage may be forbidden (private windows, iframes). */

import { effect, signal } from "@preact/signals";
import type { Theme } from "../charts/colour";

const system = window.matchMedia("(prefers-color-scheme: dark)");

function read(key: string): string | null {
  try {
    return localStorage.getItem(`cutaway.${key}`);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(`cutaway.${key}`, value);
  } catch {
    // Then the preference lasts as long as the page.
  }
}

const stored = read("theme");
const isChosen = stored === "light" || stored === "dark";

export const theme = signal<Theme>(isChosen ? stored : system.matches ? "dark" : "light");

export const NARROWEST = 160;
export const WIDEST = 600;
export const sidebarWidth = signal(clampWidth(Number(read("width")) || 260));

function clampWidth(width: number): number {
  return Math.min(WIDEST, Math.max(NARROWEST, Math.round(width)));
}

export function setSidebarWidth(width: number): void {
  sidebarWidth.value = clampWidth(width);
  write("width", String(sidebarWidth.value));
}

export function switchTheme(): void {
  theme.value = theme.value === "dark" ? "light" : "dark";
  write("theme", theme.value);
}

/** Follow the system's theme until the user chooses one, and tell the style sheet. */
export function startPreferences(): void {
  system.addEventListener("change", () => {
    if (read("theme") === null) theme.value = system.matches ? "dark" : "light";
  });
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
  });
}
