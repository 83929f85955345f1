/** A box beside the pointer, on the side where the window has more room. */

import type { ComponentChildren } from "preact";

/** Pixels between the pointer and the box. */
const OFFSET = 14;

interface PointerTooltipProps {
  /** Its class, beside that of all such boxes, and its test id. */
  name: string;
  clientX: number;
  clientY: number;
  children: ComponentChildren;
}

export function PointerTooltip({ name, clientX, clientY, children }: PointerTooltipProps) {
  const isRight = clientX > innerWidth / 2;
  const isLow = clientY > innerHeight / 2;
  return (
    <div
      class={`floating-box pointer-tooltip ${name}`}
      data-testid={name}
      style={{
        ...(isRight ? { right: `${innerWidth - clientX + OFFSET}px` } : { left: `${clientX + OFFSET}px` }),
        ...(isLow ? { bottom: `${innerHeight - clientY + OFFSET}px` } : { top: `${clientY + OFFSET}px` }),
      }}
    >
      {children}
    </div>
  );
}
