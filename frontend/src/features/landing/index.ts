/** The parts of the landing page that are its own. */
export { EntryLinks } from "./EntryLinks";
export { Scene } from "./Scene";
