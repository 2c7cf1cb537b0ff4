import { useServices } from '../../app/services.ts';

/** Copies a text (`what` it is stands on the button), and says in the messages whether it did. */
export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  const { link } = useServices();
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => link.notice(`Copied ${what}.`, 'done'),
      () => link.notice(`The browser did not let ${what} be copied: select the text.`, 'refused'),
    );
  };
  return (
    <button type="button" className="button button-small" onClick={copy}>
      Copy {what}
    </button>
  );
}
