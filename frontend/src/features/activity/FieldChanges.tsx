import { lazy, Suspense } from "react";
import { ArrowIcon } from "@/components/icons/list-icons";
import { VisuallyHidden } from "@/components/VisuallyHidden";
import type { FieldChange } from "@/lib/api/types";
import { useMessages } from "@/lib/messages";
import { activityMessages } from "@/lib/messages/activity";
import { fieldMessages } from "@/lib/messages/fields";
import styles from "./FieldChanges.module.css";
import { MARKS } from "./marks";

const TextDifference = lazy(() => import("./TextDifference"));

/** Of the texts that a person writes the words are compared. */
const TEXTS = new Set(["title", "description"]);

/** Each changed field, from what to what. */
export default function FieldChanges({ changes }: { changes: Record<string, FieldChange> }) {
  const labels: Record<string, string> = useMessages(fieldMessages);
  const { priorities } = useMessages(activityMessages);
  const textOf = (field: string, value: unknown) =>
    (field === "priority" ? priorities[Number(value)] : undefined) ?? valueText(value);
  const fields = Object.entries(changes ?? {}).filter(([field]) => !MARKS.has(field));
  if (fields.length === 0) return null;
  return (
    <dl className={styles.changes}>
      {fields.map(([field, { from, to }]) => (
        <div key={field} className={styles.change}>
          <dt className={styles.label}>{Object.hasOwn(labels, field) ? labels[field] : field}</dt>
          {TEXTS.has(field) && from && to ? (
            <dd>
              <Suspense fallback={<p className={styles.text}>{String(to)}</p>}>
                <TextDifference from={String(from)} to={String(to)} />
              </Suspense>
            </dd>
          ) : (
            <dd className={styles.values}>
              <Value of="from" text={textOf(field, from)} />
              <ArrowIcon />
              <Value of="to" text={textOf(field, to)} />
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
}

function Value({ of, text }: { of: "from" | "to"; text: string }) {
  const messages = useMessages(activityMessages);
  const Tag = of === "from" ? "del" : "ins";
  return (
    <Tag className={styles[of]}>
      <VisuallyHidden>{`${messages[of]} `}</VisuallyHidden>
      {text ? <span>{text}</span> : <em>{messages.none}</em>}
    </Tag>
  );
}

/** A due date is its parts, a list its members, and an item of a checklist its text, ticked or not. */
function valueText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(valueText).join(", ");
  if (typeof value !== "object") return String(value);
  return "text" in value && "done" in value
    ? `${value.done ? "☑" : "☐"} ${valueText(value.text)}`
    : Object.values(value).map(valueText).join(" ");
}
