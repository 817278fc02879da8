import { foldText, wordsOf } from "./fold";

/** A part of a text, and whether it is one of the words that were searched for. */
export interface Part {
  text: string;
  hit: boolean;
}

/** The text in parts; one part where no word is found. Letters are the same as they are to the search. */
export function partsOf(text: string, words: string): Part[] {
  const letters = [...text];
  const hits = hitLetters(letters, wordsOf(words));
  const parts: Part[] = [];
  letters.forEach((letter, index) => {
    const hit = hits[index] ?? false;
    const last = parts.at(-1);
    if (last?.hit === hit) last.text += letter;
    else parts.push({ text: letter, hit });
  });
  return parts;
}

export const hasHit = (text: string, words: string): boolean => {
  const folded = foldText(text);
  return wordsOf(words).some((word) => folded.includes(word));
};

/** For each letter whether it belongs to a word. One letter may fold into several, as ß does, or into none, as an accent. */
function hitLetters(letters: readonly string[], words: readonly string[]): boolean[] {
  const folded = letters.map(foldText);
  const text = folded.join("");
  const owners = folded.flatMap((part, index) => Array.from({ length: part.length }, () => index));
  const hits = letters.map(() => false);
  for (const word of words) {
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
      for (const owner of owners.slice(at, at + word.length)) hits[owner] = true;
    }
  }
  // An accent of its own is marked with its letter.
  letters.forEach((_, index) => {
    if (folded[index] === "") hits[index] = hits[index - 1] ?? false;
  });
  return hits;
}
