"use client";

import { useId } from "react";
import styles from "./Choices.module.css";

export interface Choice {
  label: string;
  checked: boolean;
  choose: () => void;
}

/** A few things of which one is chosen, all in sight. */
export function Choices({ choices }: { choices: readonly Choice[] }) {
  const name = useId();
  return (
    <div className={styles.choices}>
      {choices.map(({ label, checked, choose }) => (
        <label key={label} className={styles.choice} data-checked={checked || undefined}>
          <input type="radio" name={name} className={styles.radio} checked={checked} onChange={choose} />
          <span>{label}</span>
        </label>
      ))}
    </div>
  );
}
