import type { ServerResponse } from 'node:http';
import type { WebSocket } from 'ws';
import type { Dialect } from '../dialect.ts';
import { answerAt, lessNumbers, type Answer } from './answers.ts';
import { isAnswerOf } from './subscription-answers.ts';
import { Loopback, sendJson } from './loopback.ts';
import type { Cue } from './playback.ts';
import { readRecording, type Recorded } from './recording.ts';
import type { RecordingSurvey } from './recording-survey.ts';
import { Seats, type Seat } from './seats.ts';
import type { Stage, StageClock } from './stage.ts';

/** So long the playback stands still for what the recorder's feed did and ours is about to do, ms. */
const WAIT_MS = 5000;
/** So long at full speed for a question that was asked here, ms; one that never comes is waited for once. */
const ASKED_MS = 500;
const TRAVEL_MS = 20;
/** A venue answers subscriptions among the first frames of a connection. */
const FIRST_FRAMES = 1000;
/** A question is answered when its answer comes, if that is within this much of the recording. */
const SOON_MICROS = 5_000_000;

interface Question {
  readonly answer: Answer;
  readonly response: ServerResponse;
}

/**
 * The venue that a recording of ours was made from, whichever that is: it answers over REST what it
 * answered then, and says over each connection what it said, in step with what our feed asks.
 */
export class RecordedVenue implements Stage {
  readonly dialect: Dialect;
  readonly venue: Stage['venue'];
  readonly symbols: Stage['symbols'];
  readonly span: Stage['span'];
  readonly remark: string;
  readonly #file: string;
  readonly #survey: RecordingSurvey;
  readonly #isAnswer: (frame: string | Uint8Array) => boolean;
  readonly #loopback = new Loopback({
    onSocket: (socket, send, path) => this.#connected(socket, this.#seats.add(socket, send, path)),
    onRequest: (url, response) => this.#asked(url.pathname + url.search, response),
  });
  readonly #seats = new Seats();
  /** By connection: what the venue answered to its subscriptions, for a feed that comes late. */
  readonly #confirmed = new Map<number, (string | Uint8Array)[]>();
  readonly #played = new Map<number, number>();
  /** Connections on which ours asked something else than the recorder's: not waited for again. */
  readonly #loose = new Set<number>();
  #questions: Question[] = [];
  /** How often each kind of question was asked that no answer of the recording stands for yet. */
  readonly #asks = new Map<string, number>();
  readonly #unasked = new Set<string>();
  #clock: StageClock | null = null;
  #look: () => void = () => undefined;
  #isDrained = false;
  #onDrained: () => void = () => undefined;

  constructor(file: string, survey: RecordingSurvey, dialect: Dialect) {
    this.#file = file;
    this.#survey = survey;
    this.dialect = dialect;
    const { header, span, remark } = survey;
    this.venue = { id: header.venue, name: header.name };
    this.symbols = header.symbols;
    this.span = span;
    this.remark = remark;
    this.#isAnswer = isAnswerOf(dialect);
  }

  get isDrained() {
    return this.#isDrained;
  }

  bind(clock: StageClock): void {
    this.#clock = clock;
  }
  onDrained(listener: () => void): void {
    this.#onDrained = listener;
  }
  listen(): Promise<number> {
    return this.#loopback.listen();
  }
  close(): Promise<void> {
    return this.#loopback.close();
  }
  caughtUp(): Promise<void> {
    return this.#loopback.caughtUp();
  }

  async *cues(): AsyncGenerator<Cue> {
    let left = this.#survey.frames;
    for await (const record of readRecording(this.#file, this.#survey.header)) {
      yield { at: record.at, play: () => this.#play(record) };
      if (record.kind === 'received') left -= 1;
      // What comes after the last frame is the recorder's own end.
      if (left === 0) break;
    }
    yield { at: this.span.lastAt, play: () => this.#finish() };
  }

  #play(record: Recorded): Promise<void> | null {
    switch (record.kind) {
      case 'answer':
        return this.#playAnswer(record.at, record.path);
      case 'opened':
        return this.#open(record.connection);
      case 'sent':
        return this.#awaitSent(record.connection, record.text);
      case 'received':
        return this.#send(record.connection, record.frame);
      case 'closed':
        return this.#hangUp(record.connection);
    }
  }

  async #finish(): Promise<void> {
    await this.caughtUp();
    this.#reply(Infinity);
    this.#isDrained = true;
    this.#onDrained();
  }

  #open(number: number): Promise<void> | null {
    const connection = this.#survey.connections.get(number);
    if (!connection || this.#seats.opened(connection)) return null;
    // It was opened beside one that ran: our feed has its own reasons to do so, or none.
    if (this.#seats.isSuccessor(connection)) return null;
    return this.#until(
      () => this.#seats.of(number) !== null || this.#seats.opened(connection) !== null,
      WAIT_MS,
    );
  }

  #awaitSent(number: number, text: string): Promise<void> | null {
    // A ping is of its own time.
    if (text === this.dialect.rules.pingText || this.#loose.has(number)) return null;
    const isSent = (): boolean => {
      const seat = this.#seats.of(number);
      if (!seat) return true;
      const at = seat.sent.indexOf(text);
      if (at >= 0) seat.sent.splice(at, 1);
      return at >= 0;
    };
    if (isSent()) return null;
    return this.#until(isSent, WAIT_MS, () => this.#loose.add(number));
  }

  #send(number: number, frame: string | Uint8Array): Promise<void> | null {
    const played = (this.#played.get(number) ?? 0) + 1;
    this.#played.set(number, played);
    if (played <= FIRST_FRAMES && this.#isAnswer(frame)) {
      this.#confirmed.set(number, [...(this.#confirmed.get(number) ?? []), frame]);
    }
    const seat = this.#seats.of(number);
    return seat ? seat.send(frame) : null;
  }

  #hangUp(number: number): Promise<void> | null {
    const closed = this.#seats.closed(number);
    if (!closed || closed.goesOn) return null;
    // What was said before it was cut off is heard.
    return this.caughtUp().then(() => closed.seat.socket.terminate());
  }

  /** At full speed frames would run far ahead of a question: it is waited for where it was answered. */
  #playAnswer(at: number, path: string): Promise<void> | null {
    this.#reply(at);
    const kind = lessNumbers(path);
    if (this.#clock?.isPaced !== false || this.#unasked.has(kind)) return null;
    const isAsked = (): boolean => (this.#asks.get(kind) ?? 0) > 0;
    const taken = (): void => void this.#asks.set(kind, (this.#asks.get(kind) ?? 0) - 1);
    const asked = isAsked()
      ? Promise.resolve()
      : this.#until(isAsked, ASKED_MS, () => this.#unasked.add(kind));
    return asked.then(taken).then(travel);
  }

  /** Stands still until `holds`, looked at after all that our feed does; not longer than a while. */
  #until(holds: () => boolean, limitMs: number, giveUp: () => void = () => undefined): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#look = () => undefined;
        resolve();
      };
      const timer = setTimeout(() => {
        giveUp();
        end();
      }, limitMs);
      this.#look = () => {
        if (holds()) end();
      };
      this.#look();
    });
  }

  #connected(socket: WebSocket, seat: Seat): void {
    socket.on('close', () => this.#seats.remove(seat));
    socket.on('message', (bytes: Buffer) => {
      const text = bytes.toString('utf8');
      seat.sent.push(text);
      seat.firstSent ??= text;
      this.#took(seat);
    });
    this.#took(seat);
  }

  #took(seat: Seat): void {
    this.#clock?.ready(this);
    this.#look();
    if (seat.connection) return;
    const late = this.#seats.late(seat);
    // What was asked was answered before: it is told again, so that the feed knows it is subscribed.
    for (const frame of (late && this.#confirmed.get(late.number)) ?? []) void seat.send(frame);
  }

  #asked(path: string, response: ServerResponse): void {
    const kind = lessNumbers(path);
    this.#asks.set(kind, (this.#asks.get(kind) ?? 0) + 1);
    this.#look();
    const answers = this.#survey.answers.to(path);
    const position = this.#clock?.position() ?? 0;
    const first = this.#clock?.isStarted === true ? null : (answers[0] ?? null);
    const answer = answerAt(answers, position, SOON_MICROS) ?? first;
    if (answer && (answer.at <= position || answer === first || this.#isDrained)) respond(response, answer);
    else if (answer) this.#questions.push({ answer, response });
    else refuseTo(response, answers.length > 0);
  }

  /** Answers what waited for answers up to here. */
  #reply(position: number): void {
    const due = this.#questions.filter(({ answer }) => answer.at <= position);
    if (due.length === 0) return;
    this.#questions = this.#questions.filter(({ answer }) => answer.at > position);
    for (const { answer, response } of due) respond(response, answer);
  }
}

/** An answer is on its way to our feed. */
function travel(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, TRAVEL_MS));
}

function respond(response: ServerResponse, { status, body }: Answer): void {
  sendJson(response, status, body);
}

function refuseTo(response: ServerResponse, comesLater: boolean): void {
  const sentence = comesLater
    ? 'The recording has this answer later.'
    : 'The recording has no answer to this: it was not asked.';
  sendJson(response, comesLater ? 503 : 404, JSON.stringify({ sentence }));
}
