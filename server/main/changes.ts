import type { AuditLog } from '../audit/log.ts';
import type { Auth } from '../auth/auth.ts';
import type { SystemClock } from '../clock.ts';
import type { Gate } from '../gate/gate.ts';
import type { Halt } from '../halt/halt.ts';
import type { Alarms } from '../health/alarms.ts';
import { auditLost, clockStep } from '../health/catalogue.ts';
import type { StrategySockets } from '../http/strategy-sockets.ts';
import type { NoteBook } from '../people/note-book.ts';
import type { OrderDesk } from '../orders/desk.ts';
import type { RelayThread } from '../relay/relay-thread.ts';
import type { Publisher } from './publisher.ts';
import { watchReleases } from './releases.ts';

export interface ChangeParts {
  readonly clock: SystemClock;
  readonly log: AuditLog;
  readonly alarms: Alarms;
  readonly halt: Halt;
  readonly gate: Gate;
  readonly desk: OrderDesk;
  readonly auth: Auth;
  readonly publisher: Publisher;
  readonly relay: RelayThread;
  readonly sockets: StrategySockets;
  readonly notes: NoteBook;
}

/** Each owner's changes on their way out: the halt and alarms at once, what moves often in batches. */
export function wireChanges(parts: ChangeParts): void {
  const { clock, log, alarms, halt, gate, desk, auth, publisher, relay, sockets, notes } = parts;
  alarms.onChange(({ upserts, removed }) =>
    publisher.publish({ type: 'alarms', upserts: [...upserts], removed: [...removed] }),
  );
  halt.onChange((view) => publisher.publish({ type: 'halt', halt: view }));
  watchReleases({ clock, halt, log, alarms, find: (user) => auth.directory.find(user) });
  let wasOpen = gate.isOpen();
  gate.onChange(() => {
    publisher.soon('limits');
    if (gate.isOpen() !== wasOpen) publisher.publish({ type: 'halt', halt: halt.view() });
    else if (!wasOpen) publisher.soon('halt');
    wasOpen = gate.isOpen();
  });
  desk.onChange((changes) => {
    for (const change of changes) {
      publisher.publish(change);
      if (change.type === 'orders') sockets.publish(change.upserts, change.removed);
    }
    publisher.soon('limits');
  });
  auth.onRevoked((sessionKey, sentence) => relay.revoke(sessionKey, sentence));
  auth.sessions.onRotated((sessionKey) => relay.reconnect(sessionKey));
  auth.services.onKeyEnded(() => sockets.look());
  notes.onAdded((note) => publisher.publish({ type: 'note', note }));
  log.onLost((count) => alarms.strike(auditLost(count)));
  clock.onStep(({ byMicros }) => {
    log.appendNow({ actor: 'server', action: 'clock.step', scope: 'server', details: { byMicros } });
    alarms.strike(clockStep(byMicros));
  });
}
