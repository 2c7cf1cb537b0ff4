import type { CommandOf, Reply } from '../../protocol/commands.ts';
import type { Result } from '../../protocol/result.ts';
import type { Who } from '../audit/who.ts';
import type { Clock } from '../clock.ts';
import type { NoteBook } from '../people/note-book.ts';
import type { RestrictedList } from '../people/restricted-list.ts';
import { whoOf, type Asked, type Handlers } from './asked.ts';
import type { Refusals } from './refusals.ts';
import { spendOn, type Spender } from './spend.ts';

/** Who makes reports. Resolves with the sentence of what was done. */
export interface ReportsPort {
  make(asked: Omit<CommandOf<'report.make'>, 'factor' | 'type'>, who: Who): Promise<Result<string>>;
  /** The chief executive's word on a yearly pack. */
  certify(asked: Omit<CommandOf<'review.certify'>, 'factor' | 'type'>, who: Who): Promise<Result<string>>;
}

/** Who keeps records longer than retention would. */
export interface HoldsPort {
  place(asked: Omit<CommandOf<'hold.place'>, 'type'>, who: Who): Promise<Result<string>>;
  lift(hold: string, reason: string, who: Who): Promise<Result<string>>;
}

/** Who removes what is past its time. */
export interface RetentionPort {
  remove(asked: Pick<CommandOf<'retention.prune'>, 'ranges' | 'reason'>, who: Who): Promise<Result<string>>;
}

export interface RecordCommandParts {
  readonly clock: Clock;
  readonly auth: Spender;
  readonly restrictions: Pick<RestrictedList, 'add' | 'remove'>;
  readonly notes: Pick<NoteBook, 'add'>;
  readonly reports: ReportsPort;
  readonly holds: HoldsPort;
  readonly retention: RetentionPort;
  readonly refusals: Refusals;
}

type RecordTypes =
  | 'restriction.add'
  | 'restriction.remove'
  | 'note.add'
  | 'report.make'
  | 'review.certify'
  | 'hold.place'
  | 'hold.lift'
  | 'retention.prune';

/** The restricted list, the log book, reports, legal holds and the removal of old records. */
export function recordCommands(parts: RecordCommandParts): Pick<Handlers, RecordTypes> {
  const { clock, auth, restrictions, notes, reports, holds, retention, refusals } = parts;
  const answer = (asked: Asked, result: Result<string>): Reply => {
    if (!result.ok) return refusals.of(asked, result.error);
    return { ok: true, sentence: result.value, at: clock.wallMicros(), orderId: null };
  };
  return {
    'restriction.add': (asked) => {
      const { command, identity } = asked;
      return answer(asked, restrictions.add(command.name, command.reason, whoOf(identity)));
    },
    'restriction.remove': async (asked) => {
      const { command, identity } = asked;
      const spent = await spendOn(auth, asked, 'admin');
      if (!spent.ok) return refusals.of(asked, spent.error);
      const who = whoOf(identity, spent.value);
      return answer(asked, await restrictions.remove(command.name, command.reason, who));
    },
    'note.add': async (asked) => {
      const { command, identity } = asked;
      return answer(asked, await notes.add(command.kind, command.text, whoOf(identity)));
    },
    'report.make': async (asked) => {
      const { identity, command } = asked;
      const { factor, ...action } = command;
      const { report, about, reason } = action;
      if (factor === undefined) {
        return answer(asked, await reports.make({ report, about, reason }, whoOf(identity)));
      }
      const spent = await auth.spend(identity, action, factor, 'admin');
      if (!spent.ok) return refusals.of(asked, spent.error);
      return answer(asked, await reports.make({ report, about, reason }, whoOf(identity, spent.value)));
    },
    'review.certify': async (asked) => {
      const { command, identity } = asked;
      const spent = await spendOn(auth, asked, 'admin');
      if (!spent.ok) return refusals.of(asked, spent.error);
      const { report, statement } = command;
      return answer(asked, await reports.certify({ report, statement }, whoOf(identity, spent.value)));
    },
    'hold.place': async (asked) => {
      const { from, to, reason } = asked.command;
      return answer(asked, await holds.place({ from, to, reason }, whoOf(asked.identity)));
    },
    'hold.lift': async (asked) => {
      const { command, identity } = asked;
      const spent = await spendOn(auth, asked, 'admin');
      if (!spent.ok) return refusals.of(asked, spent.error);
      return answer(asked, await holds.lift(command.hold, command.reason, whoOf(identity, spent.value)));
    },
    'retention.prune': async (asked) => {
      const { command, identity } = asked;
      const spent = await spendOn(auth, asked, 'admin');
      if (!spent.ok) return refusals.of(asked, spent.error);
      return answer(asked, await retention.remove(command, whoOf(identity, spent.value)));
    },
  };
}
