/** How a state is drawn: a shape and a colour, always with its word beside it. */
export type Tone = 'ok' | 'warning' | 'caution' | 'advisory' | 'unknown';
