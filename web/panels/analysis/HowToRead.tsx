/** Three sentences under a panel: what the figures are, what to look for, what they are not. */
export function HowToRead({ sentences }: { readonly sentences: readonly [string, string, string] }) {
  return (
    <details className="how-to-read">
      <summary>How to read this</summary>
      <p>{sentences.join(' ')}</p>
    </details>
  );
}
