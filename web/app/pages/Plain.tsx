import type { ReactNode } from 'react';

/** A page without the console: sign-in and failures, one calm card. */
export function Plain({
  title,
  children,
  tone = 'plain',
}: {
  readonly title: string;
  readonly children: ReactNode;
  readonly tone?: 'plain' | 'caution';
}) {
  return (
    <main className="plain">
      <div className={`card card-${tone}`}>
        <p className="card-brand">
          <img src="/icon.svg" alt="" width="24" height="24" />
          CWTS Ultra Console
        </p>
        <h1 className="card-title">{title}</h1>
        {children}
      </div>
    </main>
  );
}
