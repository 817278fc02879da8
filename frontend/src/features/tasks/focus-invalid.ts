/** Where there is something to mend, that is the first thing to do. */
export function focusInvalid(form: HTMLFormElement | null): void {
  form?.querySelector<HTMLElement>("[data-invalid] :is(input:not([type=radio]), textarea)")?.focus();
}
