/** The tags of one kind of data that a view over steps shows: their names, the filter, and the tree that they lie in. */

import { computed, type ReadonlySignal } from "@preact/signals";
import type { Tag } from "../../api/catalogue";
import type { Sieve } from "../../kit/pattern";
import { steadyNames, tagsOfKind } from "../../state/server";
import { tagSieveOf } from "../../state/subject";
import { GrowingTree, type TagTree } from "../../state/tag_tree";
import type { TagSection } from "./section_rows";
import { sectionsOfTags } from "./sections_of_tags";

export class ViewTags {
  readonly all: ReadonlySignal<readonly Tag[]>;
  readonly sieve: ReadonlySignal<Sieve>;
  /** Those that the filter lets through. */
  readonly listed = computed<readonly Tag[]>(() =>
    this.all.value.filter((tag) => this.sieve.value.passes(tag.name)),
  );
  /** Of all tags, by the names that people know. */
  readonly tree = computed<TagTree>(() => this.#grown.of(this.all.value.map((tag) => this.nameOf(tag.name))));
  readonly #grown = new GrowingTree();
  readonly #names: ReadonlySignal<readonly string[]>;
  readonly #suffix: string;

  /** `suffix`: what writers add to the tags of such data. */
  constructor(kind: string, suffix = "") {
    this.#suffix = suffix;
    this.all = tagsOfKind(kind);
    this.#names = steadyNames(() => this.all.value.map((tag) => tag.name));
    this.sieve = tagSieveOf(this.#names);
  }

  /** A tag as people named it, where no other tag has that name. */
  nameOf(tag: string): string {
    if (this.#suffix === "" || !tag.endsWith(this.#suffix)) return tag;
    const name = tag.slice(0, -this.#suffix.length);
    return name === "" || this.#names.value.includes(name) ? tag : name;
  }

  /** The listed tags, by the names that people know. */
  readonly byName = computed<ReadonlyMap<string, Tag>>(
    () => new Map(this.listed.value.map((tag) => [this.nameOf(tag.name), tag])),
  );

  /** The listed tags in sections, each tag an item. */
  readonly sections = computed<TagSection<Tag>[]>(() => {
    const options = { names: [...this.byName.value.keys()], hasFamilies: false };
    return sectionsOfTags(this.tree.value, options).map(({ items, ...section }) => ({
      ...{ ...section, source: "", isFolded: false },
      items: this.named(items.map(({ name }) => name)),
    }));
  });

  /** The listed tags of some names. */
  named(names: readonly string[]): Tag[] {
    return names.map((name) => this.byName.value.get(name)).filter((tag) => tag !== undefined);
  }
}
