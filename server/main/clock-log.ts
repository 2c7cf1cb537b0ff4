import type { AuditLog } from '../audit/log.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { ClockOffset } from '../health/clock-offset.ts';

const HOUR_MS = 3_600_000;

/** The sync log of R-50: the clock's distance from UTC on each change of state and each hour, as records. */
export function keepClockLog(parts: {
  readonly clock: Clock;
  readonly log: Pick<AuditLog, 'appendNow'>;
  readonly utc: ClockOffset;
}): Cancel {
  const { clock, log, utc } = parts;
  const write = (): void => {
    const { state, offsetMicros, errorMicros, boundMicros, sentence, servers } = utc.view();
    const details = {
      state,
      offsetMicros: offsetMicros === null ? null : Math.round(offsetMicros),
      errorMicros: errorMicros === null ? null : Math.ceil(errorMicros),
      boundMicros,
      sentence,
      servers: servers.map(({ server, said }) => `${server}: ${said}`),
    };
    log.appendNow({ actor: 'server', action: 'clock.sync', scope: 'server', details });
  };
  write();
  const stops = [utc.onChange(write), clock.setRepeating(HOUR_MS, write)];
  return () => stops.forEach((stop) => stop());
}
