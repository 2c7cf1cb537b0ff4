import type { AlarmId, HaltId, Micros, OrderId, StrategyId, UserId, VenueId } from '../../protocol/units.ts';
import { cargoOf } from '../feeds/feed-words.ts';
import type { AlarmSpec } from './alarm-book.ts';
import type { DeadLine } from './dead-lines.ts';

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

/** One connection of several, while what comes over the others is traded. */
export const feedPart = ({ venue, at, of, line }: DeadLine): AlarmSpec =>
  spec(
    `feed:${venue}:line-${at}`,
    'caution',
    'feed-stale',
    `Market data of ${venue}, connection ${at} of ${of} with ${cargoOf(line)}, is ${line.state}: ${line.sentence}`,
    'Do not trade on what is hatched; what comes over the other connections is of now.',
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

export const headsStopped = (sentence: string): AlarmSpec =>
  spec(
    'audit:heads',
    'caution',
    'audit-broken',
    sentence,
    'Trading goes on; newer records are not proven until a head is signed. Free or repair the disk.',
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

export const clockOff = (sentence: string): AlarmSpec =>
  spec(
    'clock:offset',
    'warning',
    'clock-offset',
    sentence,
    'Mend the time service; times of records from now on do not count as evidence.',
  );

export const clockNear = (sentence: string): AlarmSpec =>
  spec(
    'clock:offset',
    'caution',
    'clock-offset',
    sentence,
    'Look at the time service before the bound is reached.',
  );

export const clockUnknown = (sentence: string): AlarmSpec =>
  spec(
    'clock:offset',
    'caution',
    'clock-offset',
    `How far this clock is from UTC is not known: ${sentence}`,
    'See that the time servers can be reached.',
  );

export const certificateTrouble = (priority: 'caution' | 'warning', sentence: string): AlarmSpec =>
  spec(
    'certificate',
    priority,
    'certificate',
    `The console’s certificate: ${sentence}`,
    'Put a good certificate and its key in place; they are read again without a restart.',
  );

export const administratorRecovered = (user: UserId): AlarmSpec =>
  spec(
    `admin:recover:${user}`,
    'warning',
    'locked-out',
    `Somebody on the server’s machine made a link that replaces every factor of the administrator ${user}.`,
    'Ask them by another way whether they asked for it; if not, remove their user and look at who reaches the machine.',
  );

/** `why` is a whole sentence. */
export const releaseTied = (haltId: HaltId, priority: 'warning' | 'caution', why: string): AlarmSpec =>
  spec(
    `release:tied:${haltId}`,
    priority,
    'release-tied',
    `A halt was released by two who may be one person: ${why}`,
    'Ask both by another way whether they did it; halt again if one of them did not.',
  );

export const serviceKeyEnds = (account: StrategyId, expiresAt: Micros, now: number): AlarmSpec => {
  const ended = expiresAt <= now;
  const day = new Date(expiresAt / 1000).toISOString().slice(0, 16).replace('T', ' ');
  return spec(
    `service-account:${account}:key`,
    ended ? 'caution' : 'advisory',
    'service-key',
    ended
      ? `The key of the strategy ${account} expired at ${day} UTC: it is refused.`
      : `The key of the strategy ${account} expires at ${day} UTC.`,
    'Rotate it in People, Service accounts, and give the strategy the new one.',
  );
};

export const anchorFailing = (state: 'down' | 'degraded', sentence: string): AlarmSpec =>
  spec(
    'audit:anchors',
    state === 'down' ? 'warning' : 'caution',
    'anchor-failing',
    sentence,
    state === 'down'
      ? 'The log may have been cut or written anew: copy it and the anchors away, and verify it now.'
      : 'Orders and halts go on; until it works, a log that was cut would show at fewer places.',
  );

export const reportUndelivered = (sentence: string): AlarmSpec =>
  spec(
    'reports',
    'caution',
    'report-undelivered',
    sentence,
    'It is tried again by itself; see why the recipient does not take it, and send it by hand if it is due.',
  );

export const storeDown = (sentence: string): AlarmSpec =>
  spec(
    'store:down',
    'caution',
    'store-down',
    `The audit log can’t be searched: ${sentence}`,
    'Nothing is lost and nothing waits for it: the log itself is written; mend the database.',
  );

export const storeBehind = (sentence: string): AlarmSpec =>
  spec(
    'store:behind',
    'advisory',
    'store-down',
    sentence,
    'The records themselves are in the log; look for what slows the database.',
  );

export const copyBehind = (state: 'down' | 'degraded', sentence: string): AlarmSpec =>
  spec(
    'copy:behind',
    state === 'down' ? 'caution' : 'advisory',
    'copy-behind',
    `The log’s copy elsewhere is behind: ${sentence}`,
    'The log itself is whole and written; until the copy is back, one disk holds all of it.',
  );

export const sealingStopped = (sentence: string): AlarmSpec =>
  spec(
    'sealed:stopped',
    'advisory',
    'sealed-stopped',
    `Whole segments of the log are not sealed: ${sentence}`,
    'Nothing is lost: they stay on the log’s own disk; mind its room.',
  );

export const kernelsDown = (sentence: string): AlarmSpec =>
  spec(
    'kernels:down',
    'caution',
    'kernels-down',
    `The server computes nothing of the market: ${sentence}`,
    'It is started again by itself; until it runs, limits that rest on it refuse what raises risk.',
  );

/** One a person, however many windows they have. */
export const consoleDisagrees = (user: UserId, sentence: string): AlarmSpec =>
  spec(
    `kernels:check:${user}`,
    'caution',
    'console-disagrees',
    sentence,
    'Go by no correlation of that console: pin another backend there, or sign in at another machine.',
  );

export const correlationShock = (sentence: string): AlarmSpec =>
  spec(
    'kernels:shock',
    'caution',
    'correlation-shock',
    sentence,
    'Hedges may not hold as they did: look at Structure and Correlation, and reduce what rests on them.',
  );

export const cascadeLikely = (sentence: string): AlarmSpec =>
  spec(
    'kernels:cascade',
    'caution',
    'cascade',
    sentence,
    'Look at Cascade for who falls with it, and at what is held of those.',
  );

export const volatilityRegime = (sentence: string): AlarmSpec =>
  spec(
    'kernels:volatility',
    'advisory',
    'volatility-regime',
    sentence,
    'Widen quotes or reduce sizes; sizes made for the calm are too large now.',
  );

export const flashCrash = (sentence: string): AlarmSpec =>
  spec(
    'kernels:flash',
    'warning',
    'flash-crash',
    sentence,
    'Halt strategies that trade it unless they are meant to; compare with another venue before trusting the price.',
  );

export const coExceedance = (sentence: string): AlarmSpec =>
  spec(
    'kernels:co-exceedance',
    'warning',
    'co-exceedance',
    sentence,
    'The whole market falls at once: look at positions and margins, and halt what adds to them.',
  );

export const valueAtRiskOver = (sentence: string): AlarmSpec =>
  spec(
    'limits:value-at-risk',
    'warning',
    'value-at-risk',
    sentence,
    'Reduce the book; until it is under the limit, only orders that take back are let through.',
  );

export const clusterOver = (sentence: string): AlarmSpec =>
  spec(
    'limits:cluster',
    'warning',
    'cluster-exposure',
    sentence,
    'Reduce what is held in the cluster; until then only orders that take back pass there.',
  );
