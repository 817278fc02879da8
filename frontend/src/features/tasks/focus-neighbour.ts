/** A member of a list goes with the button that is pressed: the same button of its neighbour has the focus, or else `last`. */
export function focusNeighbour(pressed: HTMLElement, last: HTMLElement | null): void {
  const member = pressed.closest("li");
  const neighbour = member?.nextElementSibling ?? member?.previousElementSibling;
  (neighbour?.querySelector<HTMLElement>("button") ?? last)?.focus();
}
