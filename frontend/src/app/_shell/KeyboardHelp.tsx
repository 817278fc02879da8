import { Dialog } from "@/components/Dialog";

const KEYS: [string[], string][] = [
  [["n"], "Swear a new contract"],
  [["/"], "Search the titles"],
  [["↓", "↑"], "Go from contract to contract"],
  [["e"], "Edit the contract in focus"],
  [["x"], "Complete it, or reopen it"],
  [["s"], "Move it to its next state"],
  [["d"], "Discard it"],
  [["u"], "Undo the latest discard"],
  [["Esc"], "Close a dialog, or clear the search"],
  [["?"], "This page"],
];

export function KeyboardHelp({ close }: { close: () => void }) {
  return (
    <Dialog title="By hand alone" close={close} closeOnBackdrop>
      <dl className="grid gap-y-2.5">
        {KEYS.map(([keys, words]) => (
          <div key={words} className="flex items-baseline justify-between gap-6 border-b border-hairline pb-2 last:border-0">
            <dt className="order-2 flex shrink-0 gap-1">
              {keys.map((key) => (
                <kbd key={key} className="key">
                  {key}
                </kbd>
              ))}
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-5 text-sm text-ash italic">The keys rest while you write in a field.</p>
    </Dialog>
  );
}
