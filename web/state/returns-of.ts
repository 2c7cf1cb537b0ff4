import { createStore } from 'zustand/vanilla';
import type { ReturnsOf } from '../compute/port.ts';

/** What the console opens with. */
export const LIVE: ReturnsOf = { horizon: '1s' };

/** Whose returns the console's panels of the whole market are made of. */
export const createReturnsOf = () => createStore<ReturnsOf>(() => LIVE);
