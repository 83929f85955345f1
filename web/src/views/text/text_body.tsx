/** A text as it is shown: Markdown, as it was recorded, as a table, or as what became of another text. */

import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { plural } from "../../kit/format";
import { difference } from "./difference";
import { isRendered, renderInline, renderMarkdown } from "./markdown";
import { plainText, type Table, type TextContent } from "./text_content";
import type { Format } from "./text_link";

/** More cells than these are not drawn. */
const MOST_CELLS = 5000;

export function TextBody({ content, format }: { content: TextContent; format: Format }) {
  if (content.kind === "table") return <TableBody rows={content.rows} format={format} />;
  const { text } = content;
  if (text === "") return <p class="quiet">An empty text.</p>;
  if (format === "plain") return <pre class="text-plain">{text}</pre>;
  if (!isRendered(text))
    return (
      <>
        <p class="quiet">
          As it was recorded: the text is too long, or has too many tags, to be made into Markdown.
        </p>
        <pre class="text-plain">{text}</pre>
      </>
    );
  return <Markdown text={text} isInline={false} />;
}

function Markdown({ text, isInline }: { text: string; isInline: boolean }) {
  const host = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    host.current?.replaceChildren(isInline ? renderInline(text) : renderMarkdown(text));
  }, [text, isInline]);
  return <div class={isInline ? "" : "text-markdown"} ref={host} />;
}

function TableBody({ rows, format }: { rows: Table; format: Format }) {
  const widest = Math.max(1, ...rows.slice(0, MOST_CELLS).map((row) => row.length));
  const count = Math.max(1, Math.floor(MOST_CELLS / widest));
  const isMarkdown = (cell: string): boolean => format === "markdown" && isRendered(cell);
  return (
    <>
      <table class="text-table">
        <tbody>
          {rows.slice(0, count).map((row, i) => (
            <tr key={i}>
              {row.slice(0, MOST_CELLS).map((cell, j) => (
                <td key={j}>{isMarkdown(cell) ? <Markdown text={cell} isInline /> : cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > count && <p class="quiet">and {plural(rows.length - count, "row")} more</p>}
    </>
  );
}

/** What became of one text: the words that are new, and those that are gone. */
export function DifferenceBody({ before, after }: { before: TextContent; after: TextContent }) {
  const [old, text] = [plainText(before), plainText(after)];
  const parts = useMemo(() => difference(old, text), [old, text]);
  if (old === text) return <p class="quiet">No difference.</p>;
  return (
    <pre class="text-plain" data-testid="difference">
      {parts.map(({ text: part, change }, i) =>
        change === "same" ? part : change === "added" ? <ins key={i}>{part}</ins> : <del key={i}>{part}</del>,
      )}
    </pre>
  );
}
