import { MutationObserver, type QueryClient } from "@tanstack/react-query";
import type { NewNotice, Notices } from "@/components/notices/notices";
import { hasStatus, SignedOutError } from "@/lib/api/errors";
import type { TasksApi } from "@/lib/api/tasks";
import type { UndoConflict, UndoRequest } from "@/lib/api/types";
import { getMessages } from "@/lib/messages";
import { undoMessages } from "@/lib/messages/undo";
import type { PersonStorage } from "@/lib/person-storage";
import { type Act, titlesOf, type Written } from "./act";
import { KeptActs } from "./kept-acts";
import type { OwnVersions } from "./own-versions";
import type { Together } from "./pending-changes";
import { CHANGES_KEY } from "./send-change";
import { applyUndone, byTask, sendUndos, type Undone } from "./send-undo";
import { isFinalRefusal, undoFailureNotice } from "./undo-failure";

/** An undo that would write over later changes. */
export interface UndoClash {
  act: Act;
  conflicts: readonly UndoConflict[];
  /** Sends it once more. `madeWay`: the values from before have been put back, so there may be nothing left to undo. */
  again: (madeWay?: boolean) => Promise<void>;
  /** Those in which there are other tasks, which may be undone all the same. */
  batchIds: ReadonlySet<string>;
}

interface ActsParts {
  client: QueryClient;
  notices: Notices;
  tasks: TasksApi;
  versions: OwnVersions;
  storage: PersonStorage;
  ask: (clash: UndoClash) => void;
}

const TOLD_SECONDS = 6;

/** What a person did in this tab, also before a reload, to be undone from the last to the first. */
export class Acts {
  private readonly done: Act[] = [];
  /** Those whose undo is not answered yet. */
  private readonly undoing = new Set<Act>();
  /** Of those that the gateway has agreed to. */
  private readonly written = new WeakMap<Act, readonly Written[]>();
  private readonly kept: KeptActs;
  private notice: number | undefined;

  constructor(private readonly parts: ActsParts) {
    this.kept = new KeptActs(parts.storage);
    for (const act of this.kept.read()) this.did(act);
  }

  did(act: Act): void {
    // The key no longer means what a notice offers.
    if (!act.retract) this.parts.notices.forgetKey("u");
    this.done.push(act);
    void act.written.then((written) => {
      if (written.length === 0) this.drop(act);
      else this.written.set(act, written);
      this.keep();
    });
  }

  undoLast(): void {
    const last = this.done.at(-1);
    if (last) void this.undo(last);
    else this.tell({ text: wordsOf().nothing });
  }

  /** `madeWay`: as in `UndoClash`. */
  async undo(act: Act, madeWay = false): Promise<void> {
    const wasNoted = this.drop(act);
    if (act.retract?.()) return;
    const written = await act.written;
    if (written.length === 0) return; // it was told why
    const later = wasNoted ? () => this.did(act) : undefined;
    const again = (made = madeWay) => this.undo(act, made);
    const batches = await this.keptMeanwhile(act, () => this.send(act, written, again, later));
    if (!batches) return;
    const { undone, already } = wordsOf();
    const text = (batches.length > 0 || madeWay ? undone : already)(act.text);
    const action = { label: getMessages(undoMessages).redo, run: () => void this.redo(act, batches) };
    this.tell({ text, ...(batches.length > 0 && { action }) });
  }

  /** Undoes the undo of an act, which was written in these batches. */
  async redo(act: Act, undos: readonly UndoRequest[]): Promise<void> {
    const written = undos.map((undo) => ({ undo, inverse: [] }));
    const batches = await this.send(act, written, () => this.redo(act, undos));
    if (!batches) return;
    const again = { text: act.text, written: act.written, ...(act.titles && { titles: act.titles }) };
    this.did(again);
    const action = { label: getMessages(undoMessages).undo, run: () => void this.undo(again) };
    this.tell({ text: wordsOf().redone(act.text), action });
  }

  /** Why it was not undone; the notice offers to try `again` where that helps. */
  tellFailed(what: string, failure: unknown, again: () => void): void {
    this.parts.notices.show(undoFailureNotice(what, failure, again));
  }

  /** The batches in which it was written; undefined if it was not, and told why. `later`: it may be if it is sent `again`. */
  private async send(
    act: Act,
    written: readonly Written[],
    again: UndoClash["again"],
    later?: (() => void) | undefined,
  ): Promise<UndoRequest[] | undefined> {
    const { answers, failure } = await this.run(written);
    const batches = answers.flatMap(({ batchId }) => (batchId === null ? [] : { batchId }));
    if (failure === undefined) return batches;
    if (hasStatus(failure, 409) && failure.conflicts?.length) {
      this.ask(act, written, failure.conflicts, again);
    } else if (!(failure instanceof SignedOutError)) {
      if (!isFinalRefusal(failure)) later?.();
      this.tellFailed(act.text, failure, () => void again());
    }
    return undefined;
  }

  private ask(act: Act, written: readonly Written[], conflicts: readonly UndoConflict[], again: UndoClash["again"]): void {
    const titles = new Map([...(act.titles ?? []), ...written.flatMap(titlesOf)]);
    const batchIds = written.flatMap(({ undo }) => ("batchId" in undo ? undo.batchId : []));
    const isAll = titles.size > 0 && titles.size === byTask(conflicts).size;
    this.parts.ask({
      act: { ...act, titles, written: Promise.resolve(written) },
      conflicts,
      again,
      batchIds: new Set(isAll ? [] : batchIds),
    });
  }

  /** The lists show the tasks as they will be until it is answered. */
  private async run(written: readonly Written[]): Promise<Undone> {
    const { client, tasks, versions } = this.parts;
    const parts = written.flatMap(({ inverse }) => inverse);
    const ids = new Set(parts.map(({ base }) => base._id));
    const [id] = ids;
    const observer = new MutationObserver<Undone, Error, Together>(client, {
      mutationKey: CHANGES_KEY,
      // Behind the changes of the same task that wait, as they are behind each other.
      ...(ids.size === 1 && id !== undefined && { scope: { id } }),
      mutationFn: () => sendUndos(tasks, written.map(({ undo }) => undo)),
      onSuccess: ({ answers }) => {
        for (const answer of answers) if (answer.batchId !== null) applyUndone(client, versions, answer.tasks);
      },
    });
    try {
      return await observer.mutate({ kind: "together", parts });
    } finally {
      observer.reset();
    }
  }

  /** One notice for all of them: of quick undos only the last is told. */
  private tell(notice: Pick<NewNotice, "text" | "action">): void {
    const { notices } = this.parts;
    const whole: NewNotice = { ...notice, tone: "quiet", seconds: TOLD_SECONDS, whenGone: () => (this.notice = undefined) };
    if (this.notice === undefined) this.notice = notices.show(whole);
    else notices.update(this.notice, whole);
  }

  /** The tab may be closed before the answer comes: then it can be undone after that. */
  private async keptMeanwhile<T>(act: Act, run: () => Promise<T>): Promise<T> {
    this.undoing.add(act);
    this.keep();
    try {
      return await run();
    } finally {
      this.undoing.delete(act);
      this.keep();
    }
  }

  private drop(act: Act): boolean {
    const at = this.done.indexOf(act);
    if (at < 0) return false;
    this.done.splice(at, 1);
    this.keep();
    return true;
  }

  private keep(): void {
    this.kept.write(
      [...this.done, ...this.undoing].flatMap((act) => {
        const written = this.written.get(act);
        return written ? { act, written } : [];
      }),
    );
  }
}

const wordsOf = () => getMessages(undoMessages).told;
