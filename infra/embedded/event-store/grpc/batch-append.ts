import type { Status } from '@eventstore/db-client/generated/status_pb.js';
import type { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { Message } from 'google-protobuf';
import type { EventLog, WriteOutcome } from '../event-log.js';
import type { NewEvent } from '../storage/stored-record.js';
import { type Access, AccessDenied, type User } from './access.js';
import { expectedStateOfBatch } from './expected-state.js';
import { failureOfError, unavailable } from './failures.js';
import { any, empty, shared, status, streams } from './generated.js';
import { APPEND_BYTES_MAX, BadRequest, newEventOf, sizeOf, streamNameOf } from './request-parts.js';

type Call = ServerDuplexStream<BatchAppendReq, BatchAppendResp>;
/** An append whose chunks are still arriving. */
type Gathering = {
  readonly options: BatchAppendReq.Options;
  readonly events: NewEvent[];
  refusal?: Status | undefined;
};

/** Appends of one connection that are not answered yet; beyond it, its requests stay in the socket. */
const UNANSWERED_MAX = 1024;
const GATHERING_MAX = 256;
/** The codes of `google.rpc.Status` that EventStoreDB packs with its errors. */
const INVALID_ARGUMENT = 3;
const DEADLINE_EXCEEDED = 4;
const NOT_FOUND = 5;
const ALREADY_EXISTS = 6;
const PERMISSION_DENIED = 7;
const RESOURCE_EXHAUSTED = 8;

/** Many appends over one call, each answered, by correlation id, once it is on disk. */
export function batchAppend(log: EventLog, access: Access) {
  return (call: Call): void => {
    const gathering = new Map<string, Gathering>();
    let unanswered = 0;
    let ended = false;
    let user: User;
    try {
      user = access.userOf(call.metadata);
    } catch (error) {
      call.emit('error', failureOfError(error));
      return;
    }

    call.on('data', (request: BatchAppendReq) => {
      const id = correlationIdOf(request);
      const append = gathering.get(id) ?? begin(id, request);
      if (append === undefined) return;
      add(append, request);
      if (!request.getIsFinal()) return;
      gathering.delete(id);
      unanswered += 1;
      if (unanswered >= UNANSWERED_MAX) call.pause();
      void finish(append, request);
    });
    call.on('end', () => {
      ended = true;
      if (unanswered === 0) call.end();
    });
    // The other side went away: what was accepted is written all the same, there is only nobody to tell.
    call.on('error', () => undefined);

    function begin(id: string, request: BatchAppendReq): Gathering | undefined {
      const options = request.getOptions();
      // As in EventStoreDB: what belongs to no append is not answered.
      if (options === undefined) return undefined;
      if (gathering.size >= GATHERING_MAX) {
        call.emit('error', { code: RESOURCE_EXHAUSTED, details: 'too many appends are under way and not ended' });
        return undefined;
      }
      const append: Gathering = { options, events: [] };
      append.refusal = refusalOf(options);
      gathering.set(id, append);
      return append;
    }

    function refusalOf(options: BatchAppendReq.Options): Status | undefined {
      try {
        access.check(user, 'write', streamNameOf(options.getStreamIdentifier()));
      } catch (error) {
        return error instanceof AccessDenied ? accessDenied() : badRequest(error);
      }
      return deadlineOf(options) < Date.now() ? timedOut() : undefined;
    }

    async function finish(append: Gathering, request: BatchAppendReq): Promise<void> {
      try {
        const response = append.refusal ? answerError(append.refusal) : await write(log, append);
        response.setCorrelationId(request.getCorrelationId());
        echo(response, append.options);
        call.write(response, () => settled());
      } catch (error) {
        call.emit('error', unavailable(error));
      }
    }

    function settled(): void {
      unanswered -= 1;
      if (unanswered < UNANSWERED_MAX) call.resume();
      if (ended && unanswered === 0) call.end();
    }
  };
}

function correlationIdOf(request: BatchAppendReq): string {
  const id = request.getCorrelationId();
  const structured = id?.getStructured();
  return structured
    ? `${structured.getMostSignificantBits()}:${structured.getLeastSignificantBits()}`
    : (id?.getString() ?? '');
}

/** Keeps what is wrong with a chunk for the answer, so that one bad append does not end the others' call. */
function add(append: Gathering, request: BatchAppendReq): void {
  if (append.refusal) return;
  try {
    for (const message of request.getProposedMessagesList()) append.events.push(newEventOf(message));
    if (sizeOf(append.events) > APPEND_BYTES_MAX) {
      const details = new shared.MaximumAppendSizeExceeded();
      details.setMaxappendsize(APPEND_BYTES_MAX);
      append.refusal = errorStatus(details, 'MaximumAppendSizeExceeded', INVALID_ARGUMENT);
      append.events.length = 0;
    }
  } catch (error) {
    append.refusal = badRequest(error);
  }
}

async function write(log: EventLog, { options, events }: Gathering): Promise<BatchAppendResp> {
  let outcome: WriteOutcome;
  try {
    const stream = streamNameOf(options.getStreamIdentifier());
    const expected = expectedStateOfBatch(options);
    outcome = await log.append({ stream, expected, events, deadlineMs: deadlineOf(options) });
  } catch (error) {
    return answerError(badRequest(error));
  }
  switch (outcome.kind) {
    case 'written':
      return answerSuccess(outcome.revision, outcome.position);
    case 'wrong-expected-version':
      return answerError(wrongExpectedVersion(options, outcome.currentRevision));
    case 'stream-deleted': {
      const details = new shared.StreamDeleted();
      details.setStreamIdentifier(options.getStreamIdentifier());
      return answerError(errorStatus(details, 'StreamDeleted', NOT_FOUND));
    }
    case 'too-late':
      return answerError(timedOut());
  }
}

function answerSuccess(revision: number | undefined, position: number | undefined): BatchAppendResp {
  const success = new streams.BatchAppendResp.Success();
  if (revision === undefined) success.setNoStream(new empty.Empty());
  else success.setCurrentRevision(String(revision));
  if (position === undefined) success.setNoPosition(new empty.Empty());
  else {
    const place = new shared.AllStreamPosition();
    place.setCommitPosition(String(position));
    place.setPreparePosition(String(position));
    success.setPosition(place);
  }
  const response = new streams.BatchAppendResp();
  response.setSuccess(success);
  return response;
}

function answerError(error: Status): BatchAppendResp {
  const response = new streams.BatchAppendResp();
  response.setError(error);
  return response;
}

function wrongExpectedVersion(options: BatchAppendReq.Options, currentRevision: number | undefined): Status {
  const details = new shared.WrongExpectedVersion();
  if (currentRevision === undefined) details.setCurrentNoStream(new empty.Empty());
  else details.setCurrentStreamRevision(String(currentRevision));
  if (options.hasStreamPosition()) details.setExpectedStreamPosition(options.getStreamPosition());
  if (options.hasAny()) details.setExpectedAny(new empty.Empty());
  if (options.hasNoStream()) details.setExpectedNoStream(new empty.Empty());
  if (options.hasStreamExists()) details.setExpectedStreamExists(new empty.Empty());
  return errorStatus(details, 'WrongExpectedVersion', ALREADY_EXISTS);
}

function badRequest(error: unknown): Status {
  if (!(error instanceof BadRequest)) throw error;
  const details = new shared.BadRequest();
  details.setMessage(error.message);
  return errorStatus(details, 'BadRequest', INVALID_ARGUMENT, error.message);
}

function accessDenied(): Status {
  return errorStatus(new shared.AccessDenied(), 'AccessDenied', PERMISSION_DENIED);
}

/** The deadline had passed before the write began. */
function timedOut(): Status {
  return errorStatus(new shared.Timeout(), 'Timeout', DEADLINE_EXCEEDED);
}

function deadlineOf(options: BatchAppendReq.Options): number {
  return options.getDeadline()?.toDate().getTime() ?? Number.POSITIVE_INFINITY;
}

/** The client finds out what happened by the type name of the packed details, so there must always be some. */
function errorStatus(details: Message, typeName: string, code: number, message = typeName): Status {
  const packed = new any.Any();
  packed.pack(details.serializeBinary(), `event_store.client.${typeName}`);
  const error = new status.Status();
  error.setCode(code);
  error.setMessage(message);
  error.setDetails(packed);
  return error;
}

function echo(response: BatchAppendResp, options: BatchAppendReq.Options): void {
  response.setStreamIdentifier(options.getStreamIdentifier());
  if (options.hasStreamPosition()) response.setStreamPosition(options.getStreamPosition());
  if (options.hasNoStream()) response.setNoStream(options.getNoStream());
  if (options.hasAny()) response.setAny(options.getAny());
  if (options.hasStreamExists()) response.setStreamExists(options.getStreamExists());
}
