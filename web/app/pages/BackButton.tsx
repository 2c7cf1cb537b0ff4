export function BackButton({ onBack }: { readonly onBack: (() => void) | null }) {
  if (!onBack) return null;
  return (
    <button type="button" className="button button-plain card-back" onClick={onBack}>
      Choose another way
    </button>
  );
}
