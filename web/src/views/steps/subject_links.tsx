/** From a card to the same subject's data of other kinds, by links and by a key; the place is kept. */

import { useEffect, useMemo } from "preact/hooks";
import { type Destination, destinationsOf, goTo, nextDestination } from "../../state/going";
import { moduleSubjects, wantModules } from "../../state/module_subjects";
import { currentView } from "../../state/page";
import type { Place } from "../../state/place";
import { subjectFields, subjects } from "../../state/subject";
import type { Key } from "../view";

interface SubjectLinksProps {
  /** The tags of the card. */
  names: readonly string[];
  onGo?: (event: Event) => void;
}

/** The links from the subject that the tags of a card have in common. */
export function SubjectLinks({ names, onGo }: SubjectLinksProps) {
  return <LinksOf subject={subjects.value.common(names)} {...(onGo === undefined ? {} : { onGo })} />;
}

interface LinksOfProps {
  subject: string;
  onGo?: (event: Event) => void;
}

/** A button for each other view that has data: of the same subject, of what is next above it, or of anything. */
export function LinksOf({ subject, onGo }: LinksOfProps) {
  useEffect(wantModules, []);
  const known = [subjects.value, moduleSubjects.value];
  const destinations = useMemo(() => destinationsOf(subject), [...known, subject]);
  const others = destinations.filter(({ view }) => view !== currentView.value);
  return (
    <>
      {others.map((destination) => (
        <button
          key={destination.kind}
          type="button"
          data-testid={`subject-${destination.view}`}
          title={inWords(destination, subject)}
          onClick={(event) => {
            onGo?.(event);
            goTo(destination, subject);
          }}
        >
          {destination.title}
          <span class="quiet">
            {" "}
            {destination.nearest === "" ? "all" : `of ${ending(destination.nearest)}`}
          </span>
        </button>
      ))}
    </>
  );
}

/** So many characters at the end of a subject tell it apart. */
const MOST = 24;

export function ending(subject: string): string {
  return subject.length > MOST ? `…${subject.slice(1 - MOST)}` : subject;
}

function inWords({ title, nearest }: Destination, subject: string): string {
  if (nearest === subject && subject !== "") return `${title} of the same subject, at this place (g)`;
  if (nearest !== "")
    return `There is nothing of ${subject} itself: ${title} of ${nearest}, at this place (g)`;
  return subject === "" ? `${title} at this place` : `There is nothing of ${subject}: all at this place`;
}

/** The tag of the card that is pointed at, or has the focus; null where none is. */
export function pointedName(): string | null {
  const card =
    document.querySelector<HTMLElement>("[data-tag]:hover") ??
    document.activeElement?.closest<HTMLElement>("[data-tag]");
  return card?.dataset.tag ?? null;
}

/** Open the next view with something of a subject. */
export function goOn(subject: string, place: Place | null = null): void {
  const next = nextDestination(subject);
  if (next !== null) goTo(next, subject, place);
}

/** The same for the whole page: with the subject that is looked at or, without one, that of the card which is pointed at. */
export const subjectKey: Key = {
  key: "g",
  what: "go to the next kind of data about the same subject, at the same place",
  run: () => {
    const { subject } = subjectFields;
    const name = pointedName();
    goOn(subject !== "" || name === null ? subject : subjects.value.common([name]));
  },
};
