import type { components } from "./generated";

/** The gateway's schemas under the names that the page uses. Times are ISO 8601 UTC. */
type Schemas = components["schemas"];

export type Task = Schemas["Task"];
/** What a person writes of a task on the page. */
export type TaskInput = Pick<Task, keyof Schemas["NewTask"]>;
export type Due = NonNullable<Task["due"]>;
export type TaskPatch = Partial<TaskInput>;
export type TaskField = keyof TaskInput;
export type TaskPage = Schemas["TaskPage"];
export type Facets = Schemas["Facets"];
/** What `GET /api/tasks` selects and how it sorts. Of several statuses, lists or priorities any counts, of labels all. */
export type TaskQuery = Partial<Readonly<{
  status: readonly string[];
  list: readonly string[];
  label: readonly string[];
  priority: readonly number[];
  done: boolean;
  due: DueState;
  /** The zone in which `due` means today. */
  tz: string;
  q: string;
  trash: true;
  sort: Sort;
  order: "asc" | "desc";
}>>;
export type DueState = "overdue" | "today" | "upcoming" | "none";
export type Sort = "created" | "updated" | "due" | "priority" | "title" | "rank";
export type BulkChange = Schemas["BulkChange"];
export type BulkAnswer = Schemas["BulkAnswer"];
export type BulkResult = Schemas["BulkResult"];
/** What is undone: one event, or all events of a batch. */
export type UndoRequest = { eventId: string } | { batchId: string };
export type UndoAnswer = Schemas["UndoAnswer"];
export type UndoConflict = Schemas["UndoConflict"];
export type Activity = Schemas["Activity"];
export type ActivityPage = Schemas["FeedPage"];
export type FieldChange = Schemas["Change"];
export type Account = Schemas["UserBody"];
export type AccountAnswer = Schemas["UserAnswer"];
export type Credentials = Schemas["Credentials"];
export type Registration = Schemas["Registration"];
export type AccessTokenAnswer = Schemas["AccessTokenAnswer"];
export type FieldError = Schemas["FieldError"];
/** Any error; a 412 has the task as it is now, the 409 of an undo what stands against it. */
export type ErrorBody = Schemas["ErrorBody"] &
  Partial<Pick<Schemas["TaskChangedBody"], "task"> & Pick<Schemas["UndoConflictBody"], "conflicts">>;
