"use client";

import { lazy, Suspense, useState, useSyncExternalStore } from "react";
import { useApi } from "@/features/session";
import type { Facets } from "@/lib/api/types";
import { useMessages } from "@/lib/messages";
import { viewMessages } from "@/lib/messages/views";
import { addressOfView } from "./filter-address";
import { filterOfView, isShown, SavedViews } from "./saved-views";
import { FIXED_VIEWS, isSameView, type FixedView, type TaskFilter, type View } from "./task-filter";
import { ViewLink } from "./ViewLink";
import styles from "./ViewNavigation.module.css";

const SavedViewsDialog = lazy(() => import("./SavedViewsDialog"));

interface ViewNavigationProps {
  filter: TaskFilter;
  /** Undefined until they are known: the views are there before. */
  facets: Facets | undefined;
  open: (view: View, filters?: TaskFilter) => void;
}

/** A column of views on wide screens, one line that scrolls on narrow ones. */
export function ViewNavigation({ filter, facets, open }: ViewNavigationProps) {
  const messages = useMessages(viewMessages);
  const { browserStorage } = useApi();
  const [savedViews] = useState(() => new SavedViews(browserStorage));
  const saved = useSyncExternalStore(savedViews.watch, savedViews.current);
  const [managing, setManaging] = useState(false);
  const current = filter.view;
  const shown = saved.find((view) => isShown(view, filter));

  const link = (view: View, label: string, count: number | undefined) => (
    <ViewLink
      key={label}
      address={addressOfView(view)}
      kind={view.kind}
      current={!shown && isSameView(view, current)}
      count={count}
      open={() => open(view)}
    >
      {label}
    </ViewLink>
  );
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
      {saved.length > 0 && <span aria-hidden="true" className={styles.heading}>{messages.saved.heading}</span>}
      <ul className={styles.group} aria-label={messages.saved.heading}>
        {saved.map((view) => (
          <ViewLink
            key={view.name}
            address={view.address}
            current={view === shown}
            open={() => {
              const filters = filterOfView(view);
              open(filters.view, filters);
            }}
          >
            {view.name}
          </ViewLink>
        ))}
      </ul>
      {lists.length > 0 && <span aria-hidden="true" className={styles.heading}>{messages.lists}</span>}
      <ul className={styles.group} aria-label={messages.lists}>
        {lists.map(({ value, open: count }) => link({ kind: "list", name: value }, value, count))}
      </ul>
      {labels.length > 0 && <span aria-hidden="true" className={styles.heading}>{messages.labels}</span>}
      <ul className={styles.group} aria-label={messages.labels}>
        {labels.map(({ value, open: count }) => link({ kind: "label", name: value }, messages.label(value), count))}
      </ul>
      <ul className={styles.group}>{fixed("trash")}</ul>
      <button type="button" className={styles.manage} onClick={() => setManaging(true)}>
        {saved.length > 0 ? messages.saved.manage : messages.saved.saveThis}
      </button>
      {managing && (
        <Suspense>
          <SavedViewsDialog savedViews={savedViews} filter={filter} close={() => setManaging(false)} />
        </Suspense>
      )}
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
