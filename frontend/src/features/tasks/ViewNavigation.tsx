"use client";

import type { MouseEvent } from "react";
import type { Facets } from "@/lib/api/types";
import { formatNumber, useMessages } from "@/lib/messages";
import { viewMessages } from "@/lib/messages/views";
import { addressOfView } from "./filter-address";
import { FIXED_VIEWS, isSameView, type FixedView, type View } from "./task-filter";
import styles from "./ViewNavigation.module.css";

interface ViewNavigationProps {
  current: View;
  /** Undefined until they are known: the views are there before. */
  facets: Facets | undefined;
  open: (view: View) => void;
}

/** A column of views on wide screens, one line that scrolls on narrow ones. */
export function ViewNavigation({ current, facets, open }: ViewNavigationProps) {
  const messages = useMessages(viewMessages);
  const link = (view: View, label: string, count: number | undefined) => {
    const follow = (event: MouseEvent) => {
      // A new tab or window is the browser's business.
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open(view);
    };
    return (
      <li key={label}>
        <a
          href={`/hunt${addressOfView(view)}`}
          className={styles.view}
          aria-current={isSameView(view, current) ? "page" : undefined}
          data-view={view.kind}
          onClick={follow}
        >
          <span className={styles.name}>{label}</span> {count ? <span className={styles.count}>{formatNumber(count)}</span> : null}
        </a>
      </li>
    );
  };
  const fixed = (kind: FixedView) => {
    const count = facets && countOf(kind, facets);
    const hidden = kind === "overdue" && !count && current.kind !== kind;
    return hidden ? null : link({ kind }, messages.names[kind], count);
  };
  const lists = named(facets?.lists, current.kind === "list" ? current.name : "");
  const labels = named(facets?.labels, current.kind === "label" ? current.name : "");
  return (
    <nav aria-label={messages.navigation} className={styles.navigation}>
      <ul className={styles.group}>{FIXED_VIEWS.filter((kind) => kind !== "trash").map(fixed)}</ul>
      {lists.length > 0 && <span aria-hidden="true" className={styles.heading}>{messages.lists}</span>}
      <ul className={styles.group} aria-label={messages.lists}>
        {lists.map(({ value, open: count }) => link({ kind: "list", name: value }, value, count))}
      </ul>
      {labels.length > 0 && <span aria-hidden="true" className={styles.heading}>{messages.labels}</span>}
      <ul className={styles.group} aria-label={messages.labels}>
        {labels.map(({ value, open: count }) => link({ kind: "label", name: value }, messages.label(value), count))}
      </ul>
      <ul className={styles.group}>{fixed("trash")}</ul>
    </nav>
  );
}

/** By name; those with nothing open are left out, but for the one that is shown. */
function named(values: Facets["lists"] = [], current: string): Facets["lists"] {
  const used = values.filter(({ value, open }) => value !== "" && (open > 0 || value === current));
  const known = !current || used.some(({ value }) => value === current);
  return (known ? used : [...used, { value: current, open: 0, done: 0 }]).sort((one, other) => one.value.localeCompare(other.value));
}

function countOf(view: FixedView, { lists, due, trash }: Facets): number {
  if (view === "trash") return trash;
  if (view === "inbox") return lists.find(({ value }) => value === "")?.open ?? 0;
  if (view === "all") return lists.reduce((sum, { open }) => sum + open, 0);
  return due[view];
}
