/** One exchange of clock readings, all in µs: our wall clock before and after, the venue's between. */
export interface ClockSample {
  readonly sentAt: number;
  readonly answeredAt: number;
  /** Venue's time, cut to whole milliseconds. */
  readonly venueMillis: number;
}

export interface ClockOffset {
  /** Venue's clock less ours, ms. */
  readonly offsetMs: number;
  /** The true offset is within ± this, ms, whatever the way there and back took. */
  readonly uncertaintyMs: number;
  readonly samples: number;
  /** `asked`: of the venue's own time. `messages`: only from when its messages came. */
  readonly source: 'asked' | 'messages';
}

/**
 * The venue's clock against ours. An answer was stamped between its request and its arrival, so
 * each sample bounds the offset from both sides, by its round trip and by the millisecond the venue
 * cuts to; the bounds of all samples together are narrower than those of the fastest one. Where
 * they contradict each other (a clock stepped between them), the fastest sample alone counts.
 * Null without samples. Method: NTP's interval intersection (RFC 5905, section 11.2.1).
 */
export function estimateOffset(samples: readonly ClockSample[]): ClockOffset | null {
  let low = -Infinity;
  let high = Infinity;
  let fastest: ClockSample | null = null;
  for (const sample of samples) {
    const bounds = boundsOf(sample);
    low = Math.max(low, bounds.low);
    high = Math.min(high, bounds.high);
    if (!fastest || roundTrip(sample) < roundTrip(fastest)) fastest = sample;
  }
  if (!fastest) return null;
  if (low > high) ({ low, high } = boundsOf(fastest));
  return {
    offsetMs: (low + high) / 2000,
    uncertaintyMs: (high - low) / 2000,
    samples: samples.length,
    source: 'asked',
  };
}

const roundTrip = (sample: ClockSample): number => sample.answeredAt - sample.sentAt;

function boundsOf(sample: ClockSample): { low: number; high: number } {
  const venue = sample.venueMillis * 1000;
  return { low: venue - sample.answeredAt, high: venue + 1000 - sample.sentAt };
}
