import { useState, type SubmitEvent } from 'react';
import { saveText } from '../../ui/save-file.ts';

/** Ten codes, shown once: kept by copying, saving or printing, and only then is it over. */
export function RecoveryCodes({
  user,
  codes,
  done,
  onDone,
}: {
  readonly user: string;
  readonly codes: readonly string[];
  /** The words on the button that goes on. */
  readonly done: string;
  readonly onDone: () => void;
}) {
  const [said, setSaid] = useState<string | null>(null);
  const [kept, setKept] = useState(false);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(codes.join('\n'));
      setSaid('Copied.');
    } catch {
      setSaid('The browser did not let them be copied: select them and copy them by hand.');
    }
  };
  const save = (): void => {
    const text = `CWTS Ultra Console, recovery codes of ${user}. Each is good once.\r\n\r\n${codes.join('\r\n')}\r\n`;
    saveText(`cwts-recovery-codes-${user}.txt`, text, 'text/plain;charset=utf-8');
    setSaid('Saved as a file.');
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (kept) onDone();
  };
  return (
    <div className="stack recovery">
      <p className="second">
        Each of these signs you in, or confirms an act, once: for the day when your device is not at hand.
        They are not shown again.
      </p>
      <ol className="recovery-codes" aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code} className="mono" data-testid="recovery-code">
            {code}
          </li>
        ))}
      </ol>
      <div className="row no-print">
        <button type="button" className="button" onClick={() => void copy()}>
          Copy
        </button>
        <button type="button" className="button" onClick={save}>
          Save as a file
        </button>
        <button type="button" className="button" onClick={() => print()}>
          Print
        </button>
        <span role="status" className="quiet">
          {said}
        </span>
      </div>
      <form className="stack no-print" onSubmit={submit}>
        <label className="check">
          <input
            type="checkbox"
            required
            checked={kept}
            onChange={(event) => setKept(event.target.checked)}
          />
          I have kept these codes where I find them without this device
        </label>
        <button className="button button-main card-button">{done}</button>
      </form>
    </div>
  );
}
