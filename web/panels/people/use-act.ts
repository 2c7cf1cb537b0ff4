import type { QueryKey } from '@tanstack/react-query';
import { createContext, use, useCallback } from 'react';
import type { Command, Reply } from '../../../protocol/commands.ts';
import type { Factor } from '../../../protocol/factors.ts';
import { postCommand } from '../../app/api/commands.ts';
import { useServices } from '../../app/services.ts';
import { useAskFactor } from '../../app/step-up/use-ask-factor.ts';
import type { Difference } from '../../state/step-up.ts';
import { NOT_DELIVERED } from '../orders/use-command.ts';
import { PEOPLE } from './use-people.ts';

/** A secret that the server showed once, and what it is. */
export interface Shown {
  readonly title: string;
  readonly sentence: string;
  readonly secret: string;
}

/** Takes what was shown once to where it is shown. */
export const ShownContext = createContext<(shown: Shown) => void>(() => undefined);

type Proven = Extract<Command, { readonly factor: Factor }>;
type Bare<C> = C extends Command ? Omit<C, 'factor'> : never;
/** A command before its factor. */
export type BareCommand = Bare<Proven>;
type Unproven = Exclude<Command, { readonly factor?: unknown }>;

interface Act {
  readonly title: string;
  readonly sentence: string;
  readonly verb: string;
  readonly differences?: readonly Difference[];
  /** Of the dialog that shows what comes back once. */
  readonly shownTitle?: string;
}

/**
 * The acts of a panel: asked for in words, confirmed by a factor bound to them, answered in words.
 * `changed`: the query whose answer is another one then.
 */
export function useAct(changed: QueryKey = PEOPLE) {
  const { clock, link, queryClient } = useServices();
  const ask = useAskFactor();
  const show = use(ShownContext);
  const send = useCallback(
    (command: Command) => postCommand(command, clock.getState().estimatedNow || Date.now() * 1000),
    [clock],
  );
  const told = useCallback(
    (reply: Reply | null): boolean => {
      link.notice(reply?.sentence ?? NOT_DELIVERED, reply?.ok ? 'done' : 'refused');
      void queryClient.invalidateQueries({ queryKey: changed });
      return reply?.ok ?? false;
    },
    [changed, link, queryClient],
  );
  /** With a factor. True when it was done. */
  const prove = useCallback(
    async (act: Act, command: BareCommand): Promise<boolean> => {
      let done: Reply | null = null;
      await ask({
        ...act,
        action: command,
        perform: async (factor) => {
          // Each of the bare commands is whole with a factor: that is how the type was made.
          const reply = await send({ ...command, factor });
          if (reply?.ok) {
            done = reply;
            return { ok: true };
          }
          return { ok: false, error: reply ?? { code: 'lost', sentence: NOT_DELIVERED } };
        },
      });
      const reply = done as Extract<Reply, { ok: true }> | null;
      if (reply === null) return false;
      if (reply.shown !== undefined) {
        show({ title: act.shownTitle ?? act.title, sentence: reply.sentence, secret: reply.shown });
      }
      return told(reply);
    },
    [ask, send, show, told],
  );
  /** What lowers risk goes without a factor. */
  const plain = useCallback(
    async (command: Unproven): Promise<boolean> => told(await send(command)),
    [send, told],
  );
  return { prove, plain };
}
