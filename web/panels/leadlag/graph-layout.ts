import type { Lead } from '../../../shaders/analyses/leadlag.ts';

/** An instrument on the circle; angle from the top, clockwise. */
export interface Seat {
  readonly name: string;
  readonly angle: number;
  readonly leads: number;
}

/** All that lead or follow round a circle, the one that leads most at the top and on from there. */
export function seats(edges: readonly Pick<Lead, 'leader' | 'follower'>[]): Seat[] {
  const leads = new Map<string, number>();
  for (const { leader, follower } of edges) {
    leads.set(leader, (leads.get(leader) ?? 0) + 1);
    leads.set(follower, leads.get(follower) ?? 0);
  }
  const order = [...leads].sort(([a, most], [b, more]) => more - most || (a < b ? -1 : 1));
  return order.map(([name, count], at) => ({
    name,
    leads: count,
    angle: (2 * Math.PI * at) / order.length - Math.PI / 2,
  }));
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** An arrow from seat to seat, bent a little towards the centre, its point short of the follower. */
export function arrow(
  from: Point,
  to: Point,
  centre: Point,
): { readonly line: string; readonly head: string } {
  const bend = {
    x: mix(mix(from.x, to.x, 0.5), centre.x, 0.35),
    y: mix(mix(from.y, to.y, 0.5), centre.y, 0.35),
  };
  const length = Math.max(1e-6, Math.hypot(to.x - bend.x, to.y - bend.y));
  const [dx, dy] = [(to.x - bend.x) / length, (to.y - bend.y) / length];
  const end = { x: to.x - 5 * dx, y: to.y - 5 * dy };
  const back = { x: end.x - 7 * dx, y: end.y - 7 * dy };
  const line = `M${spot(from)}Q${spot(bend)} ${spot(back)}`;
  const head = `M${spot(end)}L${spot({ x: back.x - 3 * dy, y: back.y + 3 * dx })}L${spot({ x: back.x + 3 * dy, y: back.y - 3 * dx })}Z`;
  return { line, head };
}

const mix = (a: number, b: number, part: number): number => a + (b - a) * part;
const spot = ({ x, y }: Point): string => `${x.toFixed(1)} ${y.toFixed(1)}`;
