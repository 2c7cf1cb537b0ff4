import type { Cascade } from '../../../shaders/analyses/cascade.ts';
import { compact } from '../../ui/format.ts';

/** Whether the sampler can be believed, and how near the network is to the market. */
export function SamplingLine({
  cascade: { given, downBars, bars, sampling, misfit },
}: {
  readonly cascade: Cascade;
}) {
  const { method, chains, draws, worstRHat, leastEffective } = sampling;
  return (
    <p className="cascade-note">
      {given} was down in {downBars} of {bars} bars.{' '}
      {method === 'gibbs' ? 'Gibbs sampling' : 'Replica exchange'}, {chains} chains, {compact(draws)} states:
      R̂ {worstRHat.toFixed(3)}, at least {compact(Math.round(leastEffective))} independent. Mean sign
      correlation {misfit.meanOfNetwork.toFixed(2)} in the network, {misfit.meanOfData.toFixed(2)} in the
      market; off by {misfit.all.toFixed(2)} a pair.
    </p>
  );
}
