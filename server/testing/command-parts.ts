import { ok, refuse } from '../../protocol/result.ts';
import type { Micros } from '../../protocol/units.ts';
import type { CommandParts } from '../commands.ts';
import { NoteBook } from '../people/note-book.ts';
import { QuarantineList } from '../people/quarantine-list.ts';
import { RestrictedList } from '../people/restricted-list.ts';
import { MemoryAudit } from './memory-audit.ts';
import type { ManualClock } from './manual-clock.ts';

type OfPeople = Omit<CommandParts, 'auth' | 'halt' | 'desk' | 'alarms' | 'log'>;

/** The parts of commands beside halts and orders, for tests that are about those. */
export function commandParts(clock: ManualClock, log = new MemoryAudit()): OfPeople {
  const link = ok({ token: 'the-token', expiresAt: 900_000_000 as Micros });
  const key = ok({ key: 'the-new-key' });
  return {
    clock,
    directory: {
      create: () => Promise.resolve(ok(null)),
      change: () => Promise.resolve(ok(null)),
      remove: () => Promise.resolve(ok(null)),
    },
    links: { make: () => Promise.resolve(link), makeWall: () => Promise.resolve(link) },
    sessions: { list: () => [], revoke: () => Promise.resolve(ok(null)) },
    services: {
      create: () => Promise.resolve(key),
      rotate: () => Promise.resolve(key),
      revoke: () => Promise.resolve(ok(null)),
    },
    restrictions: new RestrictedList({ clock, log }),
    notes: new NoteBook({ clock, log }),
    reports: {
      make: () => Promise.resolve(refuse('not-available', 'No reports here.')),
      certify: () => Promise.resolve(refuse('not-available', 'No reports here.')),
    },
    holds: {
      place: () => Promise.resolve(refuse('not-available', 'No holds here.')),
      lift: () => Promise.resolve(refuse('not-available', 'No holds here.')),
    },
    retention: { remove: () => Promise.resolve(refuse('not-available', 'Nothing is removed here.')) },
    quarantines: new QuarantineList({ clock, log, instrument: () => undefined }),
    replay: { drive: () => Promise.resolve(refuse('no-replay', 'No replay here.')) },
    linkUrl: (page, token) => `http://localhost:4400/${page}#token=${token}`,
  };
}
