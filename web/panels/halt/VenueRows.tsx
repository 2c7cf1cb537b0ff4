import type { VenueHalt } from '../../../protocol/halt.ts';
import { utcMillis } from '../../ui/format.ts';
import { StatusMark } from '../../ui/status-mark.tsx';

/** One row a venue: each step with the time it was seen, and what remains named. */
export function VenueRows({ venues }: { readonly venues: readonly VenueHalt[] }) {
  if (venues.length === 0) return null;
  return (
    <div className="venue-rows" role="region" aria-label="Venues" tabIndex={0}>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">Venue</th>
            <th scope="col">Blocked</th>
            <th scope="col">Sent</th>
            <th scope="col">Acknowledged</th>
            <th scope="col">Confirmed zero</th>
            <th scope="col">Open</th>
          </tr>
        </thead>
        <tbody>
          {venues.map((venue) => (
            <tr key={venue.venue}>
              <th scope="row">
                {venue.name}
                <span className="quiet small block">
                  {venue.hasDeadMan ? 'dead-man timer armed' : 'no dead-man timer here'}
                </span>
              </th>
              {[venue.blockedAt, venue.sentAt, venue.acknowledgedAt, venue.confirmedZeroAt].map(
                (at, step) => (
                  <td key={step} data-mask="clock" className={at === null ? 'quiet' : ''}>
                    {at === null ? '–' : utcMillis(at)}
                  </td>
                ),
              )}
              <td>
                <Remaining venue={venue} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {venues.map(
        (venue) =>
          venue.trouble !== null && (
            <p key={venue.venue} className="trouble">
              <StatusMark tone="caution" /> {venue.name}: {venue.trouble} ({venue.attempts} attempts)
            </p>
          ),
      )}
    </div>
  );
}

function Remaining({ venue }: { readonly venue: VenueHalt }) {
  if (venue.openOrders === null) return <span className="tone-caution">unknown</span>;
  const foreign = venue.foreignOrders ?? 0;
  return (
    <>
      {venue.openOrders}
      {foreign > 0 && <span className="quiet block small">{foreign} foreign</span>}
    </>
  );
}
