import type { FieldChange } from "@/lib/api/types";
import { ArrowIcon } from "@/components/icons/signed-in";

const LABELS: Record<string, string> = { title: "Title", status: "State", description: "Particulars" };

/** Each changed field, from what to what. */
export function FieldChanges({ changes }: { changes: Record<string, FieldChange> }) {
  const fields = Object.entries(changes ?? {});
  if (fields.length === 0) return null;
  return (
    <dl className="changes">
      {fields.map(([field, { from, to }]) => (
        <div key={field} className="change">
          <dt>{LABELS[field] ?? field}</dt>
          <dd>
            <Side label="from" value={from} />
            <ArrowIcon />
            <Side label="to" value={to} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Side({ label, value }: { label: "from" | "to"; value: unknown }) {
  const text = value === null || value === undefined ? "" : String(value);
  const Tag = label === "from" ? "del" : "ins";
  return (
    <Tag className={`change-${label}`}>
      <span className="sr-only">{label} </span>
      {text || <em>none</em>}
    </Tag>
  );
}
