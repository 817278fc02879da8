"use client";

import { useId, useState } from "react";
import { useMessages } from "@/lib/messages";
import { LOCALES } from "@/lib/messages/define";
import { useLocaleChoice } from "@/lib/messages/LocaleProvider";
import { settingsMessages } from "@/lib/messages/settings";
import { preferInCookie } from "@/lib/preference-cookie";
import { type Theme, THEME_COOKIE, THEMES, themeOf } from "@/lib/theme";
import styles from "./SettingsPanel.module.css";

/** The voice and the colours. Each choice is in force at once, and in this browser from now on. */
export function SettingsPanel() {
  const messages = useMessages(settingsMessages);
  const [locale, chooseLocale] = useLocaleChoice();
  const [theme, setTheme] = useState(() => themeOf(document.documentElement.dataset.theme));

  const chooseTheme = (chosen: Theme) => {
    setTheme(chosen);
    preferInCookie(THEME_COOKIE, chosen);
    document.documentElement.dataset.theme = chosen;
  };
  return (
    <>
      <Choice legend={messages.words} names={messages.locales} options={LOCALES} chosen={locale} choose={chooseLocale} />
      <Choice legend={messages.colours} names={messages.themes} options={THEMES} chosen={theme} choose={chooseTheme} />
    </>
  );
}

interface ChoiceProps<T extends string> {
  legend: string;
  names: Record<T, string>;
  options: readonly T[];
  chosen: T;
  choose: (option: T) => void;
}

function Choice<T extends string>({ legend, names, options, chosen, choose }: ChoiceProps<T>) {
  const group = useId();
  return (
    <fieldset className={styles.choice}>
      <legend className={styles.legend}>{legend}</legend>
      {options.map((option) => (
        <label key={option} className={styles.option}>
          <input
            type="radio"
            name={group}
            className={styles.radio}
            checked={option === chosen}
            onChange={() => choose(option)}
          />
          <span>{names[option]}</span>
        </label>
      ))}
    </fieldset>
  );
}
