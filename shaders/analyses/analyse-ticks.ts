import { refuse, ok, type Result } from '../../protocol/result.ts';
import { Stopped, STOPPED, type Answered, type Tools } from './analysis.ts';
import { TICK_INSTRUMENTS, tickLeads, type TickLeads, type TickLeadsOptions } from './tick-leads.ts';
import { alignTicks, tickCount, type TickMarket } from './tick-market.ts';

/** As `analyse`, of trades at their own times instead of returns on a grid. */
export async function analyseTicks(
  market: TickMarket,
  options: TickLeadsOptions,
  tools: Tools,
): Promise<Result<Answered<TickLeads>>> {
  const started = tools.now();
  const [, most] = TICK_INSTRUMENTS;
  if (market.streams.length > most) {
    const sentence = `This is computed for at most ${most} instruments, not for ${market.streams.length}.`;
    return refuse('too-many-instruments', sentence);
  }
  const aligned = alignTicks(market);
  if (!aligned.ok) return aligned;
  const { panel, streams, leftOut, spanMs, until } = aligned.value;
  try {
    const answer = await tickLeads(aligned.value, options, tools);
    let samples = 0;
    for (let i = 0; i < panel.n; i++) samples += tickCount(panel, i);
    return ok({
      answer,
      names: streams.map(({ name }) => name),
      provenance: {
        ...{ instruments: panel.n, leftOut, samples, window: Math.round(spanMs / 1000), horizon: 'ticks' },
        ...{ source: { kind: 'live' }, asOf: until, ms: tools.now() - started },
        ...{ backend: tools.kernels.backend, seed: options.seed },
      },
    });
  } catch (error) {
    if (error instanceof Stopped) return refuse(STOPPED, 'Nobody waits for this answer any more.');
    throw error;
  }
}
