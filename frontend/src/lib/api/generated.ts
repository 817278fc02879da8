// Written by `npm run generate` from the gateway's OpenAPI document.
export interface components {
    schemas: {
        /** @description The body of every call that signs somebody in; the refresh token is in the cookie. */
        AccessTokenAnswer: {
            accessToken: string;
        };
        /**
         * @description One line of the feed. `id` is the event's; `recorded_at` is when the feed got it; in `changes` of a create every `from` is null.
         *
         *     `batch_id` is that of the bulk or undo that it was part of, `caused_by` the event that it undoes.
         */
        Activity: {
            id: string;
            type: string;
            taskId: string;
            taskTitle: string;
            message: string;
            timestamp: string;
            recordedAt: string;
            changes: {
                [key: string]: components["schemas"]["Change"];
            };
            batchId: string | null;
            causedBy: string | null;
        };
        /** @description In the order asked; `batch_id` is that of the events, None where nothing changed. */
        BulkAnswer: {
            batchId: string | null;
            results: components["schemas"]["BulkResult"][];
        };
        /** @description Which tasks, by `ids` or `where`, and what is done to each: `action`, or any of the rest. */
        BulkChange: {
            ids?: string[];
            where?: components["schemas"]["Where"];
            /** @enum {string} */
            action?: "delete" | "restore";
            set?: components["schemas"]["SetFields"];
            addLabels?: string[];
            removeLabels?: string[];
        };
        /** @description What became of one task; `version` is None where the task is not there, or another's. */
        BulkResult: {
            _id: string;
            /** @enum {integer} */
            status: 200 | 400 | 403 | 404 | 503;
            version: number | null;
        };
        /** @description One field's value before and after, any JSON. */
        Change: {
            from: components["schemas"]["JsonValue"];
            to: components["schemas"]["JsonValue"];
        };
        /** @description What was done, and to which task; `event_id` is None where nothing changed. */
        ChangeAnswer: {
            eventId: string | null;
            task: components["schemas"]["Task"];
            msg: string;
        };
        /**
         * @description The body of a login; the password is as it was sent.
         *
         *     A password shorter than today's minimum may be an older account's.
         */
        Credentials: {
            /** Format: email */
            email: string;
            /** Format: password */
            password: string;
        };
        /** @description What was done. */
        DeleteAnswer: {
            eventId: string | null;
            msg: string;
        };
        /** @description How many open tasks are due when. */
        DueCounts: {
            overdue: number;
            today: number;
            upcoming: number;
            none: number;
        };
        /** @description A day, which is the same day in every zone. */
        DueDay: {
            date: string;
        };
        /** @description A wall-clock time in a zone. */
        DueTime: {
            at: string;
            tz: string;
        };
        /** @description `errors` is present only on a 400 that concerns fields. */
        ErrorBody: {
            message: string;
            errors?: components["schemas"]["FieldError"][] | null;
            requestId: string;
        };
        /** @description The most used values of each facet, at most `MAX_VALUES`; `truncated` if one has more. */
        Facets: {
            lists: components["schemas"]["TextValue"][];
            labels: components["schemas"]["TextValue"][];
            statuses: components["schemas"]["TextValue"][];
            priorities: components["schemas"]["PriorityValue"][];
            due: components["schemas"]["DueCounts"];
            trash: number;
            truncated: boolean;
        };
        /**
         * @description A page, newest first; `next_cursor` is None on the last one.
         *
         *     After `stream_cursor` the stream goes on, with nothing left out between the page and it.
         */
        FeedPage: {
            activities: components["schemas"]["Activity"][];
            nextCursor: string | null;
            streamCursor: string;
        };
        /** @description What is wrong with one field of the request: its name and a sentence for the user. */
        FieldError: {
            field: string;
            message: string;
        };
        /** @description An item of a checklist. */
        Item: {
            id: string;
            text: string;
            done: boolean;
        };
        JsonValue: unknown;
        /** @description The newest activity of a task, as a sentence. */
        LatestActivity: {
            activity: string;
        };
        /** @description A day, which is the same day in every zone. */
        NewDueDay: {
            date: string;
        };
        /** @description A wall-clock time in a zone. */
        NewDueTime: {
            at: string;
            tz: string;
        };
        /** @description An item of a checklist as it is sent: without an `id` it is a new one. */
        NewItem: {
            id?: string;
            text: string;
            done: boolean;
        };
        /** @description The body of `POST /api/tasks`; unknown fields are ignored. */
        NewTask: {
            title: string;
            status: string;
            /** @default  */
            description: string;
            due?: (components["schemas"]["NewDueDay"] | components["schemas"]["NewDueTime"]) | null;
            /** @default 0 */
            priority: number;
            /** @default  */
            list: string;
            /** @default [] */
            labels: string[];
            /** @default [] */
            checklist: components["schemas"]["NewItem"][];
        };
        /** @description How many tasks have this priority. */
        PriorityValue: {
            value: number;
            open: number;
            done: number;
        };
        Registration: {
            /** Format: email */
            email: string;
            /** Format: password */
            password: string;
            username: string;
        };
        /** @description New values for all of the tasks. What is no field is refused: a slip would change many. */
        SetFields: {
            title?: string;
            status?: string;
            description?: string;
            due?: (components["schemas"]["NewDueDay"] | components["schemas"]["NewDueTime"]) | null;
            priority?: number;
            list?: string;
            labels?: string[];
            checklist?: components["schemas"]["NewItem"][];
        };
        /** @description A task as its owner sees it. `version` starts at 1 and counts its changes; times are UTC. */
        Task: {
            title: string;
            status: string;
            /** @default  */
            description: string;
            due: (components["schemas"]["DueDay"] | components["schemas"]["DueTime"]) | null;
            /** @default 0 */
            priority: number;
            /** @default  */
            list: string;
            labels: string[];
            checklist: components["schemas"]["Item"][];
            _id: string;
            user: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
            completedAt: string | null;
            deletedAt: string | null;
            version: number;
            rank: string;
        };
        /** @description One task. */
        TaskAnswer: {
            task: components["schemas"]["Task"];
        };
        /** @description The body of a 412: the error, and the task as it is now. */
        TaskChangedBody: {
            message: string;
            errors?: components["schemas"]["FieldError"][] | null;
            requestId: string;
            task: components["schemas"]["Task"];
        };
        /** @description `total_tasks` counts all of the user's tasks; `next_cursor` is None on the last page. */
        TaskPage: {
            totalTasks: number;
            tasks: components["schemas"]["Task"][];
            nextCursor: string | null;
        };
        /**
         * @description The body of `PATCH /api/tasks/{id}`: a field left out stays as it was, null clears `due`.
         *
         *     `after` moves the task behind that one, null to the top.
         */
        TaskPatch: {
            title?: string;
            status?: string;
            description?: string;
            due?: (components["schemas"]["NewDueDay"] | components["schemas"]["NewDueTime"]) | null;
            priority?: number;
            list?: string;
            labels?: string[];
            checklist?: components["schemas"]["NewItem"][];
            after?: string | null;
        };
        /** @description How many tasks have this list, label or status. */
        TextValue: {
            value: string;
            open: number;
            done: number;
        };
        /** @description The tasks as they are now; `batch_id` is that of the events, None where nothing changed. */
        UndoAnswer: {
            /** @default Undone */
            msg: string;
            batchId: string | null;
            tasks: components["schemas"]["Task"][];
        };
        /** @description A field that has been changed since: the event made `to` of `from`, and it is `now`. */
        UndoConflict: {
            taskId: string;
            field: string;
            from: unknown;
            to: unknown;
            now: unknown;
        };
        /** @description The body of a 409: nothing has been undone. */
        UndoConflictBody: {
            message: string;
            errors?: components["schemas"]["FieldError"][] | null;
            requestId: string;
            conflicts: components["schemas"]["UndoConflict"][];
        };
        /** @description What to undo: one event, or all events of a batch. */
        UndoRequest: {
            /** @default  */
            eventId: string;
            /** @default  */
            batchId: string;
        };
        /** @description Who is signed in. */
        UserAnswer: {
            user: components["schemas"]["UserBody"];
        };
        /** @description An account as its owner sees it. `created_at` is in UTC, to the millisecond. */
        UserBody: {
            id: string;
            username: string;
            email: string;
            /** Format: date-time */
            createdAt: string;
        };
        /** @description As JSON: text or texts, a number or numbers, true or false. Nothing else may be sent. */
        Where: {
            /**
             * @description `overdue`, `today`, `upcoming`, `none`, or days: `2026-12-01..2026-12-31`
             * @default
             */
            due: string;
            /**
             * @description The zone in which `due` means today
             * @default UTC
             */
            tz: string;
            /**
             * @description At most 10 words: each is in title, description, labels or checklist
             * @default
             */
            q: string;
            /** @default [] */
            status: string | string[];
            /** @default [] */
            list: string | string[];
            /** @default [] */
            priority: number | number[];
            /** @default [] */
            label: string | string[];
            done?: boolean;
            /** @default false */
            trash: boolean;
        };
    };
}

/** The bounds of what a person writes: lengths in characters, and how many members. */
export const TASK_LIMITS = {
  "title": {
    "minLength": 1,
    "maxLength": 120
  },
  "status": {
    "minLength": 1,
    "maxLength": 20
  },
  "description": {
    "maxLength": 2000
  },
  "due": {},
  "priority": {},
  "list": {
    "maxLength": 50
  },
  "labels": {
    "maxItems": 20,
    "items": {
      "minLength": 1,
      "maxLength": 30
    }
  },
  "checklist": {
    "maxItems": 100
  }
} as const;
export const CHECKLIST_ITEM_LIMITS = {
  "id": {},
  "text": {
    "minLength": 1,
    "maxLength": 200
  },
  "done": {}
} as const;
export const ACCOUNT_LIMITS = {
  "email": {
    "maxLength": 254
  },
  "password": {
    "minLength": 6
  },
  "username": {
    "minLength": 1,
    "maxLength": 50
  }
} as const;
