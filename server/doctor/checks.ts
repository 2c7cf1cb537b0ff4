/** The doctor's judgement: from facts to findings, without looking at anything itself. */
import { isLoopback } from '../config/addresses.ts';
import { RENEW_DAYS } from '../health/rows.ts';
import type { Facts, Place } from './facts.ts';
import { dangerous, good, unknown, weak, type Finding } from './finding.ts';
import { checkPeople } from './checks-people.ts';

const GIB = 1024 ** 3;
const DAY_MS = 86_400_000;

export function examine(facts: Facts): Finding[] {
  return [
    ...checkRuntime(facts),
    ...checkNetwork(facts),
    ...checkCertificate(facts),
    ...checkFiles(facts),
    ...checkKeys(facts),
    ...checkPeople(facts.people),
    ...checkElsewhere(facts),
    ...checkClock(facts),
    ...checkProfile(facts),
  ];
}

/** What is served to other machines is attacked by them: there, a weakness is a danger. */
const isExposed = ({ config }: Facts): boolean =>
  config.profile === 'production' || !isLoopback(config.console.host);

function checkRuntime(facts: Facts): Finding[] {
  const { node, uid } = facts;
  const { endsOn, isOver } = node.life;
  const findings: Finding[] = [];
  const over = isExposed(facts) ? dangerous : weak;
  if (isOver) {
    const since = endsOn ?? 'long ago';
    findings.push(
      over('node-over', `Node ${node.version} gets no security fixes since ${since}.`, 'Install Node 24.'),
    );
  } else findings.push(good('node', `Node ${node.version} is mended until ${endsOn ?? 'further notice'}.`));
  if (uid === 0) {
    findings.push(
      (isExposed(facts) ? dangerous : weak)(
        'root',
        'This runs as root: a fault in it has the whole machine.',
        'Run it as a user of its own; a low port is given by systemd or by CAP_NET_BIND_SERVICE.',
      ),
    );
  } else if (uid !== null) findings.push(good('user', 'It does not run as root.'));
  return findings;
}

function checkNetwork({ config }: Facts): Finding[] {
  const { host, tls, trustedProxies, allowedAddresses } = config.console;
  if (isLoopback(host)) return [good('listening', `The console listens on ${host}: this machine only.`)];
  const findings: Finding[] = [];
  if (tls) findings.push(good('tls', `The console listens on ${host} by TLS 1.3.`));
  else if (trustedProxies.length > 0) {
    findings.push(
      good('tls', `The console listens on ${host} for its proxy (${trustedProxies.join(', ')}) only.`),
    );
  } else {
    findings.push(
      dangerous(
        'tls-missing',
        `The console listens on ${host} without TLS.`,
        'Give console.tls_cert and tls_key.',
      ),
    );
  }
  const wide = trustedProxies.find((range) => range.endsWith('/0'));
  if (wide !== undefined) {
    findings.push(
      dangerous(
        'proxy-wide',
        `Every machine is believed as a proxy (${wide}).`,
        'Name the proxy’s own address.',
      ),
    );
  }
  if (allowedAddresses.length === 0) {
    findings.push(
      weak(
        'addresses',
        'Every address may reach the sign-in page.',
        'List the desk’s networks in console.allowed_addresses.',
      ),
    );
  } else findings.push(good('addresses', `Only ${allowedAddresses.join(', ')} may connect.`));
  return findings;
}

function checkCertificate({ certificate, nowMs }: Facts): Finding[] {
  if (certificate === null) return [];
  if ('sentence' in certificate) {
    return [
      dangerous(certificate.code, certificate.sentence, 'Put a good certificate and its key in place.'),
    ];
  }
  const days = Math.floor((certificate.validTo - nowMs) / DAY_MS);
  const until = new Date(certificate.validTo).toISOString().slice(0, 10);
  if (days >= RENEW_DAYS) return [good('certificate', `The certificate is good until ${until}.`)];
  return [weak('certificate-soon', `The certificate expires in ${days} days (${until}).`, 'Renew it now.')];
}

function checkFiles({ configFile, data }: Facts): Finding[] {
  const findings: Finding[] = [];
  if (((configFile.mode ?? 0) & 0o022) !== 0) {
    findings.push(
      dangerous(
        'config-writable',
        `${configFile.path} can be changed by other users.`,
        `chmod 600 ${configFile.path}`,
      ),
    );
  }
  if (!data) {
    return [
      ...findings,
      unknown('data', 'There is no data directory yet.', 'Start the server once, then ask again.'),
    ];
  }
  const { folder, open, freeBytes } = data;
  if (((folder.mode ?? 0) & 0o077) === 0)
    findings.push(good('data-closed', `The data folder ${folder.path} is closed to other users.`));
  else if (open.length === 0) {
    findings.push(
      weak(
        'data-open',
        `Other users may look into ${folder.path}; no file in it is open to them.`,
        `chmod 700 ${folder.path}`,
      ),
    );
  } else {
    const [first] = open;
    findings.push(
      dangerous(
        'data-readable',
        `Other users can read ${open.length} files in ${folder.path}, ${first?.path ?? ''} first.`,
        `chmod -R go-rwx ${folder.path}`,
      ),
    );
  }
  const free = `${(freeBytes / GIB).toFixed(1)} GB are free where the log is.`;
  if (freeBytes < GIB / 4)
    findings.push(dangerous('disk', free, 'Make room: a full disk stops every order that raises risk.'));
  else if (freeBytes < 5 * GIB)
    findings.push(weak('disk', free, 'Make room; a busy day writes some gigabytes.'));
  else findings.push(good('disk', free));
  return findings;
}

function checkKeys({ venueKey, data }: Facts): Finding[] {
  const findings: Finding[] = [];
  if (venueKey) {
    findings.push(
      dangerous(venueKey.code, venueKey.sentence, 'Put the account’s real key into a file of mode 600.'),
    );
  }
  if (data?.keyBesideLog === true) {
    findings.push(
      weak(
        'key-beside-log',
        'The key that signs the log lies on the log’s own disk: whoever has the disk can write another log.',
        'Hand the key over by systemd or from another disk; anchors elsewhere show what was rewritten.',
      ),
    );
  }
  return findings;
}

function checkElsewhere({ elsewhere: { anchors, copies }, config }: Facts): Finding[] {
  const severity = config.profile === 'production' ? dangerous : weak;
  const kept = (places: readonly Place[]): string => places.map(({ what }) => what).join(', ');
  const away = (places: readonly Place[]): readonly Place[] => places.filter(({ sameDisk }) => !sameDisk);
  return [
    away(anchors).length > 0
      ? good('anchors', `Signed heads of the log are kept elsewhere: ${kept(away(anchors))}.`)
      : severity(
          'anchors-missing',
          'No signed head of the log is kept elsewhere: one that was cut short would not show.',
          'Set audit.anchor_file on another disk, or audit.anchor_webhook.',
        ),
    away(copies).length > 0
      ? good('copy', `The log is copied elsewhere: ${kept(away(copies))}.`)
      : severity(
          'copy-missing',
          'The log has no copy elsewhere: it is lost with its disk (R-56).',
          'Set audit.copy_to on another disk, or audit.copy_database.',
        ),
  ];
}

function checkClock({ clock, config }: Facts): Finding[] {
  const { state, sentence } = clock;
  const severity = config.profile === 'production' ? dangerous : weak;
  if (state === 'ok') return [good('clock', sentence)];
  if (state === 'over') return [severity('clock-off', sentence, 'Mend the time service (chrony).')];
  if (state === 'warned') return [weak('clock-near', sentence, 'Look at the time service.')];
  return [weak('clock-unknown', sentence, 'Name NTP servers in clock.servers, or run chrony.')];
}

function checkProfile({ config }: Facts): Finding[] {
  const { profile, origins, venue } = config;
  const isSimulated = origins.data === 'SIM';
  if (!venue.simulated && !isSimulated)
    return [good('profile', `This is the ${profile} profile, on a real account.`)];
  const what = isSimulated ? 'market and orders are' : 'orders are';
  return [
    weak(
      'simulated',
      `This is the ${profile} profile: ${what} simulated.`,
      'Never read its figures as a real account’s.',
    ),
  ];
}
