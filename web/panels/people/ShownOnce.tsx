import { useState } from 'react';
import { Dialog } from '../../ui/dialog.tsx';
import type { Shown } from './use-act.ts';

/** A link or a key, shown this once: copied, and put away by its own button only. */
export function ShownOnce({ shown, onClose }: { readonly shown: Shown; readonly onClose: () => void }) {
  const [said, setSaid] = useState<string | null>(null);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(shown.secret);
      setSaid('Copied.');
    } catch {
      setSaid('The browser did not let it be copied: select it and copy it by hand.');
    }
  };
  return (
    <Dialog title={shown.title} onClose={null}>
      <p>{shown.sentence}</p>
      <p className="mono shown-secret" data-testid="shown-once" data-mask="id">
        {shown.secret}
      </p>
      <p className="second">
        Give it to its owner by a way that you trust. It is not kept anywhere and not shown again.
      </p>
      <div className="row">
        <button type="button" className="button button-main" autoFocus onClick={() => void copy()}>
          Copy
        </button>
        <button type="button" className="button" onClick={onClose}>
          I have it: put it away
        </button>
        <span role="status" className="quiet">
          {said}
        </span>
      </div>
    </Dialog>
  );
}
