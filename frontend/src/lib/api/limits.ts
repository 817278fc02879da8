export { ACCOUNT_LIMITS, CHECKLIST_ITEM_LIMITS, TASK_LIMITS } from "./generated";

/** bcrypt reads no more of a password. Bytes of UTF-8, which a schema cannot say. */
export const PASSWORD_MAX_BYTES = 72;

/** Characters as the gateway counts them: an emoji is one. */
export const lengthOf = (text: string): number => [...text].length;
