import { useEffect } from 'react';
import { PRESETS } from '../layout/presets.ts';
import { PANELS } from '../layout/tree.ts';
import { useServices } from '../services.ts';

/** The documented shortcuts, except the halt's own, which its control listens for. */
export function useShortcuts(): void {
  const { preferences, layout, sessions } = useServices();
  useEffect(() => {
    const key = (event: KeyboardEvent): void => {
      // A display on a wall stays what it is, whoever leans on its keys.
      if (sessions.getState().session?.kind === 'wall') return;
      const control = event.ctrlKey || event.metaKey;
      if (control && !event.shiftKey && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        preferences.setState({ dialog: 'palette' });
        return;
      }
      if (preferences.getState().dialog !== 'none' || isTyping(event.target)) return;
      if (event.altKey && !control) {
        const preset = PRESETS[Number(event.code.replace('Digit', '')) - 1];
        if (!preset) return;
        event.preventDefault();
        layout.preset(preset);
        return;
      }
      if (control) return;
      const panel = PANELS[Number(event.key) - 1];
      if (event.key === '?') preferences.setState({ dialog: 'shortcuts' });
      else if (event.key === 'h') preferences.setState((view) => ({ haltOpen: !view.haltOpen }));
      else if (event.key === 'Escape') preferences.setState({ haltOpen: false });
      else if (panel) layout.show(panel);
    };
    addEventListener('keydown', key);
    return () => removeEventListener('keydown', key);
  }, [preferences, layout, sessions]);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null;
}
