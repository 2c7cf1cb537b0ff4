import { createStore } from 'zustand/vanilla';

export const THEMES = ['system', 'dark', 'light'] as const;
export type Theme = (typeof THEMES)[number];

/** Which of the few dialogs is open; one at a time. */
export type OpenDialog = 'none' | 'palette' | 'shortcuts' | 'about' | 'account';

/** What this person looks at. Nothing secret and nothing of the market's is kept in storage. */
export interface PreferencesView {
  readonly theme: Theme;
  /** The theme on the screen, once `system` was asked. */
  readonly shown: 'dark' | 'light';
  readonly selected: number | null;
  readonly dialog: OpenDialog;
  /** The halt's drawer: rows, factor, release. */
  readonly haltOpen: boolean;
}

export const createPreferences = (theme: Theme, shown: 'dark' | 'light') =>
  createStore<PreferencesView>(() => ({ theme, shown, selected: null, dialog: 'none', haltOpen: false }));
export type Preferences = ReturnType<typeof createPreferences>;
