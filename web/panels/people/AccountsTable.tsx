import { useMemo, useState } from 'react';
import type { ServiceAccountView } from '../../../protocol/people.ts';
import { useView } from '../../app/services.ts';
import { StatusMark } from '../../ui/status-mark.tsx';
import { Table, type Column } from '../../ui/table.tsx';
import { CreateAccount, RevokeAccount, RotateKey } from './AccountForms.tsx';
import { ActButton, Section } from './Section.tsx';
import { usePeople } from './use-people.ts';
import { keyState, scopeWords, stamp } from './words.ts';

type Open =
  | { readonly kind: 'none' | 'create' }
  | { readonly kind: 'rotate' | 'revoke'; readonly account: ServiceAccountView };
const NONE: Open = { kind: 'none' };
const NO_ACCOUNTS: readonly ServiceAccountView[] = [];

/** The keys that strategies trade with. */
export function AccountsTable() {
  const reply = usePeople();
  const [open, setOpen] = useState<Open>(NONE);
  // Whole minutes: a key's last days are not a matter of seconds.
  const minute = useView('clock', (view) => Math.floor(view.estimatedNow / 60_000_000));
  const columns = useMemo(() => columnsOf(minute * 60_000_000, setOpen), [minute]);
  const close = (): void => setOpen(NONE);
  return (
    <Section
      refusal={reply?.ok === false ? reply.error.sentence : null}
      add={
        <ActButton permission="service-account.manage" onClick={() => setOpen({ kind: 'create' })}>
          New service account…
        </ActButton>
      }
    >
      <Table
        label="Service accounts"
        columns={columns}
        rows={reply?.ok ? reply.value.accounts : NO_ACCOUNTS}
        rowKey={(account) => account.account}
        empty={reply ? 'No service accounts.' : 'Reading the service accounts…'}
      />
      {open.kind === 'create' && <CreateAccount onClose={close} />}
      {open.kind === 'rotate' && <RotateKey account={open.account} onClose={close} />}
      {open.kind === 'revoke' && <RevokeAccount account={open.account} onClose={close} />}
    </Section>
  );
}

function columnsOf(now: number, onOpen: (open: Open) => void): readonly Column<ServiceAccountView>[] {
  return [
    {
      id: 'account',
      title: 'Account',
      track: 'minmax(90px, 1fr)',
      cell: (a) => a.account,
      order: (a) => a.account,
    },
    {
      id: 'scopes',
      title: 'May',
      track: 'minmax(130px, 2fr)',
      from: 560,
      cell: (a) => <span className="second">{scopeWords(a.scopes)}</span>,
      order: (a) => scopeWords(a.scopes),
    },
    { id: 'key', title: 'Key', track: '132px', cell: (a) => <KeyState account={a} now={now} /> },
    {
      id: 'seen',
      title: 'Last seen, UTC',
      track: '132px',
      from: 700,
      mask: 'clock',
      cell: (a) => <span className="quiet">{stamp(a.lastSeenAt)}</span>,
      order: (a) => a.lastSeenAt ?? 0,
    },
    {
      id: 'made',
      title: 'Made by',
      track: '96px',
      from: 820,
      cell: (a) => <span className="quiet">{a.createdBy}</span>,
      order: (a) => a.createdBy,
    },
    {
      id: 'acts',
      title: '',
      track: '140px',
      align: 'right',
      cell: (a) =>
        a.revoked ? null : (
          <>
            <ActButton
              row
              permission="service-account.manage"
              label={`New key for ${a.account}`}
              onClick={() => onOpen({ kind: 'rotate', account: a })}
            >
              new key…
            </ActButton>
            <ActButton
              row
              permission="service-account.manage"
              label={`Revoke ${a.account}`}
              onClick={() => onOpen({ kind: 'revoke', account: a })}
            >
              revoke…
            </ActButton>
          </>
        ),
    },
  ];
}

function KeyState({ account, now }: { readonly account: ServiceAccountView; readonly now: number }) {
  const { text, tone } = keyState(account, now);
  return (
    <span className={tone === 'caution' ? 'tone-caution' : 'second'}>
      {tone !== 'ok' && <StatusMark tone={tone} />} {text}
    </span>
  );
}
