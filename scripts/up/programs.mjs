// The command lines of the simulated exchange and of the server.
import { readFileSync } from 'node:fs';
import { shortPath } from '../lib/paths.mjs';
import { reasonOf, Trouble } from '../lib/say.mjs';

const INSTRUMENTS = 64;
const SEED = 7;

export async function exchangeArguments(options, ports) {
  const args = ['--port', String(ports.exchange)];
  if (options.profile === 'demo') {
    return [...args, '--seed', String(SEED), '--instruments', String(INSTRUMENTS), '--preroll', '3600'];
  }
  const { rest, ws, symbols } = await readFeed(options.configFile);
  return [...args, '--paper', `${rest},${ws}`, '--symbols', symbols.join(',')];
}

export function serverArguments(options, ports, exchange) {
  return [
    '--config',
    options.configFile,
    '--data',
    options.dataDir,
    '--port',
    String(ports.console),
    '--control-port',
    String(ports.control),
    ...(exchange ? ['--venue-rest', exchange.rest, '--venue-ws', exchange.ws] : []),
    ...(options.replay?.flatMap((file) => ['--replay', file]) ?? []),
    ...(options.replay ? ['--speed', String(options.speed)] : []),
  ];
}

/** Where the paper account's exchange reads the live market: what the configuration says of the feed. */
async function readFeed(file) {
  // Installed by now, unlike when this file was first read.
  const { parse } = await import('smol-toml');
  let config;
  try {
    config = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const syntax = error.line === undefined ? reasonOf(error) : `line ${error.line} is not TOML`;
    throw new Trouble(`${shortPath(file)} can't be used: ${syntax}.`);
  }
  const { feeds = [], venue = {} } = config;
  // With several feeds, the one that the account trades: its own id, or the one that it names.
  const feed = config.feed ?? feeds.find(({ id }) => id === (venue.feed ?? venue.id)) ?? feeds[0] ?? {};
  if (typeof feed.rest !== 'string' || typeof feed.ws !== 'string' || !Array.isArray(feed.symbols)) {
    throw new Trouble(`${shortPath(file)}: feed needs rest, ws and a list of symbols.`);
  }
  return feed;
}
