import { useState, type SubmitEvent } from 'react';
import type { Ticks } from '../../../protocol/units.ts';
import { useView } from '../../app/services.ts';
import { may } from '../../state/session.ts';
import { formatMoney } from '../../ui/format.ts';
import { inWords } from '../../ui/words.ts';
import { useLabel, useQuoteFreshness, useSelected } from '../selected.ts';
import { ticketValue, whyBlocked, type TicketFields } from './ticket-check.ts';
import { NOT_DELIVERED } from './use-command.ts';
import { usePlaceOrder, type Placed } from './use-place-order.ts';

const TYPES = ['limit', 'post-only', 'market'] as const;

/** A small ticket for the chosen instrument. The gate decides; its refusal is shown in full. */
export function Ticket() {
  const placeOrder = usePlaceOrder();
  const instrument = useSelected();
  const index = instrument?.index ?? -1;
  const [fields, setFields] = useState<TicketFields>({
    side: 'buy',
    type: 'limit',
    price: '',
    size: '',
    reduceOnly: false,
  });
  const [reply, setReply] = useState<Placed | null>(null);
  const [busy, setBusy] = useState(false);
  const online = useView('link', (view) => view.link.kind === 'online');
  const fresh = useQuoteFreshness(instrument?.index ?? null);
  const gateOpen = useView('control', (view) => view.state?.halt.gateOpen ?? false);
  const touch = useView('market', (view) =>
    fields.side === 'buy' ? (view.quotes[index]?.askTicks ?? 0) : (view.quotes[index]?.bidTicks ?? 0),
  );
  const mayPlace = useView('sessions', (view) => may(view.session, 'order.place'));
  const life = useView('sessions', (view) => view.life);
  const label = useLabel();
  const venue = instrument?.venue;
  const hasAccount = useView('control', (view) =>
    (view.state?.accounts ?? []).some((each) => each === venue),
  );
  if (!instrument) return null;
  const change = (part: Partial<TicketFields>): void => {
    setFields((before) => ({ ...before, ...part }));
    setReply(null);
  };
  const blocked = whyBlocked({
    ...{ online, gateOpen, fresh, mayPlace, hasAccount, life },
    reduceOnly: fields.reduceOnly,
  });
  const value = ticketValue(fields, instrument, touch > 0 ? (touch as Ticks) : null);
  const empty = fields.size === '' || (fields.type !== 'market' && fields.price === '');

  const place = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (!value.ok || blocked !== null) return;
    setBusy(true);
    const placed = await placeOrder(
      {
        clientId: `c${crypto.randomUUID().replaceAll('-', '').slice(0, 20)}`,
        symbol: instrument.symbol,
        venue: instrument.venue,
        side: fields.side,
        type: fields.type,
        timeInForce: 'GTC',
        price: fields.type === 'market' ? null : fields.price.trim(),
        size: fields.size.trim(),
        reduceOnly: fields.reduceOnly,
      },
      label(instrument),
    );
    setBusy(false);
    setReply(placed);
  };
  return (
    <form
      className="ticket"
      aria-label={`Order ticket, ${label(instrument)}`}
      onSubmit={(event) => void place(event)}
    >
      <div className="ticket-fields">
        <strong className="nowrap">{label(instrument)}</strong>
        <div className="row" role="group" aria-label="Side">
          {(['buy', 'sell'] as const).map((side) => (
            <button
              key={side}
              type="button"
              className={`toggle ${side === 'buy' ? 'up' : 'down'}`}
              aria-pressed={fields.side === side}
              onClick={() => change({ side })}
            >
              {side}
            </button>
          ))}
        </div>
        <select
          className="input input-small ticket-type"
          aria-label="Type"
          value={fields.type}
          onChange={(event) => {
            const type = TYPES.find((each) => each === event.target.value);
            if (type) change({ type });
          }}
        >
          {TYPES.map((type) => (
            <option key={type}>{type}</option>
          ))}
        </select>
        {fields.type !== 'market' && (
          <label className="ticket-label">
            price
            <input
              className="input input-small"
              inputMode="decimal"
              value={fields.price}
              onChange={(event) => change({ price: event.target.value })}
            />
          </label>
        )}
        <label className="ticket-label">
          size
          <input
            className="input input-small"
            inputMode="decimal"
            value={fields.size}
            onChange={(event) => change({ size: event.target.value })}
          />
        </label>
        <label className="ticket-label">
          <input
            type="checkbox"
            checked={fields.reduceOnly}
            onChange={(event) => change({ reduceOnly: event.target.checked })}
          />
          reduce only
        </label>
        <button
          type="submit"
          className="button button-small"
          disabled={busy || blocked !== null || !value.ok}
        >
          {busy ? 'Sending…' : `Place ${fields.side}`}
        </button>
      </div>
      <p className="small" role="status">
        {blocked !== null ? (
          <span className="tone-caution">{blocked}</span>
        ) : empty ? (
          <span className="quiet">Price and size are read exactly; the value is repeated here in words.</span>
        ) : !value.ok ? (
          <span className="refusal">{value.error.sentence}</span>
        ) : (
          <ValueWords micros={value.value} currency={instrument.quote} market={fields.type === 'market'} />
        )}
      </p>
      {reply !== null && <Answer reply={reply} />}
    </form>
  );
}

function ValueWords({
  micros,
  currency,
  market,
}: {
  readonly micros: bigint | null;
  readonly currency: string;
  readonly market: boolean;
}) {
  if (micros === null)
    return (
      <span className="tone-caution">
        The value is unknown: there is no price to take, or nobody says what a contract is worth.
      </span>
    );
  return (
    <span className="second">
      {market ? 'About ' : 'Value '}
      <strong>
        {formatMoney(micros)} {currency}
      </strong>{' '}
      · {inWords(micros / 1_000_000n)} {currency}
    </span>
  );
}

/** The gate's answer: rule, requirement, limit and what it saw. */
function Answer({ reply }: { readonly reply: Placed }) {
  if (reply === 'let-be') return <p className="small quiet">Not placed.</p>;
  if (reply === 'lost')
    return (
      <p role="alert" className="refusal">
        {NOT_DELIVERED}
      </p>
    );
  if (reply.ok) return <p role="status">{reply.sentence}</p>;
  return (
    <div role="alert" className="gate-refusal">
      <p className="refusal">{reply.sentence}</p>
      {reply.rule && (
        <dl className="gate-rule">
          <div>
            <dt>Rule</dt>
            <dd>
              {reply.rule.rule} ({reply.rule.requirement})
            </dd>
          </div>
          <div>
            <dt>Limit</dt>
            <dd>{reply.rule.limit}</dd>
          </div>
          <div>
            <dt>Observed</dt>
            <dd>{reply.rule.observed}</dd>
          </div>
        </dl>
      )}
    </div>
  );
}
