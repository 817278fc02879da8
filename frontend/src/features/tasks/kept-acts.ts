import type { UndoRequest } from "@/lib/api/types";
import type { PersonStorage } from "@/lib/person-storage";
import type { Act, Written } from "./acts";

const KEY = "acts";
/** More are not undone one by one; the journal has them all. */
const MOST = 100;

interface Kept {
  text: string;
  undo: UndoRequest[];
}

/** What was done in this tab, by words and events, so that it can be undone after a reload. */
export class KeptActs {
  constructor(private readonly storage: PersonStorage) {}

  read(): Act[] {
    const kept = this.storage.read<Kept[]>(KEY) ?? [];
    return kept.map(({ text, undo }) => ({ text, written: Promise.resolve(undo.map((each) => ({ undo: each, inverse: [] }))) }));
  }

  write(acts: readonly { act: Act; written: readonly Written[] }[]): void {
    const kept: Kept[] = acts.slice(-MOST).map(({ act, written }) => ({ text: act.text, undo: written.map(({ undo }) => undo) }));
    this.storage.write(KEY, kept);
  }
}
