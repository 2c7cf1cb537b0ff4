import type { Reply } from '../../protocol/commands.ts';
import type { LenientFactor } from '../../protocol/factors.ts';
import type { Command } from '../../protocol/commands.ts';
import type { HaltId } from '../../protocol/units.ts';
import type { Who } from '../audit/who.ts';
import type { Clock } from '../clock.ts';
import type { Halt } from '../halt/halt.ts';
import type { HaltRequest } from '../halt/machine.ts';
import { whoOf, type Asked, type Handlers } from './asked.ts';
import type { Refusals } from './refusals.ts';
import { spendOn, type Spender } from './spend.ts';

export interface HaltCommandParts {
  readonly clock: Clock;
  readonly auth: Spender;
  readonly halt: Pick<Halt, 'press' | 'cancelAll' | 'takeBack' | 'release' | 'wouldAccept'>;
  readonly refusals: Refusals;
}

type HaltTypes = 'halt.press' | 'halt.cancel-all' | 'halt.take-back' | 'halt.release';
type WithFactor = Extract<Command, { readonly haltId: HaltId; readonly factor: LenientFactor }>;

const STILL_CANCELLING_MS = 4000;

/** The halt's commands. A press goes straight through, in the tick in which it came. */
export function haltCommands(parts: HaltCommandParts): Pick<Handlers, HaltTypes> {
  const { clock, auth, halt, refusals } = parts;

  /** A code is good once: it is asked for only when the halt would do what it is for. */
  async function proven(
    kind: Exclude<HaltRequest['kind'], 'press'>,
    asked: Asked<WithFactor>,
    act: (who: Who) => Reply | Promise<Reply>,
  ): Promise<Reply> {
    const { identity, command } = asked;
    const answer = halt.wouldAccept({ kind, haltId: command.haltId, by: identity.user });
    if (!answer.ok) return refusals.of(asked, answer.error);
    const spent = await spendOn(auth, asked, kind === 'cancel-all' ? 'halt' : kind);
    if (!spent.ok) return refusals.of(asked, spent.error);
    return act(whoOf(identity, spent.value));
  }

  /** Consoles wait 5 s for an answer: one that says where it stands comes before that. */
  const soonEnough = (reply: Promise<Reply>): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const cancel = clock.setTimer(STILL_CANCELLING_MS, () => {
        const sentence = 'Cancels are out; not every venue is confirmed at zero yet, and cancelling goes on.';
        resolve({ ok: false, code: 'not-confirmed-yet', sentence, rule: null });
      });
      reply.finally(cancel).then(resolve, reject);
    });

  return {
    'halt.press': ({ command, identity, arrivedAt }) =>
      halt.press(command.haltId, whoOf(identity), command.reason, arrivedAt),
    'halt.cancel-all': (asked) =>
      proven('cancel-all', asked, (who) => soonEnough(halt.cancelAll(asked.command.haltId, who))),
    'halt.take-back': (asked) =>
      proven('take-back', asked, (who) => halt.takeBack(asked.command.haltId, who, asked.command.reason)),
    'halt.release': (asked) =>
      proven('release', asked, (who) => halt.release(asked.command.haltId, who, asked.command.reason)),
  };
}
