import { useMemo, useState } from 'react';
import { useView } from '../../app/services.ts';
import { useLabel, useSelected } from '../selected.ts';

/** The instrument that an analysis is about: what the other panels are about, until another one is picked. */
export function useInstrumentChoice(): {
  readonly names: readonly string[];
  /** Null: none is listed yet. */
  readonly chosen: string | null;
  readonly choose: (name: string) => void;
} {
  const label = useLabel();
  const selected = useSelected();
  const [picked, choose] = useState<string | null>(null);
  const known = useView('control', (view) => view.state?.instruments);
  const names = useMemo(() => (known ?? []).map((each) => label(each)), [known, label]);
  return { names, chosen: picked ?? (selected ? label(selected) : (names[0] ?? null)), choose };
}
