import type { ReactNode } from 'react';
import { Brand } from './Brand.tsx';

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
        <Brand />
        <h1 className="card-title">{title}</h1>
        {children}
      </div>
    </main>
  );
}
