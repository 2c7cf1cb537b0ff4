import { useId, type ReactNode, type SubmitEvent } from 'react';
import { Dialog } from '../../ui/dialog.tsx';

/** A small form over the panel; its act is confirmed in the step-up dialog that follows. */
export function FormDialog({
  title,
  button,
  onSubmit,
  onClose,
  children,
}: {
  readonly title: string;
  readonly button: string;
  /** True: it was done, and the form closes. */
  readonly onSubmit: () => Promise<boolean>;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (await onSubmit()) onClose();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        {children}
        <div className="row">
          <button className="button button-main">{button}</button>
          <button type="button" className="button" onClick={onClose}>
            Let it be
          </button>
        </div>
      </form>
    </Dialog>
  );
}

export function TextField({
  label,
  value,
  onChange,
  pattern,
  hint,
  autoFocus = false,
  maxLength = 64,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly pattern?: string;
  readonly hint?: string;
  readonly autoFocus?: boolean;
  readonly maxLength?: number;
}) {
  const about = useId();
  return (
    <label className="field">
      {label}
      <input
        className="input"
        required
        autoFocus={autoFocus}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={maxLength}
        pattern={pattern}
        title={hint}
        aria-describedby={hint ? about : undefined}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      {hint && (
        <span id={about} className="quiet small">
          {hint}
        </span>
      )}
    </label>
  );
}

/** It goes into the record. */
export function ReasonField({
  value,
  onChange,
  autoFocus = false,
}: {
  readonly value: string;
  readonly onChange: (reason: string) => void;
  readonly autoFocus?: boolean;
}) {
  return (
    <TextField
      label="Reason (it goes into the record)"
      value={value}
      onChange={onChange}
      maxLength={500}
      autoFocus={autoFocus}
      pattern=".*\S.*"
    />
  );
}
