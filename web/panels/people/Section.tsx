import type { ReactNode } from 'react';
import type { Permission } from '../../../protocol/permissions.ts';
import { useView } from '../../app/services.ts';
import { may } from '../../state/session.ts';
import { aRole } from '../../ui/role-name.tsx';

/** A table under the one act that adds to it, or why it cannot be shown. */
export function Section({
  refusal,
  add,
  children,
}: {
  readonly refusal: string | null;
  readonly add: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <div className="people-section">
      <div className="people-tools">{add}</div>
      {refusal === null ? (
        children
      ) : (
        <p role="alert" className="refusal people-refusal">
          {refusal}
        </p>
      )}
    </div>
  );
}

/** Whether this session may do it, and else why not: what is disabled says so. */
export function useMay(permission: Permission): { readonly allowed: boolean; readonly why: string | null } {
  const session = useView('sessions', (view) => view.session);
  const life = useView('sessions', (view) => view.life);
  if (!may(session, permission)) {
    const why = session ? `As ${aRole(session.role)} you may not do this.` : 'Nobody is signed in.';
    return { allowed: false, why };
  }
  if (life === 'watching') {
    return { allowed: false, why: 'This session only watches, halts and cancels now: renew it first.' };
  }
  return { allowed: true, why: null };
}

/** A button that is disabled with its reason. */
export function ActButton({
  permission,
  onClick,
  children,
  label,
  row = false,
  refused = null,
}: {
  readonly permission: Permission;
  readonly onClick: () => void;
  readonly children: ReactNode;
  /** For readers, when the words on it say too little. */
  readonly label?: string;
  /** In a row of a table. */
  readonly row?: boolean;
  /** Why this one thing cannot be done, beside the permission. */
  readonly refused?: string | null;
}) {
  const { allowed, why } = useMay(permission);
  const because = why ?? refused;
  return (
    <button
      type="button"
      className={row ? 'button-row' : 'button button-small'}
      aria-label={label}
      disabled={!allowed || refused !== null}
      title={because ?? undefined}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
