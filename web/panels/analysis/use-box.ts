import { useEffect, useRef, useState, type RefObject } from 'react';

/** An element's size in px as the browser lays it out; null before the first time. */
export function useBox<E extends Element>(): readonly [
  RefObject<E | null>,
  { readonly width: number; readonly height: number } | null,
] {
  const ref = useRef<E>(null);
  const [box, setBox] = useState<{ readonly width: number; readonly height: number } | null>(null);
  useEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setBox({ width: entry.contentRect.width, height: entry.contentRect.height });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, box];
}
