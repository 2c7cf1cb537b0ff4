import type { CSSProperties } from 'react';
import type { Rect } from './place.ts';

const percent = (part: number): string => `${(part * 100).toFixed(4)}%`;

export function rectStyle({ x, y, width, height }: Rect): CSSProperties {
  return { left: percent(x), top: percent(y), width: percent(width), height: percent(height) };
}
