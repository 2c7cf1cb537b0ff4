/** Daily prices of a small market that was never traded: the same ones in every run. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Program } from './program.ts';
import type { Desk } from './desk.ts';

export interface PlantedPrices {
  readonly names: readonly string[];
  /** names.length rows of closes, as the file has them. */
  readonly closes: readonly (readonly number[])[];
  readonly csv: string;
}

const SECTORS = ['ENERGY', 'BANKS', 'CHIPS', 'FOODS'] as const;
/** How much of a day's move is the whole market's, its sector's, and its own. */
const MARKET = 0.006;
const SECTOR = 0.011;
const OWN = 0.009;
/** The last of the first sector leaves it and follows the last sector from this part of the days on. */
const BREAKS_AT = 0.5;

/**
 * Six instruments (or `each`) of each of four sectors (or more) over weekdays from 2018 on. One breaks with its
 * sector half-way, the last of all repeats the first one's days a day late, and a bad print is in the second.
 */
export function plantedPrices(days: number, market: { sectors?: number; each?: number } = {}): PlantedPrices {
  const { sectors = SECTORS.length, each = 6 } = market;
  const draw = uniform(7);
  // Twelve uniforms less six: near enough to a normal, and the same on every machine.
  const normal = (): number => Array.from({ length: 12 }, draw).reduce((sum, each) => sum + each, -6);
  const names = Array.from({ length: sectors * each }, (_, i) => {
    const sector = Math.floor(i / each);
    return `${SECTORS[sector] ?? `SECTOR${sector + 1}-`}${(i % each) + 1}`;
  });
  const logs = names.map(() => 0);
  const closes = names.map((): number[] => []);
  let late = 0;
  for (let day = 0; day < days; day++) {
    const common = normal();
    const ofSectors = Array.from({ length: sectors }, normal);
    const moves = names.map((_, i) => {
      const broke = i === each - 1 && day >= days * BREAKS_AT;
      const sector = ofSectors[broke ? sectors - 1 : Math.floor(i / each)] ?? 0;
      return MARKET * common + SECTOR * sector + OWN * normal();
    });
    const last = names.length - 1;
    moves[last] = late + (OWN / 3) * normal();
    late = moves[0] ?? 0;
    moves.forEach((move, i) => {
      logs[i] = (logs[i] ?? 0) + move;
      closes[i]?.push(Number((100 * Math.exp(logs[i] ?? 0)).toFixed(4)));
    });
  }
  const second = closes[1];
  if (second) second[20] = 9.5;
  const dates = weekdays(days);
  const rows = dates.map((date, day) => [date, ...closes.map((row) => row[day]?.toFixed(4) ?? '')].join(','));
  return { names, closes, csv: [['date', ...names].join(','), ...rows, ''].join('\n') };
}

/** As a person does it at the server's machine; the console then lists them under `name`. */
export async function importPrices(desk: Desk, name: string, csv: string): Promise<Program> {
  const file = join(desk.folder, `${name}.csv`);
  writeFileSync(file, csv);
  const program = new Program('import/main', [file, '--name', name, '--data', desk.dataDir]);
  const { code } = await program.exited;
  if (code !== 0) throw new Error(`the import of ${name} failed:\n${program.lines.join('\n')}`);
  return program;
}

function weekdays(count: number): string[] {
  const dates: string[] = [];
  for (let day = Date.UTC(2018, 0, 1); dates.length < count; day += 86_400_000) {
    const date = new Date(day);
    if (date.getUTCDay() % 6 !== 0) dates.push(date.toISOString().slice(0, 10));
  }
  return dates;
}

/** mulberry32, 0 … 1. */
function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}
