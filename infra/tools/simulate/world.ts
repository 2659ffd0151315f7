import type { DecodeEvent } from '../../../services/command/runtime/aggregate.js';
import { createErasure } from '../../../services/command/runtime/erasure.js';
import { createPlayers, type Executed } from '../../../services/command/runtime/players.js';
import { createReservations } from '../../../services/command/runtime/reservations.js';
import { AppendOutcomeUnknown, type StoredEvent, StoreUnavailable } from '../../../shared/event-store/event-store.js';
import { decodePlayerEvent } from '../../../shared/events/codec.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { PLAYER_STREAMS, playerIdOf, playerStream } from '../../../shared/ids/streams.js';
import { createAuditor } from './auditor.js';
import { differenceOfEvents, differenceOfOutcome, shown } from './compare.js';
import { deliver, type Handlers } from './deliver.js';
import { createErasures } from './erasures.js';
import { createModel } from './model/model.js';
import type { Outcome } from './model/turn.js';
import { EMAIL_KEY, personOf } from './persons.js';
import { createScheduler, settled } from './scheduler.js';
import type { Action, Command, Fault, InstanceOptions, Script, Step } from './script.js';
import { createSimDisk, type SimDisk } from './sim-archive.js';
import { CATALOGUE } from './sim-catalogue.js';
import { createSimStore } from './sim-store.js';
import { createTrace } from './trace.js';
import { Violated, type Violation } from './violation.js';
import { installVirtualClock, type VirtualClock } from './virtual-clock.js';

export type Result = {
  /** Steps that were taken: all of them, or up to the one that failed. */
  readonly steps: number;
  readonly violation: Violation | undefined;
  readonly trace: string;
  /** How often what happened, for the report. */
  readonly counts: ReadonlyMap<string, number>;
};

/** A delivered command, until it has its answer (or its instance is gone). */
type Request = {
  readonly id: string;
  readonly playerId: PlayerId;
  readonly command: Command;
  readonly now: string;
  fault: Fault | null;
  /** A fault struck it, or something it waited for: it may fail. */
  mayFail: boolean;
  /** What the model said as its events became true. */
  committed: Outcome | undefined;
};

type Instance = {
  readonly options: InstanceOptions;
  readonly disk: SimDisk;
  handlers: Handlers;
  /** Requests of each player in order of arrival: the first is the one that the handler is at. */
  readonly lines: Map<string, Request[]>;
  /** Players whose next save fails: it comes after its request has been answered. */
  readonly failingSaves: Set<string>;
  /** A long history is read, or much time has gone by: any request may be told to come back. */
  mayRefuseAll: boolean;
};

/** They work on streams with personal data, beside the player's queue. */
const ERASING: ReadonlySet<Command['type']> = new Set(['forget', 'finish_erasure']);

/** More than any request can need: whoever needs more goes round in circles. */
const OPERATIONS_MAX = 20_000;

/**
 * Runs a script from nothing, and checks after each step. The same script gives the same result. One at a time: the
 * process has one clock. `handOver` is the way to the handler; a test may put a fault there.
 */
export async function runScript(script: Script, handOver = deliver): Promise<Result> {
  const clock = installVirtualClock();
  try {
    return await run(script, clock, handOver);
  } finally {
    clock.restore();
  }
}

async function run(script: Script, clock: VirtualClock, handOver: typeof deliver): Promise<Result> {
  const scheduler = createScheduler();
  const model = createModel();
  const auditor = createAuditor();
  const trace = createTrace();
  const counts = new Map<string, number>();
  const requests = new Map<string, Request>();
  const decode = decodedOnce();
  const persons = new Map(script.playerIds.map((id) => [id, personOf(id as PlayerId)]));
  /** Whose data is in a stream with personal data. */
  const ownerOf = new Map([...persons].flatMap(([id, { streams }]) => [...streams.keys()].map((name) => [name, id])));
  let violation: Violation | undefined;
  let delivered = 0;

  const store = createSimStore({
    scheduler,
    clock,
    onCommit: (stream, events) => watched(() => committed(playerIdOf(stream), events)),
    onDelete: (stream) => {
      trace.add(`deleted ${stream}`);
      count('delete');
      watched(() => erasures.deleting(stream));
    },
    appendFault(ids) {
      const together = [...ids].flatMap((id) => requests.get(id) ?? []);
      const request = together.find(({ fault }) => fault?.kind.startsWith('append_'));
      const kind = request?.fault?.kind;
      if (request === undefined) return undefined;
      struck(request);
      // One append, one outcome.
      for (const other of together) other.mayFail = true;
      return kind;
    },
    readFault(owner, stream) {
      const person = ownerOf.get(stream);
      const line = (owner as Instance).lines.get(person ?? stream.replace(PLAYER_STREAMS, '')) ?? [];
      const request = person === undefined ? line[0] : line.find(({ command }) => ERASING.has(command.type));
      const fault = request?.fault;
      if (request === undefined || !fault?.kind.startsWith('read_')) return undefined;
      struck(request);
      // Whoever waits may be served together with the first, by one read.
      for (const waiting of line) waiting.mayFail = true;
      if (fault.kind === 'read_is_slow') timeGoesBy();
      return fault;
    },
    deleteFault(owner, stream) {
      const line = (owner as Instance).lines.get(ownerOf.get(stream) ?? '') ?? [];
      const request = line.find(({ fault }) => fault?.kind.startsWith('delete_'));
      const kind = request?.fault?.kind;
      if (request === undefined) return undefined;
      struck(request);
      // Whoever else is at the same deletion may be the one whose it was.
      for (const other of line) if (ERASING.has(other.command.type)) other.mayFail = true;
      return kind;
    },
  });
  for (const { streams } of persons.values()) for (const [stream, events] of streams) store.put(stream, events);
  const erasures = createErasures(persons, model, store);
  const instances = script.instances.map((options) => newInstance(options));
  /** Those, and whoever looks afresh just now. */
  let present: Instance[] = [...instances];

  function newInstance(options: InstanceOptions): Instance {
    const disk = createSimDisk({
      scheduler,
      saveFails(playerId) {
        const fails = instance.failingSaves.delete(playerId);
        if (fails) count('save_fails');
        return fails;
      },
    });
    const instance: Instance = {
      ...{ options, disk, handlers: nobody, lines: new Map(), failingSaves: new Set(), mayRefuseAll: false },
    };
    start(instance);
    return instance;
  }

  function start(instance: Instance): void {
    const connected = store.connect(instance);
    const players = createPlayers(
      { store: connected, catalogue: CATALOGUE, archive: instance.disk.open(instance) },
      // Nobody's time goes by while a line steps aside: who comes between is the script's to say.
      { ...instance.options, stepAside: async () => undefined, decode },
    );
    const erasure = createErasure(connected, players, createReservations(connected, EMAIL_KEY));
    instance.handlers = { players, erasure };
  }

  /** Whoever waits long enough is told to come back, and so is who comes while a long history is read. */
  function timeGoesBy(): void {
    for (const instance of present) {
      instance.mayRefuseAll = true;
      for (const line of instance.lines.values()) for (const waiting of line) waiting.mayFail = true;
    }
  }

  function struck(request: Request): void {
    count(request.fault?.kind ?? 'fault');
    request.fault = null;
    request.mayFail = true;
  }

  /** The moment that an append becomes true is the moment that its request happened. */
  function committed(playerId: PlayerId, events: readonly StoredEvent[]): void {
    for (const own of byRequest(events)) committedOne(playerId, own);
  }

  /** Events of one append, apart by the request that they came of. */
  function byRequest(events: readonly StoredEvent[]): readonly (readonly StoredEvent[])[] {
    const apart: StoredEvent[][] = [];
    for (const event of events) {
      const last = apart.at(-1);
      if (last?.[0]?.metadata.causationId === event.metadata.causationId) last?.push(event);
      else apart.push([event]);
    }
    return apart;
  }

  function committedOne(playerId: PlayerId, events: readonly StoredEvent[]): void {
    const request = requests.get(String(events[0]?.metadata.causationId));
    if (request === undefined || request.playerId !== playerId) throw new Violated('events', 'of no request');
    if (request.committed !== undefined) throw new Violated('events', shown('a second append', request.command));
    const prediction = model.happen(playerId, request.command, request.now);
    request.committed = prediction.outcome;
    if (prediction.events.length === 0) {
      const types = events.map(({ type }) => type);
      throw new Violated('append', shown({ command: request.command, types }, prediction.outcome));
    }
    // First the laws that hold whatever the model says.
    auditor.take(playerId, events);
    const difference = differenceOfEvents(events, prediction.events);
    if (difference !== undefined) throw new Violated('events', difference);
    for (const { type } of events) count(type);
    trace.add(String(events.at(-1)?.metadata.hash));
  }

  function answered(request: Request, { decision, position }: Executed<unknown>): void {
    const said: Outcome = decision.ok ? { ok: true, answer: decision.answer } : decision;
    trace.add(`${request.id} ${decision.ok ? 'ok' : decision.rejection.type}`);
    if (!decision.ok) count(decision.rejection.type);
    let expected = request.committed;
    if ((position === undefined) !== (expected === undefined))
      throw new Violated('append', shown({ command: request.command, said, position }, expected));
    if (expected === undefined) {
      // Nothing was appended, and it was so at the head just now: the model has to agree at this very moment.
      const prediction = model.predict(request.playerId, request.command, request.now);
      if (prediction.events.length > 0)
        throw new Violated('append', shown({ command: request.command, said }, prediction.outcome));
      expected = prediction.outcome;
    }
    const difference = differenceOfOutcome(said, expected);
    if (difference !== undefined) throw new Violated('answer', `${JSON.stringify(request.command)}: ${difference}`);
    if (ERASING.has(request.command.type) && decision.ok) erasures.done(request.playerId);
  }

  function failed(request: Request, error: unknown, mayRefuse: boolean): void {
    const name = error instanceof Error ? error.name : String(error);
    trace.add(`${request.id} ${name}`);
    count(name);
    if (error instanceof Violated) throw error;
    const isAnnounced = error instanceof AppendOutcomeUnknown || error instanceof StoreUnavailable;
    const isCrowded = name === 'TooManyWaiting' || name === 'TooManyConflicts';
    if (!isAnnounced && !isCrowded)
      throw new Violated(
        'defect',
        `${JSON.stringify(request.command)}: ${error instanceof Error ? error.stack : name}`,
      );
    if (!request.mayFail && !mayRefuse)
      throw new Violated('availability', `${JSON.stringify(request.command)}: ${String(error)}`);
  }

  /** The first violation counts, wherever it was noticed; what follows from it does not. */
  function watched(check: () => void): void {
    try {
      check();
    } catch (error) {
      violation ??=
        error instanceof Violated
          ? error.violation
          : { check: 'defect', detail: error instanceof Error ? String(error.stack) : String(error) };
    }
  }

  function count(what: string): void {
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }

  function send(instance: Instance, playerId: PlayerId, command: Command, at: number, fault: Fault | null): void {
    delivered += 1;
    const now = new Date(at + instance.options.skewMs).toISOString();
    const id = `request-${delivered}`;
    const request: Request = { id, playerId, command, now, fault, mayFail: false, committed: undefined };
    requests.set(request.id, request);
    const line = instance.lines.get(playerId) ?? [];
    instance.lines.set(playerId, line);
    line.push(request);
    const left = (check: () => void) => {
      // A crash has emptied the line: nobody is there to hear it.
      if (!line.includes(request)) return;
      line.splice(line.indexOf(request), 1);
      watched(check);
    };
    if (fault?.kind === 'save_fails') instance.failingSaves.add(playerId);
    const context = { now, correlationId: 'simulation', causationId: request.id, actor: 'simulation' };
    handOver(instance.handlers, playerId, context, command).then(
      (executed) => left(() => answered(request, executed)),
      (error: unknown) => left(() => failed(request, error, instance.mayRefuseAll)),
    );
  }

  function crash(instance: Instance, { writesUnderWay, archive }: Extract<Action, { kind: 'crash' }>): void {
    store.cutOff(instance, writesUnderWay);
    for (const line of instance.lines.values()) line.length = 0;
    instance.lines.clear();
    instance.mayRefuseAll = false;
    instance.disk.befall(archive);
    count(`crash, archive ${archive}`);
    start(instance);
  }

  /** Balance and a few repeats, of an instance that has nothing but the store. */
  function lookAfresh(player: PlayerId, at: number, known: readonly Command[]): void {
    const fresh = newInstance({ saveEvents: 1_000, cachedRecordsMax: 10_000, skewMs: 0 });
    present.push(fresh);
    count('look_afresh');
    for (const command of known) send(fresh, player, command, at, null);
  }

  async function settle(order: number): Promise<void> {
    for (let n = 0; scheduler.pending > 0 && violation === undefined; n += 1) {
      if (n > OPERATIONS_MAX) watched(() => silence('goes round in circles'));
      await scheduler.runOne(order + n);
    }
    for (const { lines } of present) {
      for (const line of lines.values()) if (line.length > 0) watched(() => silence(JSON.stringify(line[0]?.command)));
    }
    present = [...instances];
    for (const instance of instances) instance.mayRefuseAll = false;
  }

  async function take(step: Step, index: number): Promise<void> {
    const { action, at } = step;
    const instance = action.kind === 'look_afresh' ? undefined : instances[action.instance];
    if (action.kind === 'look_afresh') {
      const playerId = script.playerIds[action.player] as PlayerId;
      lookAfresh(playerId, at, commandsBefore(script, index, action.player));
    } else if (instance !== undefined && action.kind === 'crash') {
      watched(() => crash(instance, action));
    } else if (instance !== undefined && action.kind === 'deliver') {
      const playerId = script.playerIds[action.player] as PlayerId;
      send(instance, playerId, action.command, at, action.fault);
      count(action.command.type);
    }
    await settled();
    if (step.operations === null) return settle(step.order);
    for (let n = 0; n < step.operations && scheduler.pending > 0; n += 1) await scheduler.runOne(step.order + n);
    return undefined;
  }

  let steps = 0;
  for (const [index, step] of script.steps.entries()) {
    await take(step, index);
    steps = index + 1;
    if (violation !== undefined) break;
  }
  if (violation === undefined) await settle(0);
  const last = script.steps.length;
  for (const [player, playerId] of script.playerIds.entries()) {
    if (violation !== undefined) break;
    // Whoever was forgotten by now is gone in the end, whatever went wrong before.
    const known = [...commandsBefore(script, last, player), { type: 'finish_erasure' } as const];
    lookAfresh(playerId as PlayerId, script.steps.at(-1)?.at ?? 0, known);
    await settled();
    await settle(0);
  }
  if (violation === undefined) watched(() => auditor.close());
  for (const playerId of script.playerIds) trace.add(`${store.events(playerStream(playerId as PlayerId)).length}`);
  return { steps, violation, trace: trace.hash(), counts };
}

/** The real codec, once for each event: instances read every event again and again, and what it says never changes. */
function decodedOnce(): DecodeEvent {
  const known = new WeakMap<StoredEvent, ReturnType<DecodeEvent>>();
  return (stored) => {
    const decoded = known.get(stored) ?? decodePlayerEvent(stored);
    known.set(stored, decoded);
    return decoded;
  };
}

/** As many of a player's commands as a fresh look repeats: the newest, which are the likeliest to have been answered. */
const REPEATS = 12;

function commandsBefore({ steps }: Script, index: number, player: number): readonly Command[] {
  const known: Command[] = [];
  for (let n = index - 1; n >= 0 && known.length < REPEATS; n -= 1) {
    const action = steps[n]?.action;
    if (action?.kind === 'deliver' && action.player === player) known.push(action.command);
  }
  return known.reverse();
}

function silence(detail: string): never {
  throw new Violated('silence', detail);
}

const NOT_STARTED = () => Promise.reject(new Error('not started'));

const nobody: Handlers = {
  players: { execute: NOT_STARTED, decide: NOT_STARTED, settle: NOT_STARTED },
  erasure: { forget: NOT_STARTED, foresee: NOT_STARTED, finish: NOT_STARTED },
};
