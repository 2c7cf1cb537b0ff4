import { useMemo } from 'react';
import type { Lead } from '../../../shaders/analyses/leadlag.ts';
import { useBox } from '../analysis/use-box.ts';
import { arrow, seats, type Point, type Seat } from './graph-layout.ts';

/** Room for the names outside the circle. */
const MARGIN = 86;

/** And above and below it. */
const LINE = 18;

/** Who leads whom: arrows from the leader to the follower, those that turn the other way dashed. */
export function LeadGraph({
  edges,
}: {
  readonly edges: readonly Pick<Lead, 'leader' | 'follower' | 'rho'>[];
}) {
  const [ref, box] = useBox<SVGSVGElement>();
  const around = useMemo(() => seats(edges), [edges]);
  const { width, height } = box ?? { width: 0, height: 0 };
  const centre = { x: width / 2, y: height / 2 };
  const reach = Math.max(10, Math.min(width, height) / 2 - LINE);
  const wide = Math.max(10, Math.min(width / 2 - MARGIN, 2 * reach));
  const at = new Map<string, Point>(
    around.map(({ name, angle }) => [
      name,
      { x: centre.x + wide * Math.cos(angle), y: centre.y + reach * Math.sin(angle) },
    ]),
  );
  const arrows = edges.flatMap(({ leader, follower, rho }) => {
    const [from, to] = [at.get(leader), at.get(follower)];
    return from && to ? [{ ...arrow(from, to, centre), isAgainst: rho < 0 }] : [];
  });
  const path = (isAgainst: boolean): string =>
    arrows.map((each) => (each.isAgainst === isAgainst ? each.line : '')).join('');
  const [first] = around;
  return (
    <svg
      ref={ref}
      className="lead-graph"
      role="img"
      aria-label={`Who leads whom, ${edges.length} arrows among ${around.length} instruments.${first ? ` ${first.name} leads most, ${first.leads}.` : ''}`}
    >
      {box && (
        <>
          <path className="lead-line" d={path(false)} />
          <path className="lead-line lead-against" d={path(true)} />
          <path className="lead-head" d={arrows.map(({ head }) => head).join('')} />
          {around.map((seat) => (
            <Name key={seat.name} seat={seat} at={at.get(seat.name)} />
          ))}
        </>
      )}
    </svg>
  );
}

function Name({ seat: { name, angle, leads }, at }: { readonly seat: Seat; readonly at: Point | undefined }) {
  if (!at) return null;
  const across = Math.cos(angle);
  const anchor = across > 0.2 ? 'start' : across < -0.2 ? 'end' : 'middle';
  const off = anchor === 'middle' ? { x: 0, y: 10 * Math.sin(angle) } : { x: 7 * Math.sign(across), y: 0 };
  return (
    <>
      <circle className="lead-node" cx={at.x} cy={at.y} r={3} />
      <text
        className={leads > 0 ? 'lead-name lead-leads' : 'lead-name'}
        x={at.x + off.x}
        y={at.y + off.y}
        dy="0.35em"
        textAnchor={anchor}
      >
        {name}
      </text>
    </>
  );
}
