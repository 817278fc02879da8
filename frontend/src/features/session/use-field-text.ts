"use client";

import { type ChangeEvent, useCallback, useState } from "react";

/** The attributes of an input that make its text known. */
export interface FieldText {
  value: string;
  onChange: (event: ChangeEvent<HTMLInputElement>) => void;
  ref: (input: HTMLInputElement | null) => void;
}

/** The text of an input. What was typed, or filled in by the browser, before the script ran counts. */
export function useFieldText(): FieldText {
  const [value, setValue] = useState("");
  return {
    value,
    onChange: useCallback((event) => setValue(event.target.value), []),
    ref: useCallback((input) => {
      if (input?.value) setValue(input.value);
    }, []),
  };
}
