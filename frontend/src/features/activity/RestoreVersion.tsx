import { Button } from "@/components/Button";
import { Dialog, DialogActions } from "@/components/Dialog";
import type { Activity, FieldChange, TaskPatch } from "@/lib/api/types";
import { useMessages } from "@/lib/messages";
import { activityMessages } from "@/lib/messages/activity";
import { exactTime } from "@/lib/time/format";
import FieldChanges from "./FieldChanges";
import styles from "./RestoreVersion.module.css";

interface RestoreVersionProps {
  /** The last one of the version. */
  activity: Activity;
  /** From now to then. */
  changes: Record<string, FieldChange>;
  restore: (patch: TaskPatch) => void;
  close: () => void;
}

/** Says what going back to a version would change, before it does. */
export default function RestoreVersion({ activity, changes, restore, close }: RestoreVersionProps) {
  const { version } = useMessages(activityMessages);
  const fields = Object.entries(changes);
  const patch: TaskPatch = Object.fromEntries(fields.map(([field, { to }]) => [field, to]));
  return (
    <Dialog title={version.heading} close={close} closeOnBackdrop wide>
      <p>{fields.length > 0 ? version.explanation(exactTime(activity.timestamp)) : version.same}</p>
      <div className={styles.changes}>
        <FieldChanges changes={changes} />
      </div>
      <DialogActions>
        <Button onClick={close}>{version.cancel}</Button>
        {fields.length > 0 && (
          <Button look="primary" onClick={() => restore(patch)}>
            {version.restoreThis}
          </Button>
        )}
      </DialogActions>
    </Dialog>
  );
}
