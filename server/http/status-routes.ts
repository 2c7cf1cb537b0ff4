import type { FastifyInstance } from 'fastify';
import type { HealthRow } from '../../protocol/health.ts';
import type { HaltView } from '../../protocol/halt.ts';

export interface StatusParts {
  readonly rows: () => readonly HealthRow[];
  readonly halt: () => HaltView;
  readonly unacknowledged: () => number;
}

const STATES: Readonly<Record<HealthRow['state'], number>> = { ok: 0, degraded: 1, down: 2, unknown: 3 };

/** Liveness for whoever watches the process, and its figures for Prometheus. No secret, no order. */
export function addStatusRoutes(app: FastifyInstance, { rows, halt, unacknowledged }: StatusParts): void {
  app.get('/health', (_request, reply) => {
    const { phase, gateOpen } = halt();
    return reply.send({ ok: true, phase, gateOpen });
  });

  app.get('/metrics', (_request, reply) => {
    const lines = [
      '# HELP cwts_gate_open Whether orders may leave.',
      '# TYPE cwts_gate_open gauge',
      `cwts_gate_open ${halt().gateOpen ? 1 : 0}`,
      '# HELP cwts_alarms_unacknowledged Alarms that no person has acknowledged.',
      '# TYPE cwts_alarms_unacknowledged gauge',
      `cwts_alarms_unacknowledged ${unacknowledged()}`,
      '# HELP cwts_health_state 0 ok, 1 degraded, 2 down, 3 unknown.',
      '# TYPE cwts_health_state gauge',
      ...rows().map((row) => `cwts_health_state{row="${label(row.id)}"} ${STATES[row.state]}`),
      '# HELP cwts_health_figure A measured figure of a health row, in its unit.',
      '# TYPE cwts_health_figure gauge',
      ...rows().flatMap((row) =>
        row.figures
          .filter((figure) => figure.value !== null)
          .map(
            ({ name, unit, value }) =>
              `cwts_health_figure{row="${label(row.id)}",figure="${label(name)}",unit="${unit}"} ${value ?? 0}`,
          ),
      ),
    ];
    return reply
      .header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
      .send(`${lines.join('\n')}\n`);
  });
}

const label = (text: string): string => text.replace(/[\\"\n]/g, ' ');
