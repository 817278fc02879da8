import type { UndoRequest } from "@/lib/api/types";
import type { BulkPart } from "./pending-changes";

/** What the gateway has agreed to: how it is undone, and what that looks like until the undo is answered. */
export interface Written {
  undo: UndoRequest;
  inverse: readonly BulkPart[];
}

/** Something that a person did. */
export interface Act {
  /** What was done, in words. */
  text: string;
  /** None where nothing came of it. */
  written: Promise<readonly Written[]>;
  /** Takes away the notice that offers to undo it; true if that was all, since the act has not been sent. */
  retract?: () => boolean;
  /** Of the tasks, by id, as far as they are known. */
  titles?: ReadonlyMap<string, string>;
}

export const titlesOf = ({ inverse }: Written) => inverse.map(({ base }) => [base._id, base.title] as const);
