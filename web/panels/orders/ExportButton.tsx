import { createPortal } from 'react-dom';

/** Stands in the panel's toolbar (`slot`); belongs to the table whose rows it saves. */
export function ExportButton({
  name,
  slot,
  onExport,
}: {
  readonly name: string;
  readonly slot: HTMLElement | null;
  readonly onExport: () => void;
}) {
  if (!slot) return null;
  const button = (
    <button type="button" className="toggle" aria-label={`Save these ${name} as CSV`} onClick={onExport}>
      CSV
    </button>
  );
  return createPortal(button, slot);
}
