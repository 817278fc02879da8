import { lengthOf } from "@/lib/api/limits";
import type { PersonStorage } from "@/lib/person-storage";
import { addressOf, filterOf } from "./filter-address";
import { foldText } from "./fold";
import type { TaskFilter } from "./task-filter";

/** A view under a name, with its filters, sort and search words. */
export interface SavedView {
  /** No two are alike but for case and accents. */
  name: string;
  /** As the address of the page has it, from "?" on. */
  address: string;
}

export const MOST_VIEWS = 30;
/** Of the name, in characters. */
export const MOST_NAME = 50;
const MOST_ADDRESS = 2_000;

const KEY = "saved-views";

/** One person's saved views, in every window of this browser. */
export class SavedViews {
  private readonly watchers = new Set<() => void>();
  /** The same array as long as it says the same. */
  private known: readonly SavedView[] = [];

  constructor(private readonly storage: PersonStorage) {}

  readonly current = (): readonly SavedView[] => {
    const read = whole(this.storage.read<unknown>(KEY));
    if (JSON.stringify(read) !== JSON.stringify(this.known)) this.known = read;
    return this.known;
  };

  /** Hears of changes in other windows, too. */
  readonly watch = (changed: () => void): (() => void) => {
    this.watchers.add(changed);
    window.addEventListener("storage", changed);
    return () => {
      this.watchers.delete(changed);
      window.removeEventListener("storage", changed);
    };
  };

  save(name: string, filter: TaskFilter): void {
    this.put({ name: name.trim(), address: addressOf(filter) });
  }

  /** In place of the one with this name, if there is one. */
  put(view: SavedView): void {
    const views = this.current();
    const known = views.some((other) => isNamed(other, view.name));
    this.keep(known ? views.map((other) => (isNamed(other, view.name) ? view : other)) : [...views, view]);
  }

  rename(former: string, name: string): void {
    this.keep(this.current().map((view) => (isNamed(view, former) ? { ...view, name: name.trim() } : view)));
  }

  delete(name: string): void {
    this.keep(this.current().filter((view) => !isNamed(view, name)));
  }

  private keep(views: readonly SavedView[]): void {
    if (views.length > 0) this.storage.write(KEY, views);
    else this.storage.drop(KEY);
    for (const changed of this.watchers) changed();
  }
}

export const isNamed = (view: SavedView, name: string): boolean => foldText(view.name) === foldText(name.trim());

export const canBeSaved = (filter: TaskFilter): boolean => addressOf(filter).length <= MOST_ADDRESS;

/** Whether the page shows the view as it was saved. */
export const isShown = ({ address }: SavedView, filter: TaskFilter): boolean => address === addressOf(filter);

export const filterOfView = ({ address }: SavedView): TaskFilter => filterOf(new URLSearchParams(address));

/** Anybody may write into the storage of a browser: what is no view is left out, and addresses mean what they can. */
function whole(stored: unknown): SavedView[] {
  const views: SavedView[] = [];
  for (const each of Array.isArray(stored) ? stored : []) {
    const { name, address } = (each ?? {}) as Partial<SavedView>;
    if (typeof name !== "string" || typeof address !== "string" || address.length > MOST_ADDRESS) continue;
    const view = { name: name.trim(), address: addressOf(filterOf(new URLSearchParams(address))) };
    const fits = view.name !== "" && lengthOf(view.name) <= MOST_NAME && !views.some((other) => isNamed(other, view.name));
    if (fits && views.length < MOST_VIEWS) views.push(view);
  }
  return views;
}
