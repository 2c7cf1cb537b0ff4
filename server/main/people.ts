import type { AlarmSpec } from '../health/alarm-book.ts';
import type { UserId } from '../../protocol/units.ts';
import { refuse } from '../../protocol/result.ts';
import type { AuditLog } from '../audit/log.ts';
import type { Auth } from '../auth/auth.ts';
import type { Author } from '../auth/author.ts';
import type { Alarms } from '../health/alarms.ts';
import { administratorRecovered } from '../health/catalogue.ts';
import type { HostParts } from '../http/admin-routes.ts';
import type { PeopleParts } from '../http/people-routes.ts';
import type { NoteBook } from '../people/note-book.ts';
import type { RestrictedList } from '../people/restricted-list.ts';

export interface PeopleWiring {
  readonly auth: Auth;
  readonly alarms: { strike(spec: AlarmSpec): void } & Pick<Alarms, 'strike'>;
  readonly log: Pick<AuditLog, 'append'>;
  readonly notes: NoteBook;
  readonly restrictions: RestrictedList;
}

/** Somebody at the machine itself; the log can't know more of them than that. */
const host = (reason: string): Author => ({ actor: 'host', reason });

/** What the listener shows of people, and what the host may do for those who are locked out. */
export function peopleParts(wiring: PeopleWiring): PeopleParts & Omit<HostParts, 'adminKey' | 'linkUrl'> {
  const { auth, alarms, log, notes, restrictions } = wiring;
  return {
    people: () => auth.people(),
    accounts: () => auth.services.list(),
    restrictions: () => restrictions.list(),
    notes: () => notes.list(),
    sessions: () => auth.sessions.list(everybodys),
    link: (user) => auth.links.make(user, host('npm run admin -- link'), { reset: false }),
    recover: async (user) => {
      const known = auth.directory.find(user);
      if (known && known.role !== 'administrator') {
        const sentence = `${user} is ${known.role}, no administrator: an administrator makes their link in the console.`;
        return refuse('not-an-administrator', sentence);
      }
      const author = host('npm run admin -- recover');
      const link = await auth.links.make(user, author, { reset: true });
      if (!link.ok) return link;
      const details = { user, expiresAt: link.value.expiresAt };
      await log.append({ ...author, action: 'admin.recover', scope: `user:${user}`, details });
      alarms.strike(administratorRecovered(user));
      return link;
    },
  };
}

const everybodys = { user: 'host' as UserId, session: '', may: () => true };
