import { useCallback } from 'react';
import { useServices } from '../../app/services.ts';
import type { PathClockView } from '../../state/path-clock.ts';
import { formatAge } from '../../ui/format.ts';
import { LiveText } from '../../ui/live.tsx';

/** The age of something since `at` (µs), moved by the page's one clock. */
export function AgeCell({ at }: { readonly at: number }) {
  const { clock } = useServices();
  // Whole tenths of a second: more would only chatter.
  const select = useCallback(
    ({ estimatedNow }: PathClockView) => formatAge(Math.round((estimatedNow - at) / 100_000) * 100),
    [at],
  );
  return <LiveText store={clock} select={select} className="quiet" />;
}
