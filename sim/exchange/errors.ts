/**
 * A refusal as Binance words it: HTTP status, code and message. Codes: binance-spot-api-docs, errors.md.
 * Thrown, because between a parameter and the answer nobody in between has a choice to make.
 */
export class VenueError extends Error {
  readonly status: number;
  readonly code: number;
  /** Further fields of the answer, as cancelReplace has them. */
  readonly details: unknown;

  constructor(status: number, code: number, message: string, details?: unknown) {
    super(message);
    this.name = 'VenueError';
    this.status = status;
    this.code = code;
    this.details = details;
  }

  body(): { code: number; msg: string; data?: unknown } {
    const plain = { code: this.code, msg: this.message };
    return this.details === undefined ? plain : { ...plain, data: this.details };
  }
}

export const badSymbol = (): VenueError => new VenueError(400, -1121, 'Invalid symbol.');
export const missing = (name: string): VenueError =>
  new VenueError(400, -1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
export const illegal = (name: string, range: string): VenueError =>
  new VenueError(400, -1100, `Illegal characters found in parameter '${name}'; legal range is '${range}'.`);
export const filterFailure = (filter: string): VenueError =>
  new VenueError(400, -1013, `Filter failure: ${filter}`);
export const rejected = (message: string): VenueError => new VenueError(400, -2010, message);
export const unknownOrder = (): VenueError => new VenueError(400, -2011, 'Unknown order sent.');
