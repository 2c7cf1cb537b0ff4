import { useCallback, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useServices, useView } from '../../app/services.ts';
import { consequenceSentences, haltConsequence } from '../../state/halt-words.ts';
import { HoldButton } from '../../ui/hold-button.tsx';

const PRESS_REASON = 'Pressed at the console.';

/**
 * The halt. Held, or armed by Ctrl+Shift+H and confirmed by Enter. It has no disabled state: stale
 * data, a lost connection or an unknown permission never stand in its way.
 */
export function HaltControl() {
  const { halt, preferences, stepUp } = useServices();
  const words = useId();
  const [armed, setArmed] = useState(false);
  const [near, setNear] = useState(false);
  const press = useCallback(() => {
    setArmed(false);
    // What it will do is done: the words must not stand over what became of it.
    setNear(false);
    halt.press(PRESS_REASON);
    preferences.setState({ haltOpen: true, dialog: 'none' });
    stepUp.abandon();
  }, [halt, preferences, stepUp]);

  useEffect(() => {
    const key = (event: KeyboardEvent): void => {
      if (event.ctrlKey && event.shiftKey && event.code === 'KeyH') {
        event.preventDefault();
        preferences.setState({ dialog: 'none' });
        setArmed(true);
      }
    };
    addEventListener('keydown', key);
    return () => removeEventListener('keydown', key);
  }, [preferences]);

  return (
    <div
      className="halt-control"
      onPointerEnter={() => setNear(true)}
      onPointerLeave={() => setNear(false)}
      onFocus={() => setNear(true)}
      onBlur={() => setNear(false)}
    >
      <HoldButton
        className="halt-button"
        label="Halt the firm: hold for 0.6 seconds"
        describedBy={words}
        onHeld={press}
      >
        HALT <span className="halt-hold">hold</span>
      </HoldButton>
      <div id={words} className={near || armed ? 'halt-words' : 'halt-words for-readers'}>
        <Consequence />
      </div>
      {armed && <Armed onPress={press} onRelease={() => setArmed(false)} />}
    </div>
  );
}

function Consequence() {
  const orders = useView('control', (view) => view.state?.orders);
  const positions = useView('control', (view) => view.state?.positions);
  const { control } = useServices();
  const sentences = useMemo(() => {
    const { state } = control.getState();
    if (!state || !orders || !positions) {
      return [
        'Closes the gate for the whole firm (L3) at once. What is open is not known here: the server decides.',
      ];
    }
    return consequenceSentences(haltConsequence(state));
  }, [control, orders, positions]);
  return (
    <ul className="stack">
      {sentences.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
}

/** Armed by the keyboard: Enter halts, Esc lets go. Focus is on the one thing it can do. */
function Armed({ onPress, onRelease }: { readonly onPress: () => void; readonly onRelease: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  const heading = useId();
  useEffect(() => button.current?.focus(), []);
  return (
    <div
      className="halt-armed"
      role="alertdialog"
      aria-labelledby={heading}
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          onRelease();
        }
      }}
    >
      <p id={heading} className="halt-armed-title">
        Halt is armed.
      </p>
      <Consequence />
      <div className="row">
        <button ref={button} type="button" className="button button-danger" onClick={onPress}>
          Halt now (Enter)
        </button>
        <button type="button" className="button" onClick={onRelease}>
          Let go (Esc)
        </button>
      </div>
    </div>
  );
}
