import type { KeyboardEvent, PointerEvent, RefObject } from 'react';
import { PANEL_LIST } from '../../panels/registry.ts';
import { useServices } from '../services.ts';
import type { PlacedBorder } from './place.ts';
import { rectStyle } from './rect-style.ts';
import { PANELS } from './tree.ts';

/** The border between two places: dragged, or moved by the arrow keys. */
export function Border({
  border,
  frame,
}: {
  readonly border: PlacedBorder;
  readonly frame: RefObject<HTMLDivElement | null>;
}) {
  const { layout } = useServices();
  const inRow = border.direction === 'row';
  const move = (delta: number): void => layout.resize(border.path, border.index, delta);

  const drag = (event: PointerEvent<HTMLDivElement>): void => {
    const box = frame.current?.getBoundingClientRect();
    if (!box || event.button !== 0) return;
    event.preventDefault();
    const handle = event.currentTarget;
    handle.setPointerCapture(event.pointerId);
    const whole = (inRow ? box.width : box.height) * border.length;
    let last = inRow ? event.clientX : event.clientY;
    const moved = (next: globalThis.PointerEvent): void => {
      const at = inRow ? next.clientX : next.clientY;
      move((at - last) / whole);
      last = at;
    };
    const done = (): void => {
      handle.removeEventListener('pointermove', moved);
      handle.removeEventListener('pointerup', done);
      handle.removeEventListener('pointercancel', done);
    };
    handle.addEventListener('pointermove', moved);
    handle.addEventListener('pointerup', done);
    handle.addEventListener('pointercancel', done);
  };
  const key = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -0.02, ArrowUp: -0.02, ArrowRight: 0.02, ArrowDown: 0.02 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    move(step);
  };
  const [before, after] = border.between.map((id) => {
    const panel = PANELS.find((each) => each === id);
    return panel ? PANEL_LIST[panel].title : id;
  });
  return (
    <div
      role="separator"
      tabIndex={0}
      className={inRow ? 'border border-row' : 'border border-column'}
      style={{ ...rectStyle(border.rect), ...(inRow ? { width: undefined } : { height: undefined }) }}
      aria-orientation={inRow ? 'vertical' : 'horizontal'}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(border.share * 100)}
      aria-label={`Border between ${before ?? ''} and ${after ?? ''}`}
      onPointerDown={drag}
      onKeyDown={key}
    />
  );
}
