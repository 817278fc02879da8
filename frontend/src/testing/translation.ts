/**
 * The texts under `root` that do not stand alone in their element. A translation wraps each text node in elements of its
 * own; React then cannot take the text out, nor put anything before it (react issue 11538). What stands alone it replaces.
 */
export function textsWithSiblings(root: Element): string[] {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found: string[] = [];
  while (walker.nextNode()) {
    const text = walker.currentNode;
    if (text.textContent?.trim() && (text.previousSibling || text.nextSibling)) {
      found.push(text.parentElement?.outerHTML ?? "");
    }
  }
  return found;
}
