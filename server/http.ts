import type { FastifyInstance } from 'fastify';
import { ok, refuse, type Result } from '../protocol/result.ts';
import type { Commands } from './commands.ts';
import { addAuditRoutes, type AuditRouteParts } from './http/audit-routes.ts';
import { addAuthRoutes, sameKey, type AuthRouteParts } from './http/auth-routes.ts';
import { addCommandRoutes } from './http/command-routes.ts';
import { addKernelRoutes, type KernelRouteParts } from './http/kernel-routes.ts';
import { addCrossCheckRoutes, type CrossCheckRouteParts } from './http/cross-check-routes.ts';
import { addReportHostRoutes, type ReportHostParts } from './http/report-host-routes.ts';
import { addReportRoutes, type ReportRouteParts } from './http/report-routes.ts';
import { addRetentionHostRoutes } from './http/retention-host-routes.ts';
import { addPriceRoutes, type PriceRouteParts } from './http/price-routes.ts';
import { addRetentionRoutes, type RetentionRouteParts } from './http/retention-routes.ts';
import { addAdminRoutes, type HostParts } from './http/admin-routes.ts';
import { addPeopleRoutes, type PeopleParts } from './http/people-routes.ts';
import { StrategyKeys, type StrategyKeyParts } from './http/strategy-key.ts';
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
    Omit<StrategyParts, 'keys' | 'limits'>,
    HostParts,
    PeopleParts,
    AuditRouteParts,
    ReportRouteParts,
    PriceRouteParts,
    KernelRouteParts,
    CrossCheckRouteParts,
    RetentionRouteParts,
    ReportHostParts {
  readonly commands: Commands;
  /** Refusals go here; a flood of them is written as one. */
  readonly log: StrategyKeyParts['log'];
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
    const keys = new StrategyKeys({ keys: auth.services, log: parts.log });
    const isKnownKey = (key: string): boolean => {
      const holder = keys.holder(key);
      // One that has expired is told so, by whoever looks at it closer.
      return holder.ok || holder.error.code === 'key-expired' || sameKey(key, adminKey);
    };
    const app = await makeListener({ ...parts, isKnownKey });
    const forStrategies = { ...parts, keys, limits: new StrategyLimits(clock) };
    addAuthRoutes(app, parts);
    addCommandRoutes(app, parts);
    addStrategyRoutes(app, forStrategies);
    addStatusRoutes(app, parts);
    addPeopleRoutes(app, parts);
    addAdminRoutes(app, parts);
    addAuditRoutes(app, parts);
    addReportRoutes(app, parts);
    addPriceRoutes(app, parts);
    addKernelRoutes(app, parts);
    addCrossCheckRoutes(app, parts);
    addRetentionRoutes(app, parts);
    addRetentionHostRoutes(app, parts);
    addReportHostRoutes(app, parts);
    return new ControlHttp(app, new StrategySockets(app.server, forStrategies));
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
