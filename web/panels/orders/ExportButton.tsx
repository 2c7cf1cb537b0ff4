export function ExportButton({ name, onExport }: { readonly name: string; readonly onExport: () => void }) {
  return (
    <button
      type="button"
      className="button-row export"
      aria-label={`Save these ${name} as CSV`}
      onClick={onExport}
    >
      CSV
    </button>
  );
}
