import { useCallback } from 'react';
import type { Factor } from '../../../protocol/factors.ts';
import type { FactorQuestion } from '../../state/step-up.ts';
import { useServices } from '../services.ts';

/**
 * Asks, in the one step-up dialog, for a factor bound to an action. With `perform` the dialog stands
 * until the act was accepted; null: the person let it be.
 */
export function useAskFactor(): (question: FactorQuestion) => Promise<Factor | null> {
  const { stepUp } = useServices();
  return useCallback((question) => stepUp.ask(question), [stepUp]);
}
