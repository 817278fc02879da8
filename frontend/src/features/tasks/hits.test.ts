import { expect, test } from "vitest";
import { hasHit, partsOf } from "./hits";

const marked = (text: string, words: string) => partsOf(text, words).map(({ text: part, hit }) => (hit ? `[${part}]` : part)).join("");

test.each([
  ["Oil for the Lamps", "lamp oil", "[Oil] for the [Lamp]s"],
  ["Straße", "ss", "Stra[ß]e"],
  ["cafe\u0301 CAFÉ", "café", "[cafe\u0301] [CAFÉ]"],
  ["İSTANBUL", "istan", "[İSTAN]BUL"],
  ["banana", "ana nan", "b[anan]a"],
  ["🔥 fire 🔥", "🔥", "[🔥] fire [🔥]"],
  ["(a|b)+", "|", "(a[|]b)+"],
  ["Oil", "", "Oil"],
  ["Oil", "wick", "Oil"],
])("in “%s” the words “%s” are marked as %s", (text, words, wanted) => {
  expect(marked(text, words)).toBe(wanted);
  expect(hasHit(text, words)).toBe(wanted.includes("["));
});
