import { useEffect } from 'react';
import { useServices } from '../../services.ts';
import { LONG_STEP_MICROS, STEP_MICROS, within } from './replay-words.ts';
import { togglePlaying } from './toggle-playing.ts';

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };

/** Space and the arrows drive the replay where nothing else in focus takes them. */
export function useReplayKeys(isDriver: boolean): void {
  const { control, preferences, replay: drive } = useServices();
  useEffect(() => {
    if (!isDriver) return;
    const key = (event: KeyboardEvent): void => {
      const view = control.getState().state?.replay;
      if (!view || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (preferences.getState().dialog !== 'none' || !isFree(event.target)) return;
      const step = STEPS[event.key];
      if (event.key === ' ') togglePlaying(view, drive);
      else if (step !== undefined) {
        const micros = event.shiftKey ? LONG_STEP_MICROS : STEP_MICROS;
        const from = drive.getState().aim ?? view.seek?.to ?? view.position;
        drive.goTo(within(view, from + step * micros));
      } else return;
      event.preventDefault();
    };
    addEventListener('keydown', key);
    return () => removeEventListener('keydown', key);
  }, [control, preferences, drive, isDriver]);
}

/** Nothing is in focus, or the time line itself. */
function isFree(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return true;
  return target === document.body || target.closest('.replay-line') !== null;
}
