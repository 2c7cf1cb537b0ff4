import { THEMES, type Preferences, type Theme } from '../state/preferences.ts';

const KEY = 'cwts.theme';

export function storedTheme(): Theme {
  const stored = localStorage.getItem(KEY);
  return THEMES.find((theme) => theme === stored) ?? 'system';
}

const light = (): MediaQueryList => matchMedia('(prefers-color-scheme: light)');

export function shownTheme(theme: Theme): 'dark' | 'light' {
  if (theme === 'system') return light().matches ? 'light' : 'dark';
  return theme;
}

/** Puts the chosen theme on the page now, on each choice, and when the system's own changes. */
export function followTheme(preferences: Preferences): void {
  const put = (): void => {
    const shown = shownTheme(preferences.getState().theme);
    document.documentElement.dataset['theme'] = shown;
    if (preferences.getState().shown !== shown) preferences.setState({ shown });
  };
  put();
  light().addEventListener('change', put);
  preferences.subscribe((view, before) => {
    if (view.theme === before.theme) return;
    localStorage.setItem(KEY, view.theme);
    put();
  });
}
