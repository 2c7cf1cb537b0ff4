import type { Reply } from '../../protocol/commands.ts';
import type { ReplayCommand } from '../../protocol/replay.ts';
import type { Result } from '../../protocol/result.ts';
import type { Who } from '../audit/who.ts';
import type { Clock } from '../clock.ts';
import { whoOf, type Asked, type Handlers } from './asked.ts';
import type { Refusals } from './refusals.ts';

/** Who drives what is replayed. Resolves with the sentence of what was done. */
export interface ReplayPort {
  drive(command: ReplayCommand, who: Who): Promise<Result<string>>;
}

export interface ReplayCommandParts {
  readonly clock: Clock;
  readonly replay: ReplayPort;
  readonly refusals: Refusals;
}

/** The replay's clock. No factor: nothing that is traded hangs on it. */
export function replayCommands({
  clock,
  replay,
  refusals,
}: ReplayCommandParts): Pick<Handlers, ReplayCommand['type']> {
  const drive = async (asked: Asked<ReplayCommand>): Promise<Reply> => {
    const done = await replay.drive(asked.command, whoOf(asked.identity));
    if (!done.ok) return refusals.of(asked, done.error);
    return { ok: true, sentence: done.value, at: clock.wallMicros(), orderId: null };
  };
  return { 'replay.pause': drive, 'replay.resume': drive, 'replay.speed': drive, 'replay.seek': drive };
}
