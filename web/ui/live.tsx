import { useCallback, useLayoutEffect, useRef } from 'react';
import type { StoreApi } from 'zustand/vanilla';

type Readable<S> = Pick<StoreApi<S>, 'getState' | 'subscribe'>;

/**
 * Writes to an element at each change of a store, past React: what changes twenty times a second
 * must not be rendered twenty times a second. `write` should change only what differs.
 */
export function useLive<S, E extends Element>(store: Readable<S>, write: (element: E, view: S) => void) {
  const ref = useRef<E>(null);
  useLayoutEffect(() => {
    const run = (): void => {
      if (ref.current) write(ref.current, store.getState());
    };
    run();
    return store.subscribe(run);
  }, [store, write]);
  return ref;
}

/** Puts a text where it differs. */
export function putText(node: Element | null | undefined, text: string): void {
  if (node && node.textContent !== text) node.textContent = text;
}

/** Sets a class where it differs. */
export function putClass(node: Element, name: string, on: boolean): void {
  if (node.classList.contains(name) !== on) node.classList.toggle(name, on);
}

/** One live text, with an optional mask so that pictures of it can be compared. */
export function LiveText<S>({
  store,
  select,
  className,
  mask,
}: {
  readonly store: Readable<S>;
  /** Must be stable (outside the component, or useCallback). */
  readonly select: (view: S) => string;
  readonly className?: string;
  readonly mask?: 'age' | 'clock' | 'latency' | 'provenance';
}) {
  const write = useCallback((element: HTMLSpanElement, view: S) => putText(element, select(view)), [select]);
  const ref = useLive<S, HTMLSpanElement>(store, write);
  return <span ref={ref} className={className} {...(mask ? { 'data-mask': mask } : {})} />;
}
