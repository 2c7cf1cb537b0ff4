import type { Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import type { Reply } from '../../protocol/commands.ts';
import { orderRequestSchema, type OrderView } from '../../protocol/orders.ts';
import type { Refusal } from '../../protocol/result.ts';
import type { ServerToStrategy, StrategyToServer } from '../../protocol/strategy.ts';
import { unitSchema, type OrderId, type StrategyId } from '../../protocol/units.ts';
import type { Cancel, Clock } from '../clock.ts';
import { checkHead } from './guard.ts';
import type { StrategyKeys } from './strategy-key.ts';
import { tooMany } from './strategy-limits.ts';
import { badOrder, type StrategyParts } from './strategy-routes.ts';

const CONNECTIONS = 64;

/** A socket's key is looked at again so often: a revoked or expired one dies within a second. */
const LOOK_MS = 500;

interface SocketData {
  strategy: StrategyId;
  key: string;
  address: string;
  /** Orders it was told of. */
  known: Set<OrderId>;
}
type StrategySocket = Socket<StrategyToServer, ServerToStrategy, Record<string, never>, SocketData>;

export interface StrategySocketParts extends Pick<StrategyParts, 'desk' | 'seen' | 'limits'> {
  readonly clock: Clock;
  readonly keys: Pick<StrategyKeys, 'check' | 'holder'>;
  readonly names: () => ReadonlySet<string>;
}

/** Strategies' socket.io at `/strategy`, key in `auth.key`. fastify's hooks don't see it: its own guards. */
export class StrategySockets {
  readonly #parts: StrategySocketParts;
  readonly #io: Server<StrategyToServer, ServerToStrategy, Record<string, never>, SocketData>;
  readonly #stopLooking: Cancel;

  constructor(http: HttpServer, parts: StrategySocketParts) {
    this.#parts = parts;
    this.#io = new Server(http, {
      path: '/strategy',
      transports: ['websocket'],
      serveClient: false,
      allowUpgrades: false,
      perMessageDeflate: false,
      maxHttpBufferSize: 64 * 1024,
      pingInterval: 5000,
      pingTimeout: 5000,
      connectTimeout: 5000,
      allowRequest: (request, allow) => {
        const { host, origin } = request.headers;
        const head = { method: 'GET', host, origin, marker: undefined, isKnown: true };
        // A strategy is a program: a page, even of our own origin, has no business here.
        const refused = origin !== undefined || checkHead(head, parts.names()) !== null;
        allow(refused ? 'forbidden' : null, !refused && this.#io.engine.clientsCount < CONNECTIONS);
      },
    });
    this.#io.use((socket, next) => {
      const key = (socket.handshake.auth as { key?: unknown }).key;
      const address = socket.handshake.address;
      const checked = parts.keys.check(typeof key === 'string' ? key : null, null, address);
      if (!checked.ok || typeof key !== 'string') {
        next(new Error(checked.ok ? 'This key is not one of a strategy.' : checked.reply.sentence));
        return;
      }
      socket.data = { strategy: checked.strategy, key, address, known: new Set() };
      next();
    });
    this.#io.on('connection', (socket) => this.#serve(socket));
    this.#stopLooking = parts.clock.setRepeating(LOOK_MS, () => this.look());
  }

  isConnected(strategy: StrategyId): boolean {
    for (const socket of this.#io.sockets.sockets.values())
      if (socket.data.strategy === strategy) return true;
    return false;
  }

  /** Ends the sockets whose key is not good any more: revoked, rotated out, expired. */
  look(): void {
    for (const socket of this.#io.sockets.sockets.values()) {
      if (!this.#parts.keys.holder(socket.data.key).ok) socket.disconnect(true);
    }
  }

  /** Tells each strategy what changed of its own orders. */
  publish(upserts: readonly OrderView[], removed: readonly OrderId[]): void {
    for (const socket of this.#io.sockets.sockets.values()) {
      const own = upserts.filter((order) => order.strategy === socket.data.strategy);
      // An id alone says that another strategy traded: each is told of those it knows only.
      const gone = removed.filter((id) => socket.data.known.delete(id));
      for (const { orderId } of own) socket.data.known.add(orderId);
      if (own.length > 0 || gone.length > 0) socket.emit('orders', own, gone);
    }
  }

  /** Ends every socket; the HTTP server that they came by stays its owner's to close. */
  close(): void {
    this.#stopLooking();
    this.#io.disconnectSockets(true);
    this.#io.engine.close();
  }

  #serve(socket: StrategySocket): void {
    const { desk, seen, limits, keys } = this.#parts;
    const { strategy, key, address } = socket.data;
    const actor = { kind: 'strategy', id: strategy, address } as const;
    seen(strategy);
    const open = desk.orders().filter((order) => order.strategy === strategy);
    for (const { orderId } of open) socket.data.known.add(orderId);
    socket.emit('orders', open, []);
    socket.on('order.place', (raw, ack) => {
      if (!callable(ack)) return;
      const checked = keys.check(key, 'order.place', address);
      if (!checked.ok) {
        ack(checked.reply);
        return;
      }
      seen(strategy);
      if (!limits.place(strategy)) {
        ack(refused(tooMany('orders')));
        return;
      }
      const order = orderRequestSchema.safeParse(raw);
      if (!order.success) {
        ack(refused(badOrder(order.error.issues[0]?.path)));
        return;
      }
      void answer(desk.place(order.data, actor), ack);
    });
    socket.on('order.cancel', (raw, ack) => {
      if (!callable(ack)) return;
      const checked = keys.check(key, 'order.cancel', address);
      if (!checked.ok) {
        ack(checked.reply);
        return;
      }
      seen(strategy);
      if (!limits.cancel(strategy)) {
        ack(refused(tooMany('cancels')));
        return;
      }
      const orderId = unitSchema.order.safeParse(raw);
      if (!orderId.success) {
        ack(refused({ code: 'bad-order-id', sentence: 'This is not an order id.' }));
        return;
      }
      void answer(desk.cancel(orderId.data, actor), ack);
    });
  }
}

/** A client may leave the acknowledgement out, whatever the types say. */
const callable = (ack: unknown): boolean => typeof ack === 'function';

async function answer(reply: Promise<Reply>, ack: (reply: Reply) => void): Promise<void> {
  const sentence = 'The server failed; the order may or may not be working.';
  ack(await reply.catch(() => refused({ code: 'failed', sentence })));
}

function refused({ code, sentence }: Refusal): Reply {
  return { ok: false, code, sentence, rule: null };
}
