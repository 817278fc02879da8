/** `system` follows the colours that the visitor's system asks for: dark where it asks for none. */
export const THEMES = ["system", "dark", "light"] as const;

export type Theme = (typeof THEMES)[number];

export const THEME_COOKIE = "task-hunter.theme";

export const themeOf = (text: string | undefined): Theme => THEMES.find((theme) => theme === text) ?? "system";

/** What stands at the edge of the window around the page: `--color-background` of tokens.css. */
export const BACKGROUNDS = { dark: "#101114", light: "#f3ead6" } as const;
