/**
 * Colours of every level of ρ, computed once: both backends look them up, so they agree to the bit.
 * Blue for below zero, orange for above, neutral between (console.md); mixed in OKLab, so that equal
 * steps of ρ look equal.
 */
import { LEVELS, type Theme } from './view.ts';

interface Ramp {
  readonly negative: string;
  readonly centre: string;
  readonly positive: string;
  readonly grid: string;
  readonly hatch: string;
  readonly hatchGround: string;
}

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

/** How much of the distance to the centre a dimmed colour keeps. */
const DIM = 0.22;

/** Places in the palette: level −1024 … 1024 at 0 … 2048, the same dimmed, then these. */
export const DIMMED = 2 * LEVELS + 1;
export const GRID = 2 * DIMMED;
export const HATCH = GRID + 1;
export const HATCH_GROUND = GRID + 2;
export const PALETTE_LENGTH = GRID + 3;

const palettes = new Map<Theme, Uint32Array<ArrayBuffer>>();

/** RGBA as u32, red in the lowest byte (the order of ImageData). */
export function palette(theme: Theme): Uint32Array<ArrayBuffer> {
  const held = palettes.get(theme);
  if (held !== undefined) return held;
  const made = build(RAMPS[theme]);
  palettes.set(theme, made);
  return made;
}

function build(ramp: Ramp): Uint32Array<ArrayBuffer> {
  const colours = new Uint32Array(PALETTE_LENGTH);
  const centre = toLab(ramp.centre);
  const ends = { negative: toLab(ramp.negative), positive: toLab(ramp.positive) };
  for (let level = -LEVELS; level <= LEVELS; level++) {
    const end = level < 0 ? ends.negative : ends.positive;
    const share = Math.abs(level) / LEVELS;
    colours[LEVELS + level] = fromLab(mix(centre, end, share));
    colours[DIMMED + LEVELS + level] = fromLab(mix(centre, end, share * DIM));
  }
  colours[GRID] = fromLab(toLab(ramp.grid));
  colours[HATCH] = fromLab(toLab(ramp.hatch));
  colours[HATCH_GROUND] = fromLab(toLab(ramp.hatchGround));
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
