import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readHistory } from '../../protocol/bars.ts';
import { decodeFrame } from '../../protocol/frame.ts';
import { emptyQuote } from './table.ts';
import { FeedRig } from './testing/feed-rig.ts';

const program = resolve('dist/node/sim/main.js');
const built = existsSync(program);
if (!built && process.env['CI']) throw new Error(`CI must have the simulated exchange built: ${program}.`);

let sim: ChildProcess | null = null;
let rig: FeedRig | null = null;
afterEach(() => {
  rig?.feed.stop();
  sim?.kill('SIGKILL');
});

async function startSim(port: number): Promise<{ rest: string; ws: string; port: number }> {
  const started = spawn(
    process.execPath,
    [program, '--port', String(port), '--preroll', '600', '--seed', '7'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  sim = started;
  for await (const line of createInterface({ input: started.stdout })) {
    const said = JSON.parse(line) as { ready?: boolean; rest: string; ws: string; port: number };
    if (said.ready) return said;
  }
  throw new Error('the simulated exchange ended before it was ready');
}

describe.skipIf(!built)('the simulated exchange as a venue', () => {
  it('64 books in step, nothing refused, ten minutes’ past, and back in step after it was killed', async () => {
    const { rest, ws, port } = await startSim(0);
    const mine = (rig = new FeedRig({ restUrl: rest, wsUrl: ws }));
    mine.feed.start();
    await mine.until('live', () => mine.view.state === 'live', 60_000);
    expect(mine.instruments).toHaveLength(64);
    const past = (): { valid: number; bars: number } => {
      const frame = decodeFrame(mine.feed.history(512) ?? new Uint8Array());
      const section = frame.ok ? frame.value.sections[0] : undefined;
      const history = section ? readHistory(section) : null;
      if (!history?.ok) throw new Error('no history');
      return {
        valid: history.value.state.filter((state) => state !== 0).length / 64,
        bars: history.value.bars,
      };
    };
    await mine.until('the past is there', () => past().valid > 500, 60_000);
    const compared = (): number => mine.feed.markets.reduce((sum, { counts }) => sum + counts.compared, 0);
    await mine.until('books compared with the venue’s own best prices', () => compared() > 200);
    expect(mine.feed.markets.reduce((sum, { counts }) => sum + counts.differed, 0)).toBe(0);
    expect(mine.quarantined).toEqual([]);
    expect(mine.view).toMatchObject({ gaps: 0, resyncs: 0, reconnects: 0 });

    sim?.kill('SIGKILL');
    const quote = emptyQuote();
    await mine.until('stale', () => mine.reader.readQuote(0, quote) && quote.state === 'stale');
    await startSim(port);
    await mine.until('live again', () => mine.view.state === 'live', 60_000);
    await mine.until('fresh', () => mine.reader.readQuote(0, quote) && quote.state === 'live');
    expect(mine.view.reconnects).toBeGreaterThan(0);
  });
});
