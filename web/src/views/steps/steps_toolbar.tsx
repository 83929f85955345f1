/** The toolbar of a view over steps: the filter of its tags, its choices on one line, and menus beside them. */

import type { ComponentChild } from "preact";
import { ViewTagFilter } from "./tag_filter";
import type { ViewTags } from "./view_tags";

interface ToolbarProps {
  tags: ViewTags;
  /** Choices; a line that is scrolled sideways where there is no room. */
  children: ComponentChild;
  /** A menu, which such a line would cut off. */
  menu?: ComponentChild;
}

export function StepsToolbar({ tags, children, menu }: ToolbarProps) {
  return (
    <div class="toolbar is-split">
      <ViewTagFilter tags={tags} />
      <div class="toolbar-main">{children}</div>
      {menu}
    </div>
  );
}
