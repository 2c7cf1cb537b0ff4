import type { Params } from '../exchange/request.ts';
import type { Venue } from './venue.ts';

export type Method = 'GET' | 'POST' | 'DELETE' | 'PUT';

/** What an answer is made of: a value to be written as JSON, or text that is JSON already. */
export type Answer = object | { readonly json: string };

/** One address of the REST face. Weights: binance-spot-api-docs, rest-api.md. */
export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly signed: boolean;
  /** Places or cancels: counted and made to fail apart from the rest. */
  readonly kind?: 'place' | 'cancel';
  weight(params: Params): number;
  run(venue: Venue, params: Params): Answer;
}

export function isJsonText(answer: Answer): answer is { readonly json: string } {
  return 'json' in answer && typeof answer.json === 'string';
}
