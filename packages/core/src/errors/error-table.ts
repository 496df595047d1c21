/** What a failure means to each of its readers: the HTTP front end, gRPC peers, callers that may retry, and the docs. */
export interface ErrorMeaning {
  /** HTTP status; `null` for errors that are thrown while defining or starting and never sent. */
  readonly http: number | null
  readonly grpc: GrpcStatus | null
  readonly isRetryable: boolean
  /** Whether message and details may be shown to a client. */
  readonly isExposed: boolean
  readonly when: string
}

export type GrpcStatus =
  | 'CANCELLED'
  | 'DEADLINE_EXCEEDED'
  | 'FAILED_PRECONDITION'
  | 'INTERNAL'
  | 'INVALID_ARGUMENT'
  | 'NOT_FOUND'
  | 'RESOURCE_EXHAUSTED'
  | 'UNAUTHENTICATED'
  | 'UNAVAILABLE'
  | 'UNIMPLEMENTED'

function refused(http: number, grpc: GrpcStatus, when: string): ErrorMeaning {
  return { http, grpc, isRetryable: false, isExposed: true, when }
}

function passing(http: number, grpc: GrpcStatus, when: string): ErrorMeaning {
  return { http, grpc, isRetryable: true, isExposed: true, when }
}

function broken(when: string): ErrorMeaning {
  return { http: 500, grpc: 'INTERNAL', isRetryable: false, isExposed: false, when }
}

function contract(when: string): ErrorMeaning {
  return { http: 500, grpc: 'INTERNAL', isRetryable: false, isExposed: true, when }
}

function thrown(when: string): ErrorMeaning {
  return { http: null, grpc: null, isRetryable: false, isExposed: false, when }
}

/** The one table of errors. A code is never reused for another meaning. */
export const errorTable = {
  BODY_MALFORMED: refused(400, 'INVALID_ARGUMENT', 'the body is empty, not JSON, not records, or broken Arrow'),
  PARAMETER_INVALID: refused(400, 'INVALID_ARGUMENT', 'a path or query parameter is unusable'),
  REQUEST_INVALID: refused(400, 'INVALID_ARGUMENT', 'a handler or codec refuses the request'),
  UNAUTHENTICATED: refused(401, 'UNAUTHENTICATED', 'the request carries no valid credentials'),
  ROUTE_NOT_FOUND: refused(404, 'NOT_FOUND', 'no endpoint answers at this path'),
  MODEL_NOT_FOUND: refused(404, 'NOT_FOUND', 'the store has no artifact for these parameters'),
  METHOD_NOT_ALLOWED: refused(405, 'UNIMPLEMENTED', 'the path exists, but not for this method'),
  UPLOAD_STALLED: passing(408, 'DEADLINE_EXCEEDED', 'the body did not arrive in time'),
  SCHEMA_MISMATCH: refused(409, 'FAILED_PRECONDITION', 'two services disagree about columns'),
  BODY_TOO_LARGE: refused(413, 'RESOURCE_EXHAUSTED', 'the body is over the limit'),
  MEDIA_TYPE_UNSUPPORTED: refused(415, 'INVALID_ARGUMENT', 'no codec reads this content type or encoding'),
  RECORD_INVALID: refused(
    422,
    'INVALID_ARGUMENT',
    'a record breaks the schema; details.issues lists row, pointer and rule',
  ),
  ARTIFACT_SPEC_INVALID: refused(422, 'INVALID_ARGUMENT', 'the parameters that select an artifact break its spec'),
  PARTITION_MIXED: refused(422, 'INVALID_ARGUMENT', 'the rows of a request belong to more than one partition'),
  QUEUE_FULL: passing(429, 'RESOURCE_EXHAUSTED', 'no room for these rows now; sent with Retry-After'),
  HEADERS_TOO_LARGE: refused(431, 'RESOURCE_EXHAUSTED', 'the header block is over the limit'),
  CLIENT_GONE: refused(499, 'CANCELLED', 'the client closed the connection; only logged'),
  HANDLER_ERROR: broken('the handler threw'),
  HANDLER_OUTPUT_MISMATCH: contract('the handler returned another number of rows than it got'),
  BATCH_DIM_MISMATCH: contract('the first dimension of a model output is not the number of rows'),
  OUTPUT_SCHEMA_MISMATCH: contract('the handler returned a column that the output schema does not allow'),
  HANDLER_WROTE_INPUT: contract('the handler changed an input column without mutatesInput'),
  INTERNAL: broken('a defect of the runtime; always logged with its stack'),
  HANDOFF_FAILED: passing(502, 'UNAVAILABLE', 'another service could not be reached; details name stage and placement'),
  MODEL_LOAD_FAILED: passing(503, 'UNAVAILABLE', 'the artifact exists but could not be loaded'),
  EXECUTOR_LOST: passing(503, 'UNAVAILABLE', 'the thread or child that held the rows ended'),
  DRAINING: passing(503, 'UNAVAILABLE', 'the server finishes its work and takes no more'),
  NOT_EXECUTED: passing(503, 'UNAVAILABLE', 'the rows were refused before anything ran'),
  DEADLINE_EXCEEDED: passing(504, 'DEADLINE_EXCEEDED', 'no result within the time limit'),
  CONFIG_INVALID: thrown('an option or schema is unusable'),
  ROUTE_DUPLICATE: thrown('two endpoints claim the same path and method'),
  SCHEMA_NOT_ASSIGNABLE: thrown('one stage does not take what another gives'),
  BETWEEN_UNSUPPORTED: thrown('a service does not support the chosen placement'),
  GRAPH_CYCLE: thrown('assets depend on each other in a circle'),
  SOURCE_FAILED: thrown('a file of a run cannot be found, read or understood'),
  SINK_FAILED: thrown('a file of a run cannot be written'),
  PLAN_CHANGED: thrown('the output was begun with other inputs, code or sizes of parts'),
  OUTPUT_LOCKED: thrown('another run holds the output'),
  PARTS_MISSING: thrown('a run over shards is committed before all parts are there'),
  REJECTS_EXCEEDED: thrown('a run has rejected more rows than it may'),
  MEMORY_INSUFFICIENT: thrown('the memory bound is too small for the run'),
  RUN_INTERRUPTED: thrown('the run was stopped before its end and can be resumed'),
  LIFECYCLE_MISUSE: thrown('a method was called in the wrong state'),
} as const satisfies Record<string, ErrorMeaning>

export type ErrorCode = keyof typeof errorTable

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(errorTable, value)
}
