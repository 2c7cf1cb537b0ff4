// Runs in the page of the k1 bench: the product Zᵀ Z (Z is T × N, row by row) as other libraries do it,
// from the floats to the floats. Built for the bench from packages that nothing else needs.
import * as jax from '@jax-js/jax';
import * as tf from '@tensorflow/tfjs-core';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-webgpu';

setWasmPaths('/');
setThreadsCount(globalThis.navigator.hardwareConcurrency);

async function tensorflow(backend) {
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs has no ${backend} here`);
  await tf.ready();
  return async (z, n, t) => {
    await tf.setBackend(backend);
    const left = tf.tensor2d(z, [t, n]);
    const product = tf.matMul(left, left, true, false);
    const out = await product.data();
    left.dispose();
    product.dispose();
    return out;
  };
}

async function jaxJs(device) {
  const devices = await jax.init(device);
  if (!devices.includes(device)) throw new Error(`jax-js has no ${device} here`);
  const product = jax.jit((z) => jax.numpy.matmul(jax.numpy.transpose(z.ref), z));
  return async (z, n, t) => {
    jax.defaultDevice(device);
    const left = jax.numpy.array(z, { device }).reshape([t, n]);
    return await product(left).data();
  };
}

/** By name: makes what multiplies; rejects where it cannot be had. */
export const peers = {
  'tfjs-wasm': () => tensorflow('wasm'),
  'jax-js wasm': () => jaxJs('wasm'),
  'tfjs-webgpu': () => tensorflow('webgpu'),
  'jax-js webgpu': () => jaxJs('webgpu'),
};
