/** A thread of Node's that answers as a helper does: built and started by a test. */
import { parentPort } from 'node:worker_threads';
import { ensureDefined } from '../../protocol/assert.ts';
import type { BandRequest } from './crew.ts';
import { answerBands } from './helper.ts';

const port = ensureDefined(parentPort ?? undefined, 'a parent thread');
const answer = answerBands((message, moved) => port.postMessage(message, moved));
port.on('message', (request: BandRequest) => answer(request));
