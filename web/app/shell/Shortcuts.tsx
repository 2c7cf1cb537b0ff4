import { PROTOCOL_VERSION } from '../../../protocol/version.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { useView } from '../services.ts';
import { consoleVersion } from '../version.ts';

const KEYS: readonly (readonly [string, string])[] = [
  ['Ctrl+K', 'Command palette: every command, panel and instrument'],
  [
    'Ctrl+Shift+H, then Enter',
    'Halt the firm: the first arms and says what will happen, Enter halts, Esc lets go',
  ],
  ['hold Enter or Space', 'On the halt button: halts after 0.6 s'],
  ['H', "The halt's details: rows by venue, factor, release"],
  ['1 … 9', 'Show a panel'],
  ['Alt+1 … Alt+7', 'Layout presets: Risk, Trader, Incident, Wall, Compliance, People, Analysis'],
  ['/', 'In the audit panel: the search'],
  ['↑ ↓ Home End', 'In the watch list: choose an instrument; / goes to its filter, Enter comes back'],
  ['+ − 0 and arrows', 'In the heatmap: zoom, whole, pan; Shift+arrows move the read-out'],
  ['Space', 'In a replay: play or pause'],
  ['← →', 'In a replay: 5 s back or on; with Shift 30 s'],
  ['double click on a title', 'Maximise a panel or restore it; drag a title to dock it'],
  ['?', 'This list'],
  ['Esc', 'Close what is open'],
];

export function Shortcuts({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keyboard" onClose={onClose} wide>
      <dl className="keys">
        {KEYS.map(([keys, meaning]) => (
          <div key={keys} className="keys-row">
            <dt>
              <kbd className="kbd">{keys}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

export function About({ onClose }: { readonly onClose: () => void }) {
  const server = useView('control', (view) => view.state?.serverVersion ?? 'unknown');
  const profile = useView('control', (view) => view.state?.profile ?? 'unknown');
  return (
    <Dialog title="About this console" onClose={onClose}>
      <dl className="keys">
        <div className="keys-row">
          <dt>Console</dt>
          <dd>{consoleVersion()}</dd>
        </div>
        <div className="keys-row">
          <dt>Server</dt>
          <dd>{server}</dd>
        </div>
        <div className="keys-row">
          <dt>Profile</dt>
          <dd>{profile}</dd>
        </div>
        <div className="keys-row">
          <dt>Protocol</dt>
          <dd>{PROTOCOL_VERSION}</dd>
        </div>
      </dl>
      <p className="quiet">
        Charts are drawn with{' '}
        <a href="https://www.tradingview.com/lightweight-charts/" target="_blank" rel="noreferrer">
          TradingView Lightweight Charts
        </a>
        , © TradingView, Inc., Apache License 2.0.
      </p>
    </Dialog>
  );
}
