import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { createPortal } from 'react-dom';

/**
 * A dialog over the panels and under the bar: what is always in sight stays in sight, and the halt
 * stays within reach. The panels, and a dialog that it stands over, are inert meanwhile; focus comes
 * back to where it was.
 */
export function Dialog({
  title,
  onClose,
  children,
  wide = false,
}: {
  readonly title: string;
  /** null: only what is in it ends it, for what is shown once. */
  readonly onClose: (() => void) | null;
  readonly children: ReactNode;
  readonly wide?: boolean;
}) {
  const box = useRef<HTMLDivElement>(null);
  const heading = useId();
  // Before a field of the dialog asks for it.
  const [before] = useState(() => document.activeElement);
  useEffect(() => {
    const behind = [...document.querySelectorAll('.workspace:not([inert]), .dialog:not([inert])')].filter(
      (element) => element !== box.current,
    );
    // A field that asked for the focus itself keeps it.
    if (!box.current?.contains(document.activeElement)) box.current?.focus();
    for (const element of behind) element.setAttribute('inert', '');
    return () => {
      for (const element of behind) element.removeAttribute('inert');
      if (before instanceof HTMLElement) before.focus();
    };
  }, [before]);
  return createPortal(
    <>
      <div className="veil" onClick={onClose ?? undefined} />
      <div
        ref={box}
        role="dialog"
        aria-labelledby={heading}
        tabIndex={-1}
        className={wide ? 'dialog dialog-wide' : 'dialog'}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          onClose?.();
        }}
      >
        <div className="row spread">
          <h2 id={heading} className="dialog-title">
            {title}
          </h2>
          {onClose && (
            <button type="button" className="button button-plain" onClick={onClose}>
              Close
            </button>
          )}
        </div>
        {children}
      </div>
    </>,
    document.body,
  );
}
