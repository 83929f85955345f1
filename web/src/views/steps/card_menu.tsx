/** The menu in the head of a card: links to the same subject's data of other kinds, and below them what the view has. */

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { SubjectLinks } from "./subject_links";

interface CardMenuProps {
  /** The card's tag. */
  name: string;
  /** What the menu is for, and what it holds. */
  label: string;
  title: string;
  testId: string;
  children?: ComponentChildren;
}

export function CardMenu({ name, label, title, testId, children }: CardMenuProps) {
  const isOpen = useSignal(false);
  return (
    <details
      class="menu"
      name="chart-menu"
      data-testid={testId}
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open;
      }}
    >
      <summary aria-label={label} title={title}>
        ⋯
      </summary>
      <div class="menu-body">
        {isOpen.value && <SubjectLinks names={[name]} onGo={closeMenu} />}
        {children}
      </div>
    </details>
  );
}

/** The menu of a card that has nothing else in it. */
export function SubjectMenu({ name }: { name: string }) {
  return (
    <CardMenu
      name={name}
      label={`Other kinds of data about ${name}`}
      title="Other kinds of data about the same subject"
      testId="subject-menu"
    />
  );
}

/** Close the menu in which something was clicked. */
export function closeMenu(event: Event): void {
  (event.currentTarget as HTMLElement).closest("details")?.removeAttribute("open");
}
