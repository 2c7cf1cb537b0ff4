import { describe, expect, it } from 'vitest';
import { dialects } from '../dialects/index.ts';
import { ADDRESSES } from './addresses.ts';
import { readRecordOptions } from './options.ts';

const sentence = (...argv: string[]): string => {
  const read = readRecordOptions(argv, '/here');
  return read.ok ? 'accepted' : (read.error.sentence.split('\n')[0] ?? '');
};

describe('the recorder’s command line', () => {
  it('knows where a venue is, and what to record of it', () => {
    const read = readRecordOptions(['--venue', 'binance-spot', '--out', 'a.gz'], '/here');
    expect(read).toMatchObject({
      ok: true,
      value: { out: '/here/a.gz', minutes: 10, ws: 'wss://stream.binance.com:9443' },
    });
    if (read.ok) expect(read.value.symbols).toContain('BTCUSDT');
  });

  it('knows venues by their dialects only', () => {
    const known = dialects.map(({ id }) => id);
    for (const [id, address] of Object.entries(ADDRESSES)) {
      expect(known).toContain(id);
      const read = readRecordOptions(['--venue', id, '--out', 'a.gz'], '/here');
      expect(read).toMatchObject({ ok: true, value: { rest: address?.rest, ws: address?.ws } });
    }
  });

  it('takes another address and other symbols', () => {
    const read = readRecordOptions(
      [
        '--venue',
        'binance-spot',
        '--out',
        '/x/a.gz',
        '--rest',
        'http://127.0.0.1:1',
        '--ws',
        'ws://127.0.0.1:1',
      ].concat(['--symbols', 'all', '--minutes', '0.5', '--most-mb', '1']),
      '/here',
    );
    expect(read).toMatchObject({
      ok: true,
      value: {
        out: '/x/a.gz',
        minutes: 0.5,
        symbols: 'all',
        rest: 'http://127.0.0.1:1',
        mostBytes: 1_048_576,
      },
    });
  });

  it.each([
    [['--out', 'a.gz'], '--venue is missing.'],
    [['--venue', 'binance-spot'], '--out is missing.'],
    [['--venue', 'nobody', '--out', 'a.gz'], /^--venue is one of .*binance-spot.*, not "nobody"\.$/],
    [['--venue', 'binance-spot', '--out', 'a.json'], '--out ends in .gz, and "a.json" does not.'],
    [['--venue', 'binance-spot', '--out', 'a.gz', '--minutes', '0'], /^--minutes is more than 0/],
    [['--venue', 'binance-spot', '--out', 'a.gz', '--most-mb', 'x'], /^--most-mb is more than 0/],
    [['--venue', 'binance-spot', '--out', 'a.gz', '--rest', 'http://x'], '--rest and --ws go together.'],
    [
      ['--venue', 'binance-spot', '--out', 'a.gz', '--rest', 'http://x', '--ws', 'http://x'],
      /^--rest is an http/,
    ],
    [['--venue', 'binance-spot', '--out', 'a.gz', '--symbols', ','], '--symbols names no symbol.'],
    [['--venue', 'binance-spot', '--out', 'a.gz', '--rest', 'http://a:b@x', '--ws', 'ws://x'], /password/],
    [['--wat'], /Unknown option/],
  ])('%j', (argv, said) => {
    if (typeof said === 'string') expect(sentence(...argv)).toBe(said);
    else expect(sentence(...argv)).toMatch(said);
  });
});
