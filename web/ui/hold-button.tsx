import { useCallback, useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';

export const HOLD_MS = 600;

/**
 * A guarded button: held for 600 ms by pointer, Enter or Space, then `onHeld` once. Letting go
 * earlier does nothing. It has no disabled state on purpose.
 */
export function HoldButton({
  children,
  className,
  describedBy,
  onHeld,
  label,
}: {
  readonly children: ReactNode;
  readonly className: string;
  readonly describedBy: string;
  readonly onHeld: () => void;
  readonly label: string;
}) {
  const [holding, setHolding] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const release = useCallback(() => {
    if (timer.current) clearTimeout(timer.current);
    timer.current = null;
    setHolding(false);
  }, []);
  useEffect(() => release, [release]);
  const begin = (): void => {
    if (timer.current) return;
    setHolding(true);
    timer.current = setTimeout(() => {
      release();
      onHeld();
    }, HOLD_MS);
  };
  const key = (event: KeyboardEvent): boolean => event.key === 'Enter' || event.key === ' ';
  return (
    <button
      type="button"
      className={className}
      data-holding={holding}
      aria-label={label}
      aria-describedby={describedBy}
      onPointerDown={(event) => {
        if (event.button === 0) begin();
      }}
      onPointerUp={release}
      onPointerLeave={release}
      onPointerCancel={release}
      onBlur={release}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        if (!key(event)) return;
        event.preventDefault();
        if (!event.repeat) begin();
      }}
      onKeyUp={(event) => {
        if (key(event)) release();
      }}
    >
      <span className="hold-fill" aria-hidden />
      <span className="hold-text">{children}</span>
    </button>
  );
}
