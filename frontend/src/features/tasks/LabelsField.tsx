import { useRef } from "react";
import { Button } from "@/components/Button";
import { FieldGroup } from "@/components/Field";
import { CloseIcon } from "@/components/icons/CloseIcon";
import { VisuallyHidden } from "@/components/VisuallyHidden";
import { TASK_LIMITS } from "@/lib/api/limits";
import { useMessages } from "@/lib/messages";
import { fieldMessages } from "@/lib/messages/fields";
import { taskMessages } from "@/lib/messages/tasks";
import { AddLine } from "./AddLine";
import { focusNeighbour } from "./focus-neighbour";
import { withLabel } from "./labels";
import styles from "./LabelsField.module.css";

interface LabelsFieldProps {
  labels: string[];
  /** The label that is being typed. */
  line: string;
  put: (labels: string[], line: string) => void;
  error: string | undefined;
}

export function LabelsField({ labels, line, put, error }: LabelsFieldProps) {
  const { form } = useMessages(taskMessages);
  const fields = useMessages(fieldMessages);
  const field = useRef<HTMLInputElement>(null);
  return (
    <FieldGroup label={fields.labels}>
      {labels.length > 0 && (
        <ul className={styles.labels} aria-label={fields.labels}>
          {labels.map((label) => (
            <li key={label} className={styles.label}>
              <span className={styles.text}>{label}</span>
              <Button
                look="icon"
                onClick={(event) => {
                  focusNeighbour(event.currentTarget, field.current);
                  put(labels.filter((other) => other !== label), line);
                }}
              >
                <CloseIcon />
                <VisuallyHidden>{form.removeLabel(label)}</VisuallyHidden>
              </Button>
            </li>
          ))}
        </ul>
      )}
      <AddLine
        field={field}
        label={form.newLabel}
        button={form.addLabel}
        text={line}
        limit={TASK_LIMITS.labels.items.maxLength}
        error={error}
        typed={(text) => put(labels, text)}
        add={() => put(withLabel(labels, line), "")}
      />
    </FieldGroup>
  );
}
