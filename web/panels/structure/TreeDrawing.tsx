import { useMemo } from 'react';
import type { Structure } from '../../../shaders/analyses/structure.ts';
import { useBox } from '../analysis/use-box.ts';
import { layoutTree, LETTER_PX, LINE_PX, rimOf, type Spot } from './tree-layout.ts';

/** Around the circle, so that a node on it is whole. */
const BESIDE_PX = 8;
const NODE_PX = 3;
const LEAST_NODE_PX = 1.3;
/** Crossings of so many branches are named inside, where their names do not cover each other; of a small tree all. */
const HUB = 4;
const SMALL = 40;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The spanning tree: strong edges drawn, cut ones dashed, the chosen cluster in the accent. */
export function TreeDrawing({
  structure: { tree, cluster },
  names,
  least,
  chosen,
}: {
  readonly structure: Structure;
  readonly names: readonly string[];
  readonly least: number;
  /** A cluster's number. */
  readonly chosen: number | null;
}) {
  const [ref, box] = useBox<SVGSVGElement>();
  const spots = useMemo(() => layoutTree(tree, names.length), [tree, names]);
  const { width, height } = box ?? { width: 0, height: 0 };
  const leaves = spots.filter(({ degree }) => degree === 1);
  const longest = names.reduce((most, name) => Math.max(most, name.length), 0);
  const { reach, hasNames } = rimOf(leaves.length, longest, Math.min(width, height) / 2 - BESIDE_PX);
  // On a crowded rim nodes would be one band.
  const radius = Math.max(LEAST_NODE_PX, Math.min(NODE_PX, (2 * reach) / Math.max(1, leaves.length)));
  const at = new Map<number, Point>(
    spots.map(({ row, radius, angle }) => [
      row,
      {
        x: width / 2 + reach * radius * Math.cos(angle),
        y: height / 2 + reach * radius * Math.sin(angle),
      },
    ]),
  );
  const lines = (wanted: (a: number, rho: number) => boolean): string =>
    tree
      .filter(({ a, rho }) => wanted(a, rho))
      .map(({ a, b }) => `${move('M', at.get(a))}${move('L', at.get(b))}`)
      .join('');
  const isChosen = (row: number): boolean => chosen !== null && cluster[row] === chosen;
  return (
    <svg ref={ref} className="tree" role="img" aria-label={sentence(tree.length, names, spots)}>
      {box && (
        <>
          <path className="tree-cut" d={lines((_, rho) => rho < least)} />
          <path className="tree-edge" d={lines((a, rho) => rho >= least && !isChosen(a))} />
          <path className="tree-edge tree-chosen" d={lines((a, rho) => rho >= least && isChosen(a))} />
          {[...(hasNames ? leaves : []), ...namedHubs(spots, at, names)].map((spot) => (
            <Name
              key={spot.row}
              spot={spot}
              at={at.get(spot.row)}
              name={names[spot.row] ?? ''}
              chosen={isChosen(spot.row)}
            />
          ))}
          <path className="tree-node" d={spots.map(({ row }) => dot(at.get(row), radius)).join('')} />
          <path
            className="tree-node tree-chosen"
            d={spots.map(({ row }) => (isChosen(row) ? dot(at.get(row), radius) : '')).join('')}
          />
        </>
      )}
    </svg>
  );
}

function Name({
  spot: { angle, degree, radius },
  at,
  name,
  chosen,
}: {
  readonly spot: Spot;
  readonly at: Point | undefined;
  readonly name: string;
  readonly chosen: boolean;
}) {
  if (!at) return null;
  const className = chosen ? 'tree-name tree-chosen' : 'tree-name';
  if (degree > 1 || radius === 0) {
    return (
      <text className={className} x={at.x + 6} y={at.y - 5}>
        {name}
      </text>
    );
  }
  // Along the ray, and never upside down.
  const degrees = (angle * 180) / Math.PI;
  const turned = degrees > 90 && degrees < 270;
  const place = `translate(${at.x} ${at.y}) rotate(${turned ? degrees - 180 : degrees})`;
  return (
    <text
      className={className}
      transform={place}
      x={turned ? -6 : 6}
      dy="0.35em"
      textAnchor={turned ? 'end' : 'start'}
    >
      {name}
    </text>
  );
}

/** The busiest crossings whose names do not cover each other. */
function namedHubs(
  spots: readonly Spot[],
  at: ReadonlyMap<number, Point>,
  names: readonly string[],
): readonly Spot[] {
  const hubs: Spot[] = [];
  const isFree = (spot: Spot): boolean => {
    const own = at.get(spot.row);
    const width = LETTER_PX * (names[spot.row]?.length ?? 0);
    return hubs.every((other) => {
      const there = at.get(other.row);
      if (!own || !there || Math.abs(own.y - there.y) > LINE_PX) return true;
      return Math.abs(own.x - there.x) > Math.max(width, LETTER_PX * (names[other.row]?.length ?? 0));
    });
  };
  const least = spots.length > SMALL ? HUB : 2;
  for (const spot of spots.toSorted((a, b) => b.degree - a.degree)) {
    if (spot.degree >= least && isFree(spot)) hubs.push(spot);
  }
  return hubs;
}

const move = (how: 'M' | 'L', point: Point | undefined): string =>
  point ? `${how}${point.x.toFixed(1)} ${point.y.toFixed(1)}` : '';

/** A circle as part of a path: all nodes are one element. */
function dot(point: Point | undefined, radius: number): string {
  if (!point) return '';
  const [r, across] = [radius.toFixed(1), (2 * radius).toFixed(1)];
  const turn = `a${r} ${r} 0 1 0`;
  return `M${(point.x - radius).toFixed(1)} ${point.y.toFixed(1)}${turn} ${across} 0${turn} -${across} 0`;
}

function sentence(edges: number, names: readonly string[], spots: readonly Spot[]): string {
  const hub = spots.reduce<Spot | null>(
    (most, each) => (each.degree > (most?.degree ?? 0) ? each : most),
    null,
  );
  const busiest = hub ? ` ${names[hub.row] ?? ''} has the most neighbours, ${hub.degree}.` : '';
  return `Minimum spanning tree of ${spots.length} instruments by ${edges} edges.${busiest}`;
}
