import type { Tone } from '../state/tone.ts';

export type { Tone };

const SHAPES: Readonly<Record<Tone, string>> = {
  ok: 'M5 1.6a3.4 3.4 0 1 0 0 6.8a3.4 3.4 0 1 0 0-6.8',
  warning: 'M1 1h8v8h-8z',
  caution: 'M5 .6 9.7 9.2H.3z',
  advisory: 'M5 1a4 4 0 1 0 0 8a4 4 0 1 0 0-8',
  unknown: 'M5 .4 9.6 5 5 9.6 .4 5z',
};

export function StatusMark({ tone, label }: { readonly tone: Tone; readonly label?: string }) {
  return (
    <svg
      className={`mark mark-${tone}`}
      viewBox="0 0 10 10"
      width="10"
      height="10"
      {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}
    >
      <path d={SHAPES[tone]} />
    </svg>
  );
}

/** ▲ and ▼ of a direction, drawn, so that no face has to have them. */
export function Arrow({ up }: { readonly up: boolean }) {
  return (
    <svg className={up ? 'arrow up' : 'arrow down'} viewBox="0 0 10 10" width="8" height="8" aria-hidden>
      <path d={up ? 'M5 1.2 9.4 8.8H.6z' : 'M5 8.8 .6 1.2h8.8z'} />
    </svg>
  );
}
