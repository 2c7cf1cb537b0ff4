import { useEffect, useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { useServices } from '../../app/services.ts';

const ZOOM = 1.25;
const PAN_PX = 40;

/** Gives its canvas to the compute worker and tells it of size, wheel, pointer and keys. */
export function HeatmapCanvas() {
  const { computeLink } = useServices();
  const box = useRef<HTMLDivElement>(null);
  /** Where each pointer that is down was last. */
  const down = useRef(new Map<number, At>());
  useEffect(() => {
    const parent = box.current;
    if (!parent) return;
    // Made here: a canvas can be handed over once, and a panel may be mounted again.
    const canvas = document.createElement('canvas');
    canvas.className = 'heatmap-canvas';
    canvas.setAttribute('aria-hidden', 'true');
    parent.append(canvas);
    const offscreen = canvas.transferControlToOffscreen();
    computeLink.send({ kind: 'canvas', canvas: offscreen }, [offscreen]);
    const observer = new ResizeObserver(() => {
      const { width, height } = parent.getBoundingClientRect();
      computeLink.send({ kind: 'size', width: width * devicePixelRatio, height: height * devicePixelRatio });
    });
    observer.observe(parent);
    // A wheel listener of React's is passive and could not keep the page from scrolling.
    const wheel = (event: WheelEvent): void => {
      event.preventDefault();
      const at = pixel(parent, event);
      computeLink.send({ kind: 'zoom', ...at, factor: event.deltaY < 0 ? ZOOM : 1 / ZOOM });
    };
    parent.addEventListener('wheel', wheel, { passive: false });
    return () => {
      observer.disconnect();
      parent.removeEventListener('wheel', wheel);
      computeLink.send({ kind: 'no-canvas' });
      canvas.remove();
    };
  }, [computeLink]);

  const move = (event: PointerEvent<HTMLDivElement>): void => {
    const at = pixel(event.currentTarget, event);
    const last = down.current.get(event.pointerId);
    if (!last) {
      computeLink.send({ kind: 'point', at });
      return;
    }
    const other = [...down.current].find(([id]) => id !== event.pointerId)?.[1];
    down.current.set(event.pointerId, at);
    if (!other) computeLink.send({ kind: 'pan', dx: at.x - last.x, dy: at.y - last.y });
    else {
      // Two fingers: what is between them stays there and grows as they part.
      const [before, now] = [middleOf(last, other), middleOf(at, other)];
      const factor = Math.max(1, apart(at, other)) / Math.max(1, apart(last, other));
      computeLink.send({ kind: 'pan', dx: now.x - before.x, dy: now.y - before.y });
      computeLink.send({ kind: 'zoom', ...now, factor });
    }
  };
  const key = (event: KeyboardEvent<HTMLDivElement>): void => {
    const middle = {
      x: (event.currentTarget.clientWidth * devicePixelRatio) / 2,
      y: (event.currentTarget.clientHeight * devicePixelRatio) / 2,
    };
    const arrow = ARROWS[event.key];
    if (arrow && event.shiftKey) computeLink.send({ kind: 'step', rows: arrow[1], columns: arrow[0] });
    else if (arrow) computeLink.send({ kind: 'pan', dx: -arrow[0] * PAN_PX, dy: -arrow[1] * PAN_PX });
    else if (event.key === '+' || event.key === '=')
      computeLink.send({ kind: 'zoom', ...middle, factor: ZOOM });
    else if (event.key === '-') computeLink.send({ kind: 'zoom', ...middle, factor: 1 / ZOOM });
    else if (event.key === '0') computeLink.send({ kind: 'fit' });
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={box}
      className="heatmap"
      role="application"
      tabIndex={0}
      aria-label="Correlation heatmap. Arrows move the picture, shift and arrows the read-out, plus and minus zoom, zero shows all; two fingers zoom."
      onPointerMove={move}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        const at = pixel(event.currentTarget, event);
        down.current.set(event.pointerId, at);
        // A finger does not hover: where it touches is what it points at.
        if (event.pointerType !== 'mouse') computeLink.send({ kind: 'point', at });
      }}
      onPointerUp={(event) => down.current.delete(event.pointerId)}
      onPointerCancel={(event) => down.current.delete(event.pointerId)}
      onPointerLeave={(event) => {
        if (event.pointerType === 'mouse') computeLink.send({ kind: 'point', at: null });
      }}
      onDoubleClick={() => computeLink.send({ kind: 'fit' })}
      onKeyDown={key}
    />
  );
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

interface At {
  readonly x: number;
  readonly y: number;
}

const apart = (a: At, b: At): number => Math.hypot(a.x - b.x, a.y - b.y);
const middleOf = (a: At, b: At): At => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });

function pixel(element: Element, event: { readonly clientX: number; readonly clientY: number }) {
  const box = element.getBoundingClientRect();
  return {
    x: (event.clientX - box.left) * devicePixelRatio,
    y: (event.clientY - box.top) * devicePixelRatio,
  };
}
