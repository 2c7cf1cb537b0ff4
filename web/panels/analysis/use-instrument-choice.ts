import { useMemo, useState } from 'react';
import { useView } from '../../app/services.ts';
import { instrumentLabel } from '../../ui/instrument-label.ts';
import { useReturnsOf } from '../prices/use-returns-of.ts';
import { useSelected, useSeveralVenues } from '../selected.ts';
import { chosenOf } from './chosen.ts';

/**
 * The instrument that an analysis is about: what the other panels are about, until another one is picked.
 * While the console looks at imported prices, it is one of theirs.
 */
export function useInstrumentChoice(): {
  readonly names: readonly string[];
  /** Null: none is listed yet. */
  readonly chosen: string | null;
  readonly choose: (name: string) => void;
} {
  const several = useSeveralVenues();
  const selected = useSelected();
  const { imported } = useReturnsOf();
  const [picked, choose] = useState<string | null>(null);
  const known = useView('control', (view) => view.state?.instruments);
  const live = useMemo(() => (known ?? []).map((each) => instrumentLabel(each, several)), [known, several]);
  const names = imported?.names ?? live;
  return { names, chosen: chosenOf(names, picked, selected && instrumentLabel(selected, several)), choose };
}
