import { useView } from '../../app/services.ts';
import { deliveryWords } from '../../state/halt-words.ts';
import { formatAge } from '../../ui/format.ts';

/** Over every screen, the sign-in one too, until the server has acknowledged the press. */
export function NotDelivered() {
  const delivery = useView('halt', (view) => view.delivery);
  if (delivery.kind !== 'not-delivered') return null;
  return (
    <div className="not-delivered" role="alert">
      <strong>HALT NOT DELIVERED</strong>{' '}
      <span data-mask="age" aria-live="off">
        {formatAge(delivery.ageMs)}
      </span>
      <p>{deliveryWords(delivery)}</p>
    </div>
  );
}
