import { useMemo } from 'react';
import type { Factor } from '../../../protocol/factors.ts';
import type { FactorQuestion, Performed } from '../../state/step-up.ts';
import {
  addPasskey,
  changePassword,
  newRecoveryCodes,
  removePasskey,
  removeTotp,
  replaceTotp,
  type NewPasskey,
} from '../api/account.ts';
import type { Answer } from '../api/call.ts';
import { useServices } from '../services.ts';
import { useAskFactor } from '../step-up/use-ask-factor.ts';
import { ACCOUNT } from './use-account.ts';

/** The changes of one's own factors, each asked for in words and confirmed by a factor bound to it. */
export function useAccountAct() {
  const ask = useAskFactor();
  const { queryClient, link } = useServices();
  return useMemo(() => {
    const act = async <T>(
      question: Omit<FactorQuestion, 'perform'>,
      send: (factor: Factor) => Promise<Answer<T>>,
      said: string,
    ): Promise<T | null> => {
      let value: T | null = null;
      const factor = await ask({
        ...question,
        perform: async (given): Promise<Performed> => {
          const answer = await send(given);
          if (answer.ok) value = answer.value;
          return answer;
        },
      });
      // Also when it was let be: the last try may have used a recovery code up.
      void queryClient.invalidateQueries({ queryKey: [ACCOUNT] });
      if (factor === null) return null;
      link.notice(said, 'done');
      return value;
    };
    return {
      password: (password: string) =>
        act(
          {
            title: 'Change your password',
            sentence: 'Your new password replaces the one of before, which is good for nothing from then on.',
            action: { type: 'account.password' },
            verb: 'Change it',
          },
          (factor) => changePassword(password, factor),
          'Your password was changed.',
        ),
      addPasskey: (made: NewPasskey) =>
        act(
          {
            title: 'Add a passkey',
            sentence: `Adds the passkey “${made.name}” to your account. It can sign you in alone.`,
            action: { type: 'account.passkey-add', name: made.name },
            verb: 'Add it',
          },
          (factor) => addPasskey(made, factor),
          `The passkey “${made.name}” was added.`,
        ),
      removePasskey: (id: string, name: string) =>
        void act(
          {
            title: 'Remove a passkey',
            sentence: `The passkey “${name}” will not sign you in any more, nor confirm anything.`,
            action: { type: 'account.passkey-remove', id },
            verb: 'Remove it',
          },
          (factor) => removePasskey(id, factor),
          `The passkey “${name}” was removed.`,
        ),
      totp: (code: string) =>
        act(
          {
            title: 'Use the new authenticator',
            sentence:
              'The new authenticator replaces the one of before. Confirm with a factor that you have now.',
            action: { type: 'account.totp' },
            verb: 'Replace it',
          },
          (factor) => replaceTotp(code, factor),
          'The new authenticator is in use.',
        ),
      removeTotp: () =>
        void act(
          {
            title: 'Remove the authenticator',
            sentence: 'Its codes sign you in no more. Your passkeys stay.',
            action: { type: 'account.totp-remove' },
            verb: 'Remove it',
          },
          removeTotp,
          'The authenticator was removed.',
        ),
      recoveryCodes: () =>
        act(
          {
            title: 'Make new recovery codes',
            sentence: 'Ten new codes are made and shown once. Those of before are good for nothing then.',
            action: { type: 'account.recovery-codes' },
            verb: 'Make them',
          },
          newRecoveryCodes,
          'New recovery codes were made.',
        ),
    };
  }, [ask, queryClient, link]);
}
