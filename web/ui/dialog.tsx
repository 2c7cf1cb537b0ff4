import { useEffect, useId, useRef, type ReactNode } from 'react';
import { createPortal } from 'react-dom';

/**
 * A dialog over the panels and under the bar: what is always in sight stays in sight, and the halt
 * stays within reach. The panels are inert meanwhile; focus comes back to where it was.
 */
export function Dialog({
  title,
  onClose,
  children,
  wide = false,
}: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly wide?: boolean;
}) {
  const box = useRef<HTMLDivElement>(null);
  const heading = useId();
  useEffect(() => {
    const before = document.activeElement;
    const workspace = document.querySelector('.workspace');
    workspace?.setAttribute('inert', '');
    // A field that asked for the focus itself keeps it.
    if (!box.current?.contains(document.activeElement)) box.current?.focus();
    return () => {
      workspace?.removeAttribute('inert');
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return createPortal(
    <>
      <div className="veil" onClick={onClose} />
      <div
        ref={box}
        role="dialog"
        aria-labelledby={heading}
        tabIndex={-1}
        className={wide ? 'dialog dialog-wide' : 'dialog'}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          onClose();
        }}
      >
        <div className="row spread">
          <h2 id={heading} className="dialog-title">
            {title}
          </h2>
          <button type="button" className="button button-plain" onClick={onClose}>
            Close
          </button>
        </div>
        {children}
      </div>
    </>,
    document.body,
  );
}
