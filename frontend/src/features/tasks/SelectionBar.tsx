import { lazy, Suspense } from "react";
import type { RowSelection } from "./use-selection";

const BulkBar = lazy(() => import("./BulkBar"));

interface SelectionBarProps {
  selection: RowSelection;
  shown: number;
  lists: readonly string[];
}

/** What can be done to the selected rows, loaded once there are any. */
export function SelectionBar({ selection, shown, lists }: SelectionBarProps) {
  return (
    <Suspense>
      <BulkBar selected={selection.selected} shown={shown} lists={lists} all={selection.all} clear={selection.clear} />
    </Suspense>
  );
}
