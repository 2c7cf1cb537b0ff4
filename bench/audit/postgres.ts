/** The same appends to PostgreSQL: one row and one commit a record, `synchronous_commit` on. */
import { Client, Pool } from 'pg';

const DATABASE = 'cwts_bench_audit';
const POOL = 16;
const server = process.env['CWTS_BENCH_POSTGRES'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';

export interface Peer {
  insert(seq: number, payload: string): Promise<unknown>;
  close(): Promise<void>;
}

/** In a database of its own, which `close` drops; null: there is no PostgreSQL here to compare with. */
export async function openPostgres(): Promise<Peer | null> {
  const admin = new Client({ connectionString: server });
  try {
    await admin.connect();
  } catch {
    return null;
  }
  await admin.query(`drop database if exists ${DATABASE}`);
  await admin.query(`create database ${DATABASE}`);
  const address = new URL(server);
  address.pathname = `/${DATABASE}`;
  const pool = new Pool({ connectionString: address.href, max: POOL, options: '-c synchronous_commit=on' });
  await pool.query('create table records (seq bigint primary key, payload text not null)');
  return {
    insert: (seq, payload) =>
      pool.query({ name: 'insert', text: 'insert into records values ($1, $2)', values: [seq, payload] }),
    close: async () => {
      await pool.end();
      await admin.query(`drop database if exists ${DATABASE}`);
      await admin.end();
    },
  };
}
