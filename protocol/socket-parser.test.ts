import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { Server } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import {
  consoleParser,
  Encoder,
  onApplied,
  serverParser,
  socketParser,
  type Packet,
} from './socket-parser.ts';

const encoder = new Encoder();
const event = (...data: unknown[]): Packet => ({ type: 2, nsp: '/', data });
const any = { text: 1e6, frame: 1e6, depth: 20, events: ['a', 'message', 'ask'] };

function decodeAll(parser: ReturnType<typeof socketParser>, ...messages: unknown[]): Packet[] {
  const decoder = new parser.Decoder();
  const packets: Packet[] = [];
  decoder.on('decoded', (packet) => packets.push(packet));
  for (const message of messages) decoder.add(message);
  return packets;
}

describe('packets as text', () => {
  const jsonDepth = { maxDepth: 4 } as const;
  const eventName = fc.constantFrom(...any.events);
  const packets = fc.oneof(
    fc.record({ type: fc.constant(0), nsp: fc.constant('/'), data: fc.dictionary(fc.string(), fc.json()) }),
    fc.constant({ type: 1, nsp: '/' }),
    fc.record({
      type: fc.constant(2),
      nsp: fc.constant('/'),
      data: fc
        .tuple(eventName, fc.jsonValue(jsonDepth))
        .map((args) => JSON.parse(JSON.stringify(args)) as unknown),
    }),
    fc.record({
      type: fc.constantFrom(2, 3),
      nsp: fc.constant('/'),
      id: fc.nat(),
      data: fc
        .tuple(eventName, fc.jsonValue(jsonDepth))
        .map((args) => JSON.parse(JSON.stringify(args)) as unknown),
    }),
    fc.record({ type: fc.constant(4), nsp: fc.constant('/'), data: fc.record({ message: fc.string() }) }),
  );

  it('what one end encodes, the other decodes to the same', () => {
    fc.assert(
      fc.property(packets, (packet) => {
        const encoded = encoder.encode(packet);
        expect(encoded).toHaveLength(1);
        expect(decodeAll(socketParser(any), ...encoded)).toEqual([packet]);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['an unknown type', '9[]'],
    ['a type of binary packets', '51-["a",{"_placeholder":true,"num":0}]'],
    ['another namespace', '2/admin,["a"]'],
    ['broken JSON', '2["time"'],
    ['an event without a name', '2[]'],
    ['an event whose name is a number', '2[7]'],
    ['a name that socket.io keeps', '2["disconnect"]'],
    ['an event of the other end', '2["message"]'],
    ['an event of nobody', '2["shutdown"]'],
    ['a name of Object’s', '2["constructor"]'],
    ['a frame as text', '2["frame",{}]'],
    ['an event that is no list', '2{"a":1}'],
    ['an id that is too long', `2${'1'.repeat(16)}["a"]`],
    ['an acknowledgement without id', '3["a"]'],
    ['a connect with an id', '01{}'],
    ['a connect whose data is a list', '0[]'],
    ['a disconnect with data', '1{}'],
    ['a refusal without message', '4{}'],
    ['bytes after JSON', '2["time"]x'],
    ['text that is too long', `2["time","${'x'.repeat(70_000)}"]`],
    ['JSON that is nested too deep', `2["time",${'['.repeat(50)}${']'.repeat(50)}]`],
  ])('refuses %s', (_, text) => {
    expect(() => decodeAll(serverParser, text)).toThrow();
  });

  it('brackets and quotes inside strings are not nesting', () => {
    const data = ['time', `${'['.repeat(100)}"\\${'{'.repeat(100)}`];
    expect(decodeAll(serverParser, `2${JSON.stringify(data)}`)).toEqual([{ type: 2, nsp: '/', data }]);
  });

  it('throws or decodes, whatever comes in, and emits nothing when it throws', () => {
    const hostile = fc.oneof(
      fc.string(),
      fc.string().map((tail) => `2${tail}`),
      fc.json().map((json) => `2["message",${json}]`),
      fc.uint8Array(),
      fc.anything(),
    );
    fc.assert(
      fc.property(hostile, (message) => {
        for (const parser of [serverParser, consoleParser]) {
          let packets: Packet[];
          try {
            packets = decodeAll(parser, message);
          } catch (error) {
            expect(error).toBeInstanceOf(Error);
            continue;
          }
          expect(packets).toHaveLength(1);
          expect(packets[0]?.nsp).toBe('/');
        }
      }),
    );
  });
});

describe('acknowledgements of frames', () => {
  const connected = (heard: number[]): { add: (text: string) => void } => {
    const decoder = new serverParser.Decoder();
    decoder.on('decoded', ({ data }) => onApplied(data as object, (frames) => heard.push(frames)));
    decoder.add('0{"protocol":1,"client":"test"}');
    return decoder;
  };

  it('reach who listens for them, at once and as numbers', () => {
    const heard: number[] = [];
    const decoder = connected(heard);
    for (const frames of [1, 2, 40]) decoder.add(encoder.encode(event('applied', frames))[0] as string);
    expect(heard).toEqual([1, 2, 40]);
  });

  it.each(['"4"', '-1', '1.5', '1e3', 'null', '', '1,2', '[1]', '9'.repeat(16), 'NaN', '01x'])(
    'of %s are refused',
    (count) => {
      const heard: number[] = [];
      expect(() => connected(heard).add(`2["applied",${count}]`)).toThrow('no count');
      expect(heard).toEqual([]);
    },
  );

  it('before the handshake, or wanting an answer, are no packets', () => {
    expect(() => decodeAll(serverParser, '2["applied",1]')).toThrow();
    expect(() => connected([]).add('21["applied",1]')).toThrow();
    expect(() => connected([]).add('2["applied"]')).toThrow();
  });

  it('need a handshake of our parser', () => {
    expect(() => onApplied({}, () => undefined)).toThrow(TypeError);
  });
});

describe('frames as bytes', () => {
  it('a frame is its own bytes, uncopied on the way out', () => {
    const bytes = Uint8Array.of(1, 2, 3);
    expect(encoder.encode({ type: 2, nsp: '/', data: ['frame', bytes] })[0]).toBe(bytes);
  });

  it.each([
    ['a Buffer', Buffer.from([9, 8])],
    ['a view', new Uint8Array([0, 9, 8, 0]).subarray(1, 3)],
    ['an ArrayBuffer', Uint8Array.of(9, 8).buffer],
  ])('%s comes in as a frame event', (_, message) => {
    const [packet] = decodeAll(consoleParser, message);
    expect(packet).toEqual({ type: 2, nsp: '/', data: ['frame', Uint8Array.of(9, 8)] });
  });

  it('the server takes no bytes at all, the console none over its limit', () => {
    expect(() => decodeAll(serverParser, Buffer.from([1]))).toThrow('no bytes');
    const small = socketParser({ ...any, frame: 4 });
    expect(() => decodeAll(small, new Uint8Array(5))).toThrow('too long');
  });

  it('bytes anywhere else are refused where they are sent', () => {
    const bytes = Uint8Array.of(1);
    for (const packet of [
      { type: 2, nsp: '/', data: ['other', bytes] },
      { type: 2, nsp: '/', data: ['frame', bytes, 1] },
      { type: 2, nsp: '/', data: ['frame', 'text'] },
      { type: 2, nsp: '/', data: ['frame', bytes], id: 1 },
      { type: 2, nsp: '/other', data: ['a'] },
    ]) {
      expect(() => encoder.encode(packet)).toThrow(TypeError);
    }
  });
});

describe('between a socket.io server and client', () => {
  let http: HttpServer;
  let server: Server;
  let url: string;
  let client: Socket | undefined;

  beforeEach(async () => {
    http = createServer();
    server = new Server(http, { parser: socketParser(any), transports: ['websocket'] });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    client?.disconnect();
    await server.close();
  });

  const connect = (auth: object = {}): Socket =>
    (client = io(url, { parser: consoleParser, transports: ['websocket'], auth, reconnection: false }));

  it('handshake data, events, acknowledgements and frames arrive as sent, in order', async () => {
    server.on('connection', (socket) => {
      expect(socket.handshake.auth).toEqual({ protocol: 1, client: 'test' });
      socket.on('ask', (question: string, answer: (reply: unknown) => void) => answer({ question }));
      socket.emit('message', { type: 'first' });
      socket.emit('frame', Uint8Array.of(1, 2, 3));
      socket.emit('message', { type: 'last' });
    });
    const seen: unknown[] = [];
    const socket = connect({ protocol: 1, client: 'test' });
    socket.on('frame', (bytes: Uint8Array) => seen.push([...bytes]));
    await new Promise<void>((resolve) => {
      socket.on('message', (message: { type: string }) => {
        seen.push(message.type);
        if (message.type === 'last') resolve();
      });
    });
    expect(seen).toEqual(['first', [1, 2, 3], 'last']);
    expect(await socket.timeout(5000).emitWithAck('ask', 'why')).toEqual({ question: 'why' });
  });

  it('a refusal carries its data', async () => {
    server.use((_, next) => {
      next(Object.assign(new Error('no'), { data: { code: 'not-signed-in', sentence: 'Sign in.' } }));
    });
    const socket = connect();
    const error = await new Promise<Error & { data?: unknown }>((resolve) =>
      socket.on('connect_error', resolve),
    );
    expect(error.data).toEqual({ code: 'not-signed-in', sentence: 'Sign in.' });
  });

  it.each([
    ['text that is no packet', '4nonsense'],
    ['a placeholder packet', '451-["x",{"_placeholder":true,"num":0}]'],
    ['another namespace', '40/admin,{}'],
  ])('the server closes the connection that sends %s, and others go on', async (_, message) => {
    const other = connect();
    await new Promise<void>((resolve) => other.on('connect', () => resolve()));
    const raw = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
    await once(raw, 'message');
    raw.send('40{}');
    await once(raw, 'message');
    raw.send(message);
    await once(raw, 'close');
    expect(other.connected).toBe(true);
  });

  it('the client closes when the server sends what is no packet', async () => {
    server.on('connection', (socket) => socket.conn.write('nonsense'));
    const socket = connect();
    const reason = await new Promise<string>((resolve) => socket.on('disconnect', resolve));
    expect(reason).toBe('parse error');
  });
});
