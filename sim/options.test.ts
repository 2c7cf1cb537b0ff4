import { describe, expect, it } from 'vitest';
import { DEFAULTS, readOptions } from './options.ts';
import { startSim } from './start.ts';

describe('the command line', () => {
  it('has a default for everything', () => {
    expect(readOptions([], {})).toEqual({ ok: true, value: DEFAULTS });
  });

  it('reads every option, and the key from the environment', () => {
    const args = [
      '--port',
      '4402',
      '--seed',
      '9',
      '--epoch',
      '2026-01-05T12:00:00Z',
      '--pause-at-start',
      '--symbols',
      'BTCUSDT,ETHUSDT',
      '--paper',
      'https://a,wss://b',
    ];
    expect(readOptions(args, { CWTS_SIM_KEY: 'k', CWTS_SIM_SECRET: 's' })).toMatchObject({
      value: {
        port: 4402,
        seed: 9,
        epochMillis: Date.UTC(2026, 0, 5, 12),
        pauseAtStart: true,
        symbols: ['BTCUSDT', 'ETHUSDT'],
        paper: { rest: 'https://a', ws: 'wss://b' },
        apiKey: 'k',
        apiSecret: 's',
      },
    });
  });

  it('says in a sentence what it cannot use', () => {
    for (const args of [
      ['--port', '70000'],
      ['--seed', '-1'],
      ['--epoch', 'soon'],
      ['--paper', 'x'],
      ['--nothing'],
    ]) {
      const read = readOptions(args, {});
      expect(read.ok ? '' : read.error.sentence).toMatch(/--(port|seed|epoch|paper|nothing)/);
    }
  });

  it('does not start on a port that is taken, nor with a symbol that it has not', async () => {
    const first = await startSim({ instruments: 1, prerollSeconds: 1 });
    await expect(startSim({ port: first.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await first.close();
    await expect(startSim({ symbols: ['NOPE'] })).rejects.toThrow(/no instrument NOPE/);
  });
});
