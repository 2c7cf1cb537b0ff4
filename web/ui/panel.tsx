import { createContext, use, useId, type PointerEvent, type ReactNode } from 'react';
import type { Origin } from '../../protocol/origin.ts';

/** What the layout gives a panel's header: its tabs and what dragging and double-clicking do. */
export interface PanelFrame {
  readonly tabs: readonly { readonly id: string; readonly title: string; readonly active: boolean }[];
  readonly choose: (id: string) => void;
  readonly grab: (event: PointerEvent<HTMLElement>) => void;
  readonly maximise: () => void;
}
export const PanelFrameContext = createContext<PanelFrame | null>(null);

interface PanelProps {
  readonly title: string;
  /** Where the panel's values come from; absent where nothing of the market or of orders is shown. */
  readonly origin?: Origin | null | undefined;
  /** Window, sequence state, when last checked: what the numbers below rest on. */
  readonly provenance?: ReactNode;
  readonly tools?: ReactNode;
  readonly children: ReactNode;
}

export function Panel({ title, origin, provenance, tools, children }: PanelProps) {
  const frame = use(PanelFrameContext);
  const heading = useId();
  const others = frame && frame.tabs.length > 1 ? frame.tabs : null;
  return (
    <section className="panel" aria-labelledby={heading}>
      <header className="panel-head" onPointerDown={frame?.grab} onDoubleClick={frame?.maximise}>
        <h2 id={heading} className={others ? 'for-readers' : 'panel-title'}>
          {title}
        </h2>
        {others && (
          <div className="tabs" role="group" aria-label="Panels here">
            {others.map((tab) => (
              <button
                key={tab.id}
                type="button"
                className="tab"
                aria-pressed={tab.active}
                onClick={() => frame?.choose(tab.id)}
              >
                {tab.title}
              </button>
            ))}
          </div>
        )}
        {tools}
        {provenance !== undefined && (
          <p
            className="panel-provenance"
            data-mask="provenance"
            title={typeof provenance === 'string' ? provenance : undefined}
          >
            {provenance}
          </p>
        )}
        {origin && <OriginBadge origin={origin} small />}
      </header>
      <div className="panel-body">{children}</div>
    </section>
  );
}

export function OriginBadge({
  origin,
  small = false,
  label,
}: {
  readonly origin: Origin;
  readonly small?: boolean;
  readonly label?: string;
}) {
  return (
    <span className={small ? 'origin origin-small' : 'origin'} data-origin={origin}>
      {label ?? origin}
    </span>
  );
}
