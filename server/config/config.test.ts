import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readArguments } from './arguments.ts';
import { readConfig, type Config } from './config.ts';
import type { Overrides } from './overrides.ts';
import { consoleAddress } from './listening.ts';
import { loadConfig, loadVenueKey } from './load.ts';
import { looksLikePlaceholder } from './profile.ts';
import { runtimeLife } from './runtime.ts';

const demo = readFileSync('config/demo.toml', 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'cwts-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function sentence(text: string, overrides?: Overrides): string {
  const read = readConfig(text, 'demo.toml', overrides);
  return read.ok ? 'accepted' : read.error.sentence;
}
function accepted(text: string, overrides?: Overrides): Config {
  const read = readConfig(text, 'demo.toml', overrides);
  if (!read.ok) throw new Error(read.error.sentence);
  return read.value;
}
const edit = (from: string | RegExp, to: string): string => {
  const text = demo.replace(from, to);
  expect(text).not.toBe(demo);
  return text;
};

describe('the shipped files', () => {
  it('demo is simulated throughout, with the default desk profile', () => {
    const config = accepted(demo);
    expect(config.origins).toEqual({ data: 'SIM', orders: 'SIM' });
    expect(config.limits).toEqual({
      orderValue: 1_000_000_000_000n,
      positionValue: 10_000_000_000_000n,
      valueAtRisk: null,
      clusterValue: null,
      ordersPerSecond: 100,
    });
  });

  it('paper wears LIVE data and PAPER orders, and only orders follow the simulator’s address', () => {
    const config = loadConfig('config/paper.toml', {
      venueRest: 'http://127.0.0.1:9',
      venueWs: 'ws://127.0.0.1:9',
    });
    if (!config.ok) throw new Error(config.error.sentence);
    expect(config.value.origins).toEqual({ data: 'LIVE', orders: 'PAPER' });
    expect(config.value.venue.restUrl).toBe('http://127.0.0.1:9');
    expect(config.value.feeds[0]?.restUrl).toMatch(/binance/);
  });

  it('a replay wears REPLAY', () => {
    expect(accepted(demo, { replay: { files: ['x'], speed: 1 } }).origins).toEqual({
      data: 'REPLAY',
      orders: 'REPLAY',
    });
  });
});

describe('one clear sentence', () => {
  it.each([
    [edit('port = 4400', 'port = "4400"'), 'demo.toml: console.port must be a number, not "4400".'],
    [edit('port = 4400', 'port = 70000'), 'demo.toml: console.port must be 0 to 65535, not 70000.'],
    [edit('port = 4400', 'prot = 4400'), 'demo.toml: console.port is missing.'],
    [edit('port = 4400', 'port = 4400\ncolour = 1'), 'demo.toml: console.colour is not a known key.'],
    [
      edit('order_value = 1_000_000', 'order_value = -1'),
      'demo.toml: limits.order_value must be at least 1, not -1.',
    ],
    [
      edit('order_value = 1_000_000', 'order_value = 20_000_000'),
      'demo.toml: limits.order_value is larger than limits.position_value.',
    ],
    [
      edit('orders_per_second = 100', 'orders_per_second = 0.5'),
      'demo.toml: limits.orders_per_second must be a whole number, not 0.5.',
    ],
    [edit('"demo"', '"live"'), 'demo.toml: profile must be one of demo, paper, production, not "live".'],
    [
      edit('ws = "ws://127.0.0.1:4402"', 'ws = "http://127.0.0.1"'),
      'demo.toml: feed.ws must be a ws:// or wss:// address, not "http://127.0.0.1".',
    ],
    [edit('id = "second"', 'id = "operator"'), 'demo.toml: users has two called "operator".'],
    [edit('role = "trader"', 'role = "king"'), /demo.toml: users.1.role must be .*, not "king"\.$/],
    [
      edit('simulated = true\n\n# The gate', 'simulated = false\n\n# The gate'),
      'demo.toml: venue.simulated must be true in the demo profile.',
    ],
    [edit('[console]', '[console'), /^demo\.toml, line \d+: .+\.$/],
    [
      edit(/\[\[users\]\]\nid = "second"[^]*/, ''),
      'demo.toml: users needs two users at least: a halt is released by a second person.',
    ],
    ['', 'demo.toml: profile is missing.'],
  ])('%#', (text, expected) => {
    const read = sentence(text);
    if (typeof expected === 'string') expect(read).toBe(expected);
    else expect(read).toMatch(expected);
    expect(read).not.toContain('\n');
  });

  it('a clock of its own is for the demo profile only', () => {
    const shifted = edit(/# \[clock\]\n# start/, '[clock]\nstart');
    expect(accepted(shifted).clockStart).toBe('2026-01-05T12:00:00Z');
    const paper = readFileSync('config/paper.toml', 'utf8') + '\n[clock]\nstart = "2026-01-05T12:00:00Z"\n';
    expect(sentence(paper)).toContain('clock.start is for the demo profile only');
    expect(sentence(shifted.replace('2026-01-05T12:00:00Z', 'noon'))).toContain('must be a UTC time');
  });

  it('a missing file and a missing capture are named', () => {
    const missing = loadConfig('/nowhere/x.toml');
    expect(missing).toMatchObject({
      ok: false,
      error: { sentence: "/nowhere/x.toml can't be read: it does not exist." },
    });
    const capture = loadConfig('config/demo.toml', { replay: { files: ['/nowhere/c'], speed: 1 } });
    expect(capture).toMatchObject({ ok: false, error: { code: 'replay-missing' } });
  });
});

describe('several feeds', () => {
  const second = (lines = ''): string =>
    `[[feeds]]\nid = "other"\nname = "Other"\nrest = "http://127.0.0.1:5"\nws = "ws://127.0.0.1:5"\n` +
    `symbols = "all"\nsimulated = true\n${lines}\n`;
  const two = (lines = ''): string =>
    edit('[feed]', '[[feeds]]').replace('# Where orders go.', `${second(lines)}# Where orders go.`);
  const asked = { venueRest: 'http://127.0.0.1:9', venueWs: 'ws://127.0.0.1:9' };

  it('one [feed] is a list of one, on one thread, and the account trades it', () => {
    const config = accepted(demo, asked);
    expect(config.feeds).toMatchObject([{ id: 'sim', dialect: 'binance-spot', restUrl: asked.venueRest }]);
    expect([config.feedThreads, config.venue.feed]).toEqual([1, 'sim']);
  });

  it('are read in their order; only the account’s own feed follows its address', () => {
    const config = accepted(two('dialect = "kraken"'), asked);
    expect(config.feeds).toMatchObject([
      { id: 'sim', dialect: 'binance-spot', restUrl: asked.venueRest, wsUrl: asked.venueWs },
      { id: 'other', dialect: 'kraken', restUrl: 'http://127.0.0.1:5', wsUrl: 'ws://127.0.0.1:5' },
    ]);
    expect([config.feedThreads, config.venue.feed]).toEqual([2, 'sim']);
    expect(accepted(`feed_threads = 5\n${two()}`).feedThreads).toBe(5);
    expect(accepted(two().replace('[venue]', '[venue]\nfeed = "other"')).venue.feed).toBe('other');
  });

  it.each([
    [two('colour = 1'), 'demo.toml: feeds.2.colour is not a known key.'],
    [two().replace('"other"', '"sim"'), 'demo.toml: feeds has two called "sim".'],
    [`feed_threads = 0\n${two()}`, 'demo.toml: feed_threads must be at least 1, not 0.'],
    [
      two().replace(/symbols = "all"\nsimulated = true\n\n/, 'symbols = "all"\n\n'),
      'demo.toml: feeds.2.simulated is not as in the feed before: real and simulated data never mix.',
    ],
    [demo + second(), 'demo.toml: feed and feeds are both given; keep one.'],
    [
      edit(/\[feed\]\n(.*\n)*?simulated.*\n/, ''),
      'demo.toml: feeds is missing: a [[feeds]] table says where market data comes from.',
    ],
    [
      two().replace('[venue]\nid = "sim"', '[venue]\nid = "paper"'),
      'demo.toml: venue.feed is missing: no feed is called "paper".',
    ],
    [
      two().replace('[venue]', '[venue]\nfeed = "third"'),
      'demo.toml: venue.feed names no feed: none is called "third".',
    ],
    [two('dialect = "Kraken!"'), /feeds\.2\.dialect must be the name of a dialect.*not "Kraken!"\.$/],
  ])('one clear sentence %#', (text, expected) => {
    if (typeof expected === 'string') expect(sentence(text)).toBe(expected);
    else expect(sentence(text)).toMatch(expected);
  });

  it('what a profile refuses of a feed, it names by the list', () => {
    const production = readFileSync('config/production.toml', 'utf8');
    const simulated = production.replace('[feed]', '[[feeds]]\nsimulated = true');
    expect(sentence(simulated)).toContain('feeds.1.simulated');
  });
});

describe('production', () => {
  const production = readFileSync('config/production.toml', 'utf8');
  const without = (line: RegExp, text = production): string => {
    const left = text.replace(line, '');
    expect(left).not.toBe(text);
    return left;
  };
  it('is complete as shipped: what it lacks is the account’s own', () => {
    const config = accepted(production);
    expect(config.origins).toEqual({ data: 'LIVE', orders: 'LIVE' });
    expect(consoleAddress(config.console, 443)).toBe('https://console.desk.example');
    expect(config.users.filter(({ role }) => role === 'administrator').length).toBeGreaterThan(1);
    expect(config.allowOldRuntime).toBe(false);
  });

  it('refuses a simulated venue or feed, and a capture', () => {
    expect(sentence(production.replace('[feed]', '[feed]\nsimulated = true'))).toContain('feed.simulated');
    expect(sentence(production.replace('simulated = false', 'simulated = true'))).toContain(
      'venue.simulated',
    );
    expect(sentence(production, { replay: { files: ['x'], speed: 1 } })).toContain('does not replay');
  });

  it('refuses plain HTTP, a clock that is measured against nothing, and an account without a key', () => {
    const plain = without(/tls_cert.*\ntls_key.*\n(#.*\n)*redirect_port.*\n/);
    expect(sentence(plain.replace('host = "0.0.0.0"', 'host = "127.0.0.1"'))).toContain('console needs TLS');
    expect(sentence(plain)).toContain('console.host is 0.0.0.0, which other machines reach');
    const proxied = plain.replace(/# (trusted_proxies)/, '$1');
    expect(consoleAddress(accepted(proxied).console, 80)).toBe('https://console.desk.example');
    expect(sentence(without(/^servers = .*$/m))).toContain('clock.servers is empty');
    const keyless = accepted(without(/^key_file = .*$/m));
    expect(loadVenueKey(keyless, 'x.toml', {})).toMatchObject({ ok: false, error: { code: 'key-missing' } });
    expect(loadVenueKey(keyless, 'x.toml', { CWTS_SIM_KEY: 'a', CWTS_SIM_SECRET: 'b' })).toMatchObject({
      ok: false,
    });
  });

  it('refuses a key that looks like a placeholder, and a key file that others can read', () => {
    const config = accepted(production);
    const file = join(folder, 'venue.key');
    const here = join(folder, 'production.toml');
    const good = 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A';
    writeFileSync(file, `key = "${good}"\nsecret = "your-secret-goes-here"\n`, { mode: 0o600 });
    expect(loadVenueKey(config, here, {})).toMatchObject({ ok: false, error: { code: 'key-placeholder' } });
    writeFileSync(file, `key = "${good}"\nsecret = "${good}"\n`);
    expect(loadVenueKey(config, here, {})).toMatchObject({ ok: true });
    chmodSync(file, 0o644);
    expect(loadVenueKey(config, here, {})).toMatchObject({ ok: false, error: { code: 'key-file-open' } });
    chmodSync(file, 0o600);
    writeFileSync(file, 'key = secretkeypart');
    const broken = loadVenueKey(config, here, {});
    expect(JSON.stringify(broken)).not.toContain('secretkeypart');
  });

  it.each(['sim-key', 'x'.repeat(64), 'changeme-changeme-1', 'YOUR_API_KEY_HERE_9f8e7d'])(
    '%s is a placeholder',
    (key) => {
      expect(looksLikePlaceholder(key)).toBe(true);
    },
  );
});

describe('listening', () => {
  const console_ = (lines: string): string => edit('host = "127.0.0.1"', lines);
  const name = 'allowed_hosts = ["desk.example"]';
  it.each([
    ['host = "0.0.0.0"', 'console.host is 0.0.0.0, which other machines reach'],
    ['host = "::"', 'console.host is ::, which other machines reach'],
    ['host = "10.1.2.3"\ntls_cert = "a"', 'console.allowed_hosts names nothing'],
    [`host = "10.1.2.3"\ntls_cert = "a"\n${name}`, 'accepted'],
    [`host = "0.0.0.0"\ntrusted_proxies = ["10.0.0.5"]\n${name}`, 'accepted'],
    ['host = "127.0.0.9"', 'accepted'],
    ['host = "::1"', 'accepted'],
    ['tls_key = "a"', 'console.tls_key is given without console.tls_cert.'],
    ['redirect_port = 80', 'console.redirect_port sends people to https'],
    ['trusted_proxies = ["proxy.example"]', 'console.trusted_proxies.1 must be an IP address or a range'],
    ['allowed_addresses = ["10.0.0.0/40"]', 'console.allowed_addresses.1 must be an IP address or a range'],
  ])('%s: %s', (lines, expected) => expect(sentence(console_(lines))).toContain(expected));

  it.each([
    ['servers = ["time.example", "10.0.0.1", "10.0.0.1:1123", "[fd00::1]:123", "fd00::1"]', 'accepted'],
    ['servers = ["http://time.example"]', 'clock.servers.1 must be the name or address of an NTP server'],
    ['bound_micros = 50', 'clock.bound_micros must be at least 100'],
  ])('clock: %s: %s', (line, expected) =>
    expect(sentence(`${demo}\n[clock]\n${line}\n`)).toContain(expected),
  );
});

describe('the runtime', () => {
  const on = (day: string): number => Date.parse(`${day}T12:00:00Z`);
  it('is over the day after its makers stop mending it', () => {
    expect(runtimeLife('v20.20.2', on('2026-04-30'))).toMatchObject({ isOver: false, endsOn: '2026-04-30' });
    expect(runtimeLife('v20.20.2', on('2026-05-01'))).toMatchObject({ isOver: true });
    expect(runtimeLife('v24.1.0', on('2026-05-01'))).toMatchObject({ isOver: false });
    expect(runtimeLife('v98.0.0', on('2026-05-01'))).toMatchObject({ isOver: false, endsOn: null });
    expect(runtimeLife('v12.0.0', on('2026-05-01'))).toMatchObject({ isOver: true });
  });
});

describe('the command line', () => {
  const base = ['--config', 'c.toml', '--data', 'd'];
  it('overrides the file', () => {
    const read = readArguments([...base, '--port', '0', '--replay', 'f', '--replay', 'g', '--speed', '10']);
    expect(read).toEqual({
      ok: true,
      value: {
        configFile: 'c.toml',
        dataDir: 'd',
        pageDir: null,
        overrides: { consolePort: 0, replay: { files: ['f', 'g'], speed: 10 } },
      },
    });
  });
  it.each([
    [['--data', 'd'], '--config is missing'],
    [[...base, '--port', '99999'], '--port must be a port'],
    [[...base, '--speed', 'fast', '--replay', 'x'], '--speed must be'],
    [[...base, '--venue-rest', 'http://x'], 'go together'],
    [[...base, '--wat'], "Unknown option '--wat'"],
    [[...base, '--venue-rest', 'https://me:word@x', '--venue-ws', 'wss://x'], 'carries a password'],
  ])('%j', (argv, expected) => {
    const read = readArguments(argv);
    expect(read.ok ? 'accepted' : read.error.sentence).toContain(expected);
  });
});
