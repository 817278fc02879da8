/**
 * Text that differs only by case, accents or width becomes the same, whatever the browser's language: Turkish has an i
 * without a dot and an I with one, German an ß that is SS in capitals, Greek two small sigmas.
 */
export const foldText = (text: string): string => text.normalize("NFKD").toUpperCase().replace(/\p{M}/gu, "");

export const wordsOf = (text: string): string[] => foldText(text).split(/\s+/).filter(Boolean);
