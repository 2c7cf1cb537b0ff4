import type { AlarmId, Micros, OrderId, VenueId } from '../../protocol/units.ts';
import type { AlarmSpec } from './alarm-book.ts';

/** Every alarm that the server raises. Each says what to do, and its runbook says it at length. */

const spec = (
  alarmId: string,
  priority: AlarmSpec['priority'],
  runbook: string,
  sentence: string,
  action: string,
): AlarmSpec => ({ alarmId: alarmId as AlarmId, priority, sentence, action, runbook: `${runbook}.md` });

export const feedStale = (venue: VenueId, sentence: string): AlarmSpec =>
  spec(
    `feed:${venue}`,
    'caution',
    'feed-stale',
    `Market data of ${venue} is stale: ${sentence}`,
    'Do not trade on what is hatched; halt if strategies still quote.',
  );

export const feedDown = (venue: VenueId, sentence: string): AlarmSpec =>
  spec(
    `feed:${venue}`,
    'warning',
    'feed-down',
    `Market data of ${venue} is down: ${sentence}`,
    'Halt unless it returns within a minute; check the network and the venue’s status page.',
  );

export const relayDown = (sentence: string): AlarmSpec =>
  spec(
    'relay',
    'warning',
    'relay-down',
    `Consoles are not served: ${sentence}`,
    'Orders go on unwatched: restart the server, or halt through the control listener.',
  );

export const privateStreamDown = (venue: VenueId, sentence: string): AlarmSpec =>
  spec(
    `venue:${venue}:stream`,
    'warning',
    'private-stream-down',
    `Own orders at ${venue} are not pushed: ${sentence}`,
    'Orders are read by polling until it returns; halt if they differ from the venue’s own list.',
  );

export const venueTrouble = (venue: VenueId, sentence: string): AlarmSpec =>
  spec(
    `venue:${venue}:orders`,
    'caution',
    'venue-trouble',
    `${venue} does not take requests: ${sentence}`,
    'Expect cancels to be late; check the venue’s status page.',
  );

export const haltBlocked = (): AlarmSpec =>
  spec(
    'halt:blocked',
    'warning',
    'halt-blocked',
    'The gate is closed, but nothing was cancelled: orders may still work at the venues.',
    'Give a code to cancel everything, or take the halt back.',
  );

export const haltResidual = (sentence: string): AlarmSpec =>
  spec(
    'halt:residual',
    'warning',
    'halt-residual',
    `Orders remain after the halt: ${sentence}`,
    'Cancel them in the venue’s own console now; cancelling goes on here.',
  );

export const auditBroken = (sentence: string): AlarmSpec =>
  spec(
    'audit',
    'warning',
    'audit-broken',
    sentence,
    'No order that raises risk is let through; free the disk. Halts and cancels work.',
  );

export const clockStep = (byMicros: number): AlarmSpec =>
  spec(
    'clock:step',
    'caution',
    'clock-step',
    `This machine’s clock stepped by ${(byMicros / 1000).toFixed(0)} ms.`,
    'Check the time service; times in the log before and after are not comparable.',
  );

export const startAfterCrash = (since: Micros | null): AlarmSpec =>
  spec(
    'start:crash',
    'warning',
    'start-after-crash',
    since === null
      ? 'The last run of the server did not end cleanly.'
      : `The last run of the server did not end cleanly; it last wrote at ${new Date(since / 1000).toISOString()}.`,
    'Trading starts halted: compare orders with the venue, then release with a second person.',
  );

export const tornTail = (bytes: number, keptAs: string): AlarmSpec =>
  spec(
    'audit:torn',
    'caution',
    'start-after-crash',
    `The audit log’s last ${bytes} bytes were torn and cut; they are kept as ${keptAs}.`,
    'Nothing acknowledged was lost; keep the file for whoever looks into the crash.',
  );

export const auditLost = (count: number): AlarmSpec =>
  spec(
    'audit:lost',
    'warning',
    'audit-broken',
    `${count} records never reached the audit log: it could not be written and memory was full.`,
    'The log has a gap, marked audit.lost; reconstruct it from the venue’s own history.',
  );

export const orderUnknown = (orderId: OrderId, sentence: string): AlarmSpec =>
  spec(
    `order:${orderId}:unknown`,
    'caution',
    'order-unknown',
    `Order ${orderId} may or may not be working: ${sentence}`,
    'The venue is being asked; it counts as working until the answer is here.',
  );

export const controlSlow = (delayMs: number): AlarmSpec =>
  spec(
    'control:slow',
    'caution',
    'control-slow',
    `The control thread ran ${delayMs.toFixed(0)} ms late.`,
    'Look for what loads this machine; a halt’s press waits as long.',
  );

export const unlistedOrders = (venue: VenueId, symbols: string): AlarmSpec =>
  spec(
    `venue:${venue}:unlisted`,
    'caution',
    'unlisted-orders',
    `Orders are open at ${venue} in symbols that this console does not list: ${symbols}.`,
    'They are not in the orders panel and under no limit here; a halt cancels them too.',
  );
