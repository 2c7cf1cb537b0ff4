import type { Rect, Virtualizer } from '@tanstack/react-virtual';

/**
 * Tells a virtual list the size of its box whenever the browser has laid it out. The library's own way
 * asks for the size at once, which makes the browser lay out the whole page in the middle of a mount.
 */
export function observeSize(
  { scrollElement }: Virtualizer<HTMLDivElement, Element>,
  tell: (size: Rect) => void,
): () => void {
  const observer = new ResizeObserver(() => {
    if (scrollElement) tell({ width: scrollElement.offsetWidth, height: scrollElement.offsetHeight });
  });
  if (scrollElement) observer.observe(scrollElement);
  return () => observer.disconnect();
}
