/**
 * Markdown of a log as elements of the page. A log is hostile: of HTML only what shapes text comes through, links lead
 * to web and mail addresses and tell them nothing of this page, and pictures are named and never loaded.
 */

import DOMPurify from "dompurify";
import MarkdownIt from "markdown-it";

/** A longer text, or one with more marks of tags and quotations, is shown as it was recorded: its cost is bounded. */
const MOST_CHARACTERS = 100_000;
/** Tags and quotations within each other take the browser's parser time that grows with the square of their number. */
const MOST_MARKS = 2000;

/** Whether a text is made into Markdown. */
export function isRendered(text: string): boolean {
  if (text.length > MOST_CHARACTERS) return false;
  let marks = 0;
  for (const character of text) if (character === "<" || character === ">") marks++;
  return marks <= MOST_MARKS;
}

const TAGS = [
  ...[
    "a",
    "b",
    "blockquote",
    "br",
    "caption",
    "code",
    "dd",
    "del",
    "details",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
  ],
  ...[
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "s",
    "samp",
    "small",
    "strong",
  ],
  ...["sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul", "var"],
];
const ATTRIBUTES = ["align", "colspan", "href", "open", "rowspan", "start", "title"];

const markdown = new MarkdownIt({ html: true });

markdown.renderer.rules.image = (tokens, i) => {
  const { content, attrs } = tokens[i];
  const source = attrs?.find(([name]) => name === "src")?.[1] ?? "";
  return markdown.utils.escapeHtml(`[picture: ${content === "" ? source : `${content}, ${source}`}]`);
};

// An alignment is an attribute and no style: the page allows no styles of others.
for (const rule of ["th_open", "td_open"]) {
  markdown.renderer.rules[rule] = (tokens, i, options, _, self) => {
    const token = tokens[i];
    const style = token.attrGet("style");
    token.attrs = style === null ? null : [["align", String(style).replace("text-align:", "")]];
    return self.renderToken(tokens, i, options);
  };
}

const purifier = DOMPurify(window);

purifier.addHook("afterSanitizeAttributes", (node) => {
  if (!(node instanceof HTMLAnchorElement)) return;
  node.target = "_blank";
  node.rel = "noopener noreferrer nofollow";
});

function sanitized(html: string): DocumentFragment {
  return purifier.sanitize(html, {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ATTRIBUTES,
    ALLOW_ARIA_ATTR: false,
    ALLOW_DATA_ATTR: false,
    ALLOWED_URI_REGEXP: /^(?:https?:\/\/|mailto:)/iu,
    // The expression is for addresses; these hold none.
    ADD_URI_SAFE_ATTR: ATTRIBUTES.filter((name) => name !== "href"),
    RETURN_DOM_FRAGMENT: true,
  });
}

/** A whole text. */
export function renderMarkdown(text: string): DocumentFragment {
  return sanitized(markdown.render(text));
}

/** A cell of a table: no blocks in it. */
export function renderInline(text: string): DocumentFragment {
  return sanitized(markdown.renderInline(text));
}
