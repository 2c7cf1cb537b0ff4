// `npm run admin -- COMMAND`: what somebody on the server's own machine may do about people.
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { askServer } from './lib/host.mjs';
import { DATA } from './lib/paths.mjs';
import { main, Trouble } from './lib/say.mjs';
import { recoverStopped } from './lib/recover-stopped.mjs';

const USAGE = `npm run admin -- COMMAND [--data DIR]
  users                  who is here, with their roles and factors
  sessions               who is signed in, from where
  link --user NAME       a one-time link, to enrol or to sign in
  recover --user NAME    a one-time link that replaces every factor of an administrator who is
                         locked out; recorded, and alarmed until a person acknowledges it
  --config FILE          for recover while the server is stopped (default: config/PROFILE.toml)`;

await main(async () => {
  const { values, positionals } = readArguments();
  const [command] = positionals;
  if (values.help || command === undefined) return console.log(USAGE);
  const dir = values.data ? resolve(process.env.INIT_CWD ?? '.', values.data) : join(DATA, 'demo');
  switch (command) {
    case 'users':
      return users(dir);
    case 'sessions':
      return sessions(dir);
    case 'link':
      return show(await askServer(dir, 'POST', '/admin/link', { user: needUser(values) }));
    case 'recover':
      return recover(dir, needUser(values), values.config);
    default:
      throw new Trouble(`There is no command "${command}".\n${USAGE}`);
  }
});

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        user: { type: 'string' },
        data: { type: 'string' },
        config: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new Trouble(`${error.message.split('. ')[0]}\n${USAGE}`);
  }
}

function needUser({ user }) {
  if (!user) throw new Trouble('Give the user: --user NAME.');
  return user;
}

async function recover(dir, user, config) {
  const stopped = await recoverStopped(dir, user, config);
  if (stopped) {
    console.log(stopped.url);
    console.log('Start the server and open it within 15 minutes; it works once.');
    console.log('A server that is started with --port listens there: put that port into the address.');
  } else show(await askServer(dir, 'POST', '/admin/recover', { user }));
  console.log(`Every factor that ${user} has is replaced by it, and their sessions end.`);
  console.log('It is in the audit log and an alarm says so until a person acknowledges it.');
}

function show({ url }) {
  console.log(url);
  console.log('It works once, for 15 minutes.');
}

async function users(dir) {
  const { people } = await askServer(dir, 'GET', '/admin/users');
  const rows = people.map((one) => [one.user, one.role, one.name, factorsOf(one), timeOf(one.lastSignInAt)]);
  table(['user', 'role', 'name', 'factors', 'last signed in'], rows);
}

async function sessions(dir) {
  const { sessions: list } = await askServer(dir, 'GET', '/admin/sessions');
  const rows = list.map((one) => [
    one.user,
    one.kind,
    one.address,
    timeOf(one.signedInAt),
    timeOf(one.lastSeenAt),
    one.device.slice(0, 40),
  ]);
  table(['user', 'kind', 'from', 'signed in', 'last seen', 'device'], rows);
}

function factorsOf({ password, totp, passkeys, recoveryCodesLeft }) {
  const list = [
    ...(password ? ['password'] : []),
    ...(totp ? ['authenticator'] : []),
    ...(passkeys.length > 0 ? [`${passkeys.length} passkey${passkeys.length === 1 ? '' : 's'}`] : []),
    ...(recoveryCodesLeft > 0 ? [`${recoveryCodesLeft} recovery codes`] : []),
  ];
  return list.length > 0 ? list.join(', ') : 'none: not enrolled';
}

function timeOf(micros) {
  if (micros === null) return 'never';
  return `${new Date(micros / 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function table(head, rows) {
  const all = [head, ...rows];
  const widths = head.map((_name, i) => Math.max(...all.map((row) => String(row[i]).length)));
  for (const row of all)
    console.log(
      row
        .map((cell, i) => String(cell).padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
    );
}
