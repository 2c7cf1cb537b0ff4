import { useCallback, useState, type PointerEvent, type RefObject } from 'react';
import { useServices } from '../services.ts';
import { edgeAt } from './edge.ts';
import { PANELS, type Edge, type PanelId } from './tree.ts';

export interface DropTarget {
  readonly panel: PanelId;
  readonly edge: Edge;
  /** Of the place under the pointer, px in the layout. */
  readonly box: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
}

const DRAG_FROM_PX = 6;

/** Dragging a panel by its header onto an edge or the middle of another. */
export function useDocking(frame: RefObject<HTMLDivElement | null>) {
  const { layout } = useServices();
  const [target, setTarget] = useState<DropTarget | null>(null);
  const grab = useCallback(
    (panel: PanelId) => (event: PointerEvent<HTMLElement>) => {
      const control = event.target instanceof Element && event.target.closest('button, input, select, a');
      if (event.button !== 0 || control || layout.getState().locked) return;
      const start = { x: event.clientX, y: event.clientY };
      let current: DropTarget | null = null;
      let dragging = false;
      const move = (next: globalThis.PointerEvent): void => {
        dragging ||= Math.hypot(next.clientX - start.x, next.clientY - start.y) > DRAG_FROM_PX;
        if (!dragging) return;
        current = under(frame.current, panel, next.clientX, next.clientY);
        setTarget(current);
      };
      const done = (): void => {
        removeEventListener('pointermove', move);
        removeEventListener('pointerup', drop);
        removeEventListener('keydown', escape);
        setTarget(null);
      };
      const drop = (): void => {
        if (current) layout.dock(panel, current.panel, current.edge);
        done();
      };
      const escape = (key: KeyboardEvent): void => {
        if (key.key === 'Escape') done();
      };
      addEventListener('pointermove', move);
      addEventListener('pointerup', drop);
      addEventListener('keydown', escape);
    },
    [layout, frame],
  );
  return { target, grab };
}

function under(frame: HTMLElement | null, dragged: PanelId, x: number, y: number): DropTarget | null {
  const place = document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-panel]');
  const panel = PANELS.find((id) => id === place?.dataset['panel']);
  if (!frame || !place || !panel || panel === dragged) return null;
  const box = place.getBoundingClientRect();
  const origin = frame.getBoundingClientRect();
  return {
    panel,
    edge: edgeAt((x - box.left) / box.width, (y - box.top) / box.height),
    box: { left: box.left - origin.left, top: box.top - origin.top, width: box.width, height: box.height },
  };
}

export function DropPreview({ target }: { readonly target: DropTarget }) {
  const { box, edge } = target;
  const half = {
    left: { ...box, width: box.width / 2 },
    right: { ...box, left: box.left + box.width / 2, width: box.width / 2 },
    top: { ...box, height: box.height / 2 },
    bottom: { ...box, top: box.top + box.height / 2, height: box.height / 2 },
    centre: box,
  }[edge];
  return <div className="drop-preview" style={half} aria-hidden />;
}
