import { lazy, Suspense } from "react";
import type { RowSelection } from "./use-selection";

const BulkBar = lazy(() => import("./BulkBar"));

interface SelectionBarProps {
  selection: RowSelection;
  shown: number;
  lists: readonly string[];
  /** Whether the rows are those of the trash. */
  inTrash: boolean;
  focusRow: () => void;
}

/** What can be done to the selected rows, loaded once there are any. */
export function SelectionBar({ selection, shown, lists, inTrash, focusRow }: SelectionBarProps) {
  return (
    <Suspense>
      <BulkBar
        selected={selection.selected}
        shown={shown}
        lists={lists}
        inTrash={inTrash}
        all={selection.all}
        clear={selection.clear}
        focusRow={focusRow}
      />
    </Suspense>
  );
}
