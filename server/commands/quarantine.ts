import type { Reply } from '../../protocol/commands.ts';
import type { Result } from '../../protocol/result.ts';
import type { Clock } from '../clock.ts';
import type { QuarantineList } from '../people/quarantine-list.ts';
import { whoOf, type Asked, type Handlers } from './asked.ts';
import type { Refusals } from './refusals.ts';
import { spendOn, type Spender } from './spend.ts';

export interface QuarantineCommandParts {
  readonly clock: Clock;
  readonly auth: Spender;
  readonly quarantines: Pick<QuarantineList, 'place' | 'lift'>;
  readonly refusals: Refusals;
}

/** Market data that a person does not believe; believing it again raises risk and takes a factor. */
export function quarantineCommands(
  parts: QuarantineCommandParts,
): Pick<Handlers, 'quarantine.place' | 'quarantine.lift'> {
  const { clock, auth, quarantines, refusals } = parts;
  const answer = (asked: Asked, result: Result<string>): Reply => {
    if (!result.ok) return refusals.of(asked, result.error);
    return { ok: true, sentence: result.value, at: clock.wallMicros(), orderId: null };
  };
  return {
    'quarantine.place': (asked) => {
      const { command, identity } = asked;
      return answer(asked, quarantines.place(command, command.reason, whoOf(identity)));
    },
    'quarantine.lift': async (asked) => {
      const { command, identity } = asked;
      const spent = await spendOn(auth, asked, 'admin');
      if (!spent.ok) return refusals.of(asked, spent.error);
      return answer(asked, await quarantines.lift(command, command.reason, whoOf(identity, spent.value)));
    },
  };
}
