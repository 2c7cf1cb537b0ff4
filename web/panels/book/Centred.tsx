import { useLayoutEffect, useRef, type ReactNode } from 'react';

/**
 * Scrolls; the mid of the ladder in it stays in the middle of what is seen, at first and after a resize: its
 * observer is told when the page is laid out, so that nothing here makes the browser do it twice.
 */
export function Centred({
  label,
  stale,
  again,
  children,
}: {
  readonly label: string;
  readonly stale: boolean;
  /** When it changes, another ladder is in it. */
  readonly again: string;
  readonly children: ReactNode;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const box = scroller.current;
    const row = box?.querySelector<HTMLElement>('.ladder-mid');
    if (!box || !row) return;
    const centre = (): void => {
      box.scrollTop = row.offsetTop - (box.clientHeight - row.offsetHeight) / 2;
    };
    const observer = new ResizeObserver(centre);
    observer.observe(box);
    return () => observer.disconnect();
  }, [again]);
  return (
    <div
      ref={scroller}
      className={stale ? 'panel-scroll book stale' : 'panel-scroll book'}
      tabIndex={0}
      role="region"
      aria-label={label}
    >
      {children}
    </div>
  );
}
