import type { FastifyInstance } from 'fastify';
import { ok, refuse, type Result } from '../protocol/result.ts';
import type { Commands } from './commands.ts';
import { addAuthRoutes, sameKey, type AuthRouteParts } from './http/auth-routes.ts';
import { addCommandRoutes } from './http/command-routes.ts';
import { makeListener, type ListenerParts } from './http/listener.ts';
import { addStatusRoutes, type StatusParts } from './http/status-routes.ts';
import { StrategyLimits } from './http/strategy-limits.ts';
import { addStrategyRoutes, type StrategyParts } from './http/strategy-routes.ts';
import { StrategySockets } from './http/strategy-sockets.ts';

export interface ControlHttpParts
  extends
    Omit<ListenerParts, 'isKnownKey'>,
    AuthRouteParts,
    StatusParts,
    Omit<StrategyParts, 'auth' | 'limits'> {
  readonly commands: Commands;
}

/** The control thread's loopback listener: people's commands, sign-in, strategies, health, metrics. */
export class ControlHttp {
  readonly #app: FastifyInstance;
  readonly sockets: StrategySockets;

  private constructor(app: FastifyInstance, sockets: StrategySockets) {
    this.#app = app;
    this.sockets = sockets;
  }

  static async make(parts: ControlHttpParts): Promise<ControlHttp> {
    const { auth, adminKey, clock } = parts;
    const isKnownKey = (key: string): boolean => auth.strategyOf(key) !== null || sameKey(key, adminKey);
    const app = await makeListener({ ...parts, isKnownKey });
    const withLimits = { ...parts, limits: new StrategyLimits(clock) };
    addAuthRoutes(app, parts);
    addCommandRoutes(app, parts);
    addStrategyRoutes(app, withLimits);
    addStatusRoutes(app, parts);
    return new ControlHttp(app, new StrategySockets(app.server, withLimits));
  }

  /** Only ever on this machine; `port` 0 = any free one. */
  async listen(port: number): Promise<Result<number>> {
    try {
      await this.#app.listen({ host: '127.0.0.1', port });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      return refuse(
        'port-busy',
        `Port ${port} (control) is taken by another program; choose another with --control-port.`,
      );
    }
    const address = this.#app.server.address();
    return ok(typeof address === 'object' && address ? address.port : port);
  }

  async close(): Promise<void> {
    this.sockets.close();
    await this.#app.close();
  }
}
