import type { Refusal } from '../../protocol/result.ts';
import type { Overrides } from './overrides.ts';
import { checkFeeds, feedsIn } from './feeds.ts';
import { checkListening } from './listening.ts';
import type { ConfigFile } from './schema.ts';

/** What a profile does not allow, though the file is well formed; null when all is well. */
export function checkProfile(file: ConfigFile, overrides: Overrides): Refusal | null {
  const ids = file.users.map((user) => user.id);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice) return issue('users', `has two called "${twice}".`);
  if (!file.users.some(({ role }) => role === 'administrator')) {
    return issue('users', 'has no administrator: nobody could manage users.');
  }
  if (file.limits.order_value > file.limits.position_value) {
    return issue('limits.order_value', 'is larger than limits.position_value.');
  }
  const { value_at_risk, cluster_value } = file.limits;
  if (!file.kernels.enabled && (value_at_risk !== undefined || cluster_value !== undefined)) {
    return issue(
      'kernels.enabled',
      'is false, but limits.value_at_risk or limits.cluster_value rests on it: no order could leave.',
    );
  }
  if (file.clock.start !== undefined && file.profile !== 'demo') {
    return issue('clock.start', `is for the demo profile only, this is ${file.profile}.`);
  }
  const feeds = checkFeeds(file);
  if (feeds) return feeds;
  const [first] = feedsIn(file);
  const open = checkListening(file.console);
  if (open) return open;
  switch (file.profile) {
    case 'demo':
      if (!file.venue.simulated) return issue('venue.simulated', 'must be true in the demo profile.');
      return null;
    case 'paper':
      if (!file.venue.simulated) return issue('venue.simulated', 'must be true in the paper profile.');
      if (first?.table.simulated)
        return issue(`${first.key}.simulated`, 'must be false in the paper profile.');
      return null;
    case 'production':
      return checkProduction(file, overrides);
  }
}

function checkProduction(file: ConfigFile, overrides: Overrides): Refusal | null {
  if (overrides.replay) return issue('profile', 'production does not replay captures.');
  if (file.venue.simulated) return issue('venue.simulated', 'a simulated venue is refused in production.');
  const [first] = feedsIn(file);
  if (first?.table.simulated)
    return issue(`${first.key}.simulated`, 'a simulated feed is refused in production.');
  if (file.console.tls_cert === undefined && file.console.trusted_proxies.length === 0) {
    return issue(
      'console',
      'needs TLS in production: give tls_cert and tls_key, or name the proxy that ends TLS in trusted_proxies.',
    );
  }
  if (file.clock.servers.length === 0) {
    return issue('clock.servers', 'is empty; production measures its clock against an NTP server (R-50).');
  }
  return null;
}

function issue(key: string, what: string): Refusal {
  return { code: 'config-invalid', sentence: `${key} ${what}` };
}

const PLACEHOLDER =
  /sim-|test|demo|example|sample|change-?me|your|placeholder|dummy|secret|api-?key|x{4}|\.{3}|<|>|1234/i;

/** Looks like something written to be replaced: no venue's real key is that short or plain. */
export function looksLikePlaceholder(key: string): boolean {
  return key.length < 16 || new Set(key).size < 8 || PLACEHOLDER.test(key);
}
