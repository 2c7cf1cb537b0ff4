/**
 * The colour of every key, computed once for each way of looking: both backends look them up, so they agree
 * to the bit. Correlations: blue for below zero, orange for above, neutral between (console.md); differences
 * of two: violet for what fell, green for what rose. Mixed in OKLab, so that equal steps look equal.
 */
import { DIAGONAL, keyed, KEYS, NOTHING } from './keys.ts';
import { LEVELS, type HeatmapView, type Theme } from './view.ts';

interface Ramp {
  readonly negative: string;
  readonly centre: string;
  readonly positive: string;
  readonly grid: string;
  readonly hatch: string;
  readonly hatchGround: string;
}

type Kind = NonNullable<HeatmapView['kind']>;

const RAMPS: Readonly<Record<Theme, Ramp>> = {
  light: {
    negative: '#0a4f94',
    centre: '#ffffff',
    positive: '#b04e00',
    grid: '#d3d9df',
    hatch: '#9aa5b0',
    hatchGround: '#e9ecef',
  },
  dark: {
    negative: '#4fb0ff',
    centre: '#151a20',
    positive: '#ff9838',
    grid: '#2a333d',
    hatch: '#5b6673',
    hatchGround: '#1c232b',
  },
};

/** The ends where the cells are differences. */
const DIFFERENCE: Readonly<Record<Theme, Pick<Ramp, 'negative' | 'positive'>>> = {
  light: { negative: '#8a2f8f', positive: '#0f7040' },
  dark: { negative: '#d98be0', positive: '#4cc98a' },
};

/** How much of the distance to the centre a dimmed colour keeps. */
const DIM = 0.22;

/** Places behind those of the keys; where nothing is known, NOTHING is the ground of the hatch. */
export const HATCH = KEYS;
export const GRID = KEYS + 1;

type Looks = Pick<HeatmapView, 'threshold' | 'kind' | 'theme'>;

let held: { readonly of: string; readonly colours: Uint32Array<ArrayBuffer> } | null = null;

/** RGBA as u32, red in the lowest byte (the order of ImageData), by key. What is below the threshold is dimmed. */
export function keyColours({ threshold, kind = 'correlation', theme }: Looks): Uint32Array<ArrayBuffer> {
  const least = Math.ceil(Math.min(1, Math.max(0, threshold)) * LEVELS);
  const of = `${kind} ${theme} ${least}`;
  if (held?.of === of) return held.colours;
  const levels = levelColours(kind, theme);
  const colours = new Uint32Array(KEYS + 2);
  for (let key = 2; key < KEYS; key++) {
    const { level, isFaint } = keyed(key);
    const isDimmed = isFaint || Math.abs(level) < least;
    colours[key] = (isDimmed ? levels.dimmed : levels.full)[LEVELS + level] ?? 0;
  }
  // A correlation with itself is 1, and its difference to another time 0.
  colours[DIAGONAL] = levels.full[kind === 'difference' ? LEVELS : 2 * LEVELS] ?? 0;
  colours[NOTHING] = fromLab(toLab(RAMPS[theme].hatchGround));
  colours[HATCH] = fromLab(toLab(RAMPS[theme].hatch));
  colours[GRID] = fromLab(toLab(RAMPS[theme].grid));
  held = { of, colours };
  return colours;
}

interface LevelColours {
  /** Level −1024 … 1024 at 0 … 2048. */
  readonly full: Uint32Array;
  readonly dimmed: Uint32Array;
}

const made = new Map<string, LevelColours>();

export function levelColours(kind: Kind, theme: Theme): LevelColours {
  const name = `${kind} ${theme}`;
  const known = made.get(name);
  if (known !== undefined) return known;
  const ramp = kind === 'difference' ? { ...RAMPS[theme], ...DIFFERENCE[theme] } : RAMPS[theme];
  const colours = { full: new Uint32Array(2 * LEVELS + 1), dimmed: new Uint32Array(2 * LEVELS + 1) };
  const centre = toLab(ramp.centre);
  const ends = { negative: toLab(ramp.negative), positive: toLab(ramp.positive) };
  for (let level = -LEVELS; level <= LEVELS; level++) {
    const end = level < 0 ? ends.negative : ends.positive;
    const share = Math.abs(level) / LEVELS;
    colours.full[LEVELS + level] = fromLab(mix(centre, end, share));
    colours.dimmed[LEVELS + level] = fromLab(mix(centre, end, share * DIM));
  }
  made.set(name, colours);
  return colours;
}

type Lab = readonly [number, number, number];

const mix = (a: Lab, b: Lab, share: number): Lab => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
  a[2] + (b[2] - a[2]) * share,
];

/** OKLab of a #rrggbb (Björn Ottosson, 2020). */
function toLab(hex: string): Lab {
  const [r, g, b] = [1, 3, 5].map((at) => linear(Number.parseInt(hex.slice(at, at + 2), 16) / 255));
  const [red, green, blue] = [r ?? 0, g ?? 0, b ?? 0];
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromLab([lightness, a, b]: Lab): number {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const red = byte(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s);
  const green = byte(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s);
  const blue = byte(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s);
  return (red | (green << 8) | (blue << 16) | (255 << 24)) >>> 0;
}

const linear = (value: number): number =>
  value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;

function byte(value: number): number {
  const light = Math.min(1, Math.max(0, value));
  return Math.round(255 * (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055));
}
