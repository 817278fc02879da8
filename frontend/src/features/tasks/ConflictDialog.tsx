import type { Task } from "@/lib/api/types";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import type { TaskChange } from "./pending-changes";
import { compare, type Difference } from "./conflict";

export interface Conflict {
  change: Exclude<TaskChange, { kind: "create" }>;
  /** The task as it stands at the gateway now. */
  theirs: Task;
}

interface ConflictDialogProps {
  clash: Conflict;
  /** Neither: what was typed stays a draft, to be found when the contract is opened again. */
  choose: (choice: "theirs" | "yours" | "neither") => void;
}

/** Someone else was first: nothing is overwritten until the hunter has chosen. */
export function ConflictDialog({ clash, choose }: ConflictDialogProps) {
  const discards = clash.change.kind === "discard";
  const patch = clash.change.kind === "amend" ? clash.change.patch : {};
  return (
    <Dialog title="Two hands on one contract" close={() => choose("neither")} wide unasked>
      <p className="mb-5 max-w-prose text-ash">
        {discards
          ? "This contract was rewritten after you last read it. This is how it stands now."
          : "This contract was rewritten while you worked on it. Nothing of yours has been written yet."}
      </p>
      <div className={discards ? "" : "grid gap-4 sm:grid-cols-2"}>
        <Version heading="Theirs" side="theirs" rows={compare(clash.theirs, patch)} />
        {!discards && <Version heading="Yours" side="yours" rows={compare(clash.theirs, patch)} />}
      </div>
      <footer className="mt-6 flex flex-wrap justify-end gap-3">
        <Button onClick={() => choose("theirs")}>
          {discards ? "Keep it" : "Keep theirs"}
        </Button>
        <Button look="blood" onClick={() => choose("yours")}>
          {discards ? "Discard it all the same" : "Write yours over it"}
        </Button>
      </footer>
    </Dialog>
  );
}

interface VersionProps {
  heading: string;
  side: "theirs" | "yours";
  rows: Difference[];
}

function Version({ heading, side, rows }: VersionProps) {
  return (
    <section aria-label={heading} className="border border-hairline bg-pit/60 p-4">
      <h3 className={`label mb-3 ${side === "yours" ? "text-lantern" : "text-paleblood"}`}>{heading}</h3>
      <dl className="grid gap-3">
        {rows.map((row) => (
          <div key={row.field} data-differs={!row.same || undefined} className="difference">
            <dt className="text-sm text-ash">
              {row.label}
              {!row.same && <span className="sr-only"> (differs)</span>}
            </dt>
            <dd className="max-h-40 overflow-y-auto whitespace-pre-wrap wrap-anywhere">
              {row[side] || <span className="text-ash italic">none</span>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
