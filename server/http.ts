import type { FastifyInstance } from 'fastify';
import { ok, refuse, type Result } from '../protocol/result.ts';
import type { Commands } from './commands.ts';
import { addAuthRoutes, type AuthRouteParts } from './http/auth-routes.ts';
import { addCommandRoutes } from './http/command-routes.ts';
import { makeListener, type ListenerParts } from './http/listener.ts';
import { addStatusRoutes, type StatusParts } from './http/status-routes.ts';
import { addStrategyRoutes, type StrategyParts } from './http/strategy-routes.ts';
import { StrategySockets } from './http/strategy-sockets.ts';

export interface ControlHttpParts
  extends ListenerParts, AuthRouteParts, StatusParts, Omit<StrategyParts, 'auth'> {
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
    const app = await makeListener(parts);
    addAuthRoutes(app, parts);
    addCommandRoutes(app, parts);
    addStrategyRoutes(app, parts);
    addStatusRoutes(app, parts);
    return new ControlHttp(app, new StrategySockets(app.server, parts));
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
