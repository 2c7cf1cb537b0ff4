import { useState } from 'react';
import { useAccount } from '../account/use-account.ts';
import type { FactorChoice } from '../factors.ts';
import { passkeysWork } from '../passkey.ts';
import { useView } from '../services.ts';
import { emptyChoice, factorMethods, type FactorMethod } from './methods.ts';

/** The fields of a factor: what this person has, what is chosen, and what is typed so far. */
export interface FactorFieldsState {
  readonly methods: readonly FactorMethod[];
  readonly choice: FactorChoice;
  readonly choose: (choice: FactorChoice) => void;
  /** Empties the field and keeps the method: a code is good once. */
  readonly clear: () => void;
}

export function useFactorChoice(): FactorFieldsState {
  const session = useView('sessions', (view) => view.session);
  const { account } = useAccount();
  const methods = factorMethods(account, session, passkeysWork());
  const [chosen, choose] = useState<FactorChoice | null>(null);
  const first = methods[0] ?? 'totp';
  const choice = chosen ?? emptyChoice(first);
  return { methods, choice, choose, clear: () => choose(emptyChoice(choice.kind)) };
}
