import type { UndoRequest } from "@/lib/api/types";
import type { PersonStorage } from "@/lib/person-storage";
import { type Act, titlesOf, type Written } from "./act";

const KEY = "acts";
/** More are not undone one by one; the journal has them all. */
const MOST = 100;
/** The titles of so many tasks are kept with an act. */
const MOST_TITLES = 20;

interface Kept {
  text: string;
  undo: UndoRequest[];
  titles: (readonly [string, string])[];
}

/** What was done in this tab, by words and events, so that it can be undone after a reload. */
export class KeptActs {
  constructor(private readonly storage: PersonStorage) {}

  read(): Act[] {
    const kept = this.storage.read<Kept[]>(KEY) ?? [];
    return kept.map(({ text, undo, titles }) => ({
      text,
      written: Promise.resolve(undo.map((each) => ({ undo: each, inverse: [] }))),
      titles: new Map(titles),
    }));
  }

  write(acts: readonly { act: Act; written: readonly Written[] }[]): void {
    const kept = acts.slice(-MOST).map(({ act, written }): Kept => {
      const titles = [...(act.titles ?? []), ...written.flatMap(titlesOf)];
      return { text: act.text, undo: written.map(({ undo }) => undo), titles: titles.length > MOST_TITLES ? [] : titles };
    });
    this.storage.write(KEY, kept);
  }
}
