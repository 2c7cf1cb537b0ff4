import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { PANEL_LIST } from '../../panels/registry.ts';
import { PanelFrameContext, type PanelFrame } from '../../ui/panel.tsx';
import { useServices, useView } from '../services.ts';
import { Border } from './Border.tsx';
import { place, type PlacedStack, type Rect } from './place.ts';
import { PANELS, type PanelId } from './tree.ts';
import { rectStyle } from './rect-style.ts';
import { DropPreview, useDocking } from './docking.tsx';
import { whenIdle } from '../../ui/when-idle.ts';

const NARROW = '(width < 760px)';

export function Layout() {
  const narrow = useMedia(NARROW);
  return narrow ? <Narrow /> : <Wide />;
}

function Wide() {
  const tree = useView('layout', (view) => view.tree);
  const locked = useView('layout', (view) => view.locked);
  const maximised = useView('layout', (view) => view.maximised);
  const placed = useMemo(() => place(tree), [tree]);
  const frame = useRef<HTMLDivElement>(null);
  const docking = useDocking(frame);
  const shown = maximised
    ? placed.stacks
        .filter(({ stack }) => stack.panels.includes(maximised))
        .map((each) => ({ ...each, rect: WHOLE }))
    : placed.stacks;
  const mounted = useOneByOne(shown.length);
  useBegin(mounted >= shown.length);
  return (
    <div ref={frame} className="layout">
      {shown.slice(0, mounted).map((each) => (
        <Place key={each.stack.active} placed={each} grab={docking.grab} />
      ))}
      {!locked &&
        !maximised &&
        placed.borders.map((border) => (
          <Border key={`${border.path.join('.')}-${border.index}`} border={border} frame={frame} />
        ))}
      {docking.target && <DropPreview target={docking.target} />}
    </div>
  );
}

/**
 * Panels mount one at a time, each when the one before is drawn and nobody waits for the page: all at
 * once, or one behind the other without a picture between, would hold a key press up.
 */
function useOneByOne(count: number): number {
  const [mounted, setMounted] = useState(0);
  useEffect(() => {
    if (mounted >= count) return undefined;
    return whenIdle(() => setMounted(mounted + 1), MOUNTS_WITHIN_MS);
  }, [mounted, count]);
  return mounted;
}

/** A busy page shows its panels all the same. */
const MOUNTS_WITHIN_MS = 100;

/** What computes beside the page starts when its panels stand. */
function useBegin(stands: boolean): void {
  const { computeLink } = useServices();
  useEffect(() => {
    if (stands) computeLink.begin();
  }, [stands, computeLink]);
}

const WHOLE: Rect = { x: 0, y: 0, width: 1, height: 1 };

function Place({
  placed,
  grab,
}: {
  readonly placed: PlacedStack;
  readonly grab: (panel: PanelId) => PanelFrame['grab'];
}) {
  const { layout } = useServices();
  const { stack, rect } = placed;
  const frame = useMemo<PanelFrame>(
    () => ({
      tabs: stack.panels.map((id) => ({ id, title: PANEL_LIST[id].title, active: id === stack.active })),
      choose: (id) => {
        const panel = PANELS.find((each) => each === id);
        if (panel) layout.show(panel);
      },
      grab: grab(stack.active),
      maximise: () => layout.maximise(stack.active),
    }),
    [stack, layout, grab],
  );
  const Content = PANEL_LIST[stack.active].component;
  return (
    <div className="place" data-panel={stack.active} style={rectStyle(rect)}>
      <PanelFrameContext value={frame}>
        <Content />
      </PanelFrameContext>
    </div>
  );
}

/** A phone: one panel at a time, chosen below. */
function Narrow() {
  useBegin(true);
  const { layout } = useServices();
  const shown = useView('layout', (view) => view.narrow);
  const Content = PANEL_LIST[shown].component;
  return (
    <div className="narrow">
      <div className="narrow-panel" data-panel={shown}>
        <Content />
      </div>
      <nav className="narrow-tabs" aria-label="Panels">
        {PANELS.map((id) => (
          <button
            key={id}
            type="button"
            className="narrow-tab"
            aria-current={id === shown ? 'page' : undefined}
            onClick={() => layout.show(id)}
          >
            {PANEL_LIST[id].title}
          </button>
        ))}
      </nav>
    </div>
  );
}

function useMedia(query: string): boolean {
  const list = useMemo(() => matchMedia(query), [query]);
  return useSyncExternalStore(
    (changed) => {
      list.addEventListener('change', changed);
      return () => list.removeEventListener('change', changed);
    },
    () => list.matches,
  );
}
