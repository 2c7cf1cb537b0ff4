import { createPrivateKey } from 'node:crypto';
import { HeadSigner } from '../audit/signer.ts';

/** The same key in every test and in every process that a test starts: an Ed25519 key of no secret. */
const PKCS8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 7)]);

export const testSigner = new HeadSigner(createPrivateKey({ key: PKCS8, format: 'der', type: 'pkcs8' }));
export const testCode = 'test+0';
