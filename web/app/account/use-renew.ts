import { useCallback } from 'react';
import type { Performed } from '../../state/step-up.ts';
import { renewSession } from '../api/session.ts';
import { useServices } from '../services.ts';
import { useAskFactor } from '../step-up/use-ask-factor.ts';

const ACTION = { type: 'session.renew' } as const;

/** Gives the session its 12 hours anew, in place, by a factor; an idle one is unlocked by it too. */
export function useRenew(): (verb: 'Renew' | 'Unlock') => void {
  const ask = useAskFactor();
  const { sessions, stream } = useServices();
  return useCallback(
    (verb) => {
      void ask({
        title: verb === 'Renew' ? 'Renew this session' : 'Unlock this console',
        sentence:
          verb === 'Renew'
            ? 'Your session goes on where it is, for 12 hours from now. Nothing on the screen changes.'
            : 'You may place orders and manage again. Your session goes on for 12 hours from now.',
        action: ACTION,
        verb,
        perform: async (factor): Promise<Performed> => {
          const renewed = await renewSession(factor);
          if (!renewed.ok) return renewed;
          sessions.set(renewed.value);
          // The cookie is another one now; the connection made with the old one ends within seconds.
          stream.connect();
          return { ok: true };
        },
      });
    },
    [ask, sessions, stream],
  );
}
