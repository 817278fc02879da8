import { useRef } from "react";
import { Button } from "@/components/Button";
import { FieldGroup } from "@/components/Field";
import { CloseIcon } from "@/components/icons/CloseIcon";
import { Input } from "@/components/Input";
import { VisuallyHidden } from "@/components/VisuallyHidden";
import { CHECKLIST_ITEM_LIMITS } from "@/lib/api/limits";
import type { Task } from "@/lib/api/types";
import { useMessages } from "@/lib/messages";
import { fieldMessages } from "@/lib/messages/fields";
import { taskMessages } from "@/lib/messages/tasks";
import { AddLine } from "./AddLine";
import { type Item, newItem, withChanged, withItem, withoutItem } from "./checklist";
import { focusNeighbour } from "./focus-neighbour";
import styles from "./ChecklistField.module.css";

interface ChecklistFieldProps {
  checklist: Task["checklist"];
  /** The item that is being typed. */
  line: Item;
  put: (checklist: Task["checklist"], line: Item) => void;
  error: string | undefined;
}

export function ChecklistField({ checklist, line, put, error }: ChecklistFieldProps) {
  const { form } = useMessages(taskMessages);
  const fields = useMessages(fieldMessages);
  const field = useRef<HTMLInputElement>(null);
  const change = (id: string, part: Partial<Item>) => put(withChanged(checklist, id, part), line);
  return (
    <FieldGroup label={fields.checklist}>
      {checklist.length > 0 && (
        <ul className={styles.items} aria-label={fields.checklist}>
          {checklist.map(({ id, text, done }, place) => (
            <li key={id} className={styles.item}>
              <input
                type="checkbox"
                className={styles.done}
                checked={done}
                aria-label={form.itemDone(text)}
                onChange={(event) => change(id, { done: event.target.checked })}
              />
              <Input
                value={text}
                aria-label={form.itemText(place + 1)}
                onChange={(event) => change(id, { text: event.target.value })}
                autoComplete="off"
              />
              <Button
                look="icon"
                onClick={(event) => {
                  focusNeighbour(event.currentTarget, field.current);
                  put(withoutItem(checklist, id), line);
                }}
              >
                <CloseIcon />
                <VisuallyHidden>{form.removeItem(text)}</VisuallyHidden>
              </Button>
            </li>
          ))}
        </ul>
      )}
      <AddLine
        field={field}
        label={form.newItem}
        button={form.addItem}
        text={line.text}
        limit={CHECKLIST_ITEM_LIMITS.text.maxLength}
        error={error}
        typed={(text) => put(checklist, { ...line, text })}
        add={() => put(withItem(checklist, line), newItem())}
      />
    </FieldGroup>
  );
}
