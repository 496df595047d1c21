import type { CloseReason, Log } from '@redesmyn/core'

/** What each event of a server carries. Facts are JSON-safe; `err` is an error, logged with its stack. */
export interface EventFacts {
  readonly starting: { readonly app: string; readonly endpoints: readonly string[] }
  readonly frontEndFallback: { readonly err: unknown }
  readonly sidecarStarted: { readonly command: string; readonly pid: number }
  readonly sidecarEnded: { readonly command: string; readonly exitCode: number | null; readonly signal: string | null }
  readonly stageStarted: { readonly stage: string; readonly startMs: number }
  readonly stageFailed: { readonly stage: string; readonly err: unknown }
  readonly listening: ServerListening | StagesListening
  /** As `listening`, for a server that another one hands its requests to. */
  readonly mounted: { readonly endpoints: readonly string[]; readonly startMs: number }
  /** The server, or the user's code, is to blame. `err` only the first time: a batch fails all its requests with one error. */
  readonly requestFailed: RequestFacts & { readonly err?: unknown; readonly reason?: string }
  /** The request is to blame, or there was no room or time for it. */
  readonly requestRefused: RequestFacts & { readonly reason: string }
  readonly batchServed: {
    readonly stage: string
    readonly rowCount: number
    readonly requestCount: number
    /** Why it closed. */
    readonly reason: CloseReason | undefined
    /** Of its oldest row. */
    readonly waitMs: number
    readonly handlerMs: number
    readonly modelKey: string | undefined
  }
  /** A call of a stage from elsewhere has failed in its work. */
  readonly callFailed: CallFacts & { readonly err: unknown }
  /** The sender is to blame, or there was no room or time for it. */
  readonly callRefused: CallFacts & { readonly reason: string }
  readonly callServed: Omit<CallFacts, 'code'> & {
    readonly rowCount: number
    readonly rejectCount: number
    readonly how: 'run' | 'joined' | 'replayed'
    readonly callMs: number
  }
  /** What is observed cannot be written where it should go. */
  readonly observationLost: { readonly target: string; readonly err: unknown }
  /** A thread could not load a model; where an older version is held, that goes on serving. */
  readonly modelLoadFailed: ModelFacts & { readonly slot: number; readonly err: unknown }
  /** `found` artifacts of the store, of which `loaded` fit into the cache. */
  readonly modelsPrefetched: {
    readonly endpoint: string
    readonly found: number
    readonly loaded: number
    readonly prefetchMs: number
  }
  readonly modelsNotListed: { readonly endpoint: string; readonly err: unknown }
  readonly draining: { readonly drainMs: number }
  readonly drainExpired: { readonly drainMs: number }
  readonly stopped: { readonly stopMs: number }
  readonly crashLoop: { readonly stage: string; readonly err: unknown }
  readonly restarting: { readonly app: string }
  readonly restarted: { readonly restartMs: number; readonly isChanged: boolean }
  /** The app was built anew and does not fit what is served, or its threads did not start. */
  readonly restartFailed: { readonly err: unknown }
}

interface RequestFacts {
  readonly requestId: string
  /** The endpoint's path as declared. */
  readonly endpoint: string
  readonly modelKey: string | undefined
  readonly code: string
  /** Where the request is traced. */
  readonly traceId?: string
  readonly spanId?: string
}

interface ServerListening {
  readonly url: string
  readonly host: string
  readonly port: number
  readonly frontEnd: string
  readonly endpoints: readonly string[]
  readonly startMs: number
}

/** Of stages that are offered to senders elsewhere: a line for each address. */
interface StagesListening {
  readonly url: string
  readonly stages: readonly string[]
  readonly startMs: number
}

interface CallFacts {
  readonly stage: string
  /** The call's idempotency key, or one that was made for it. */
  readonly requestId: string
  readonly attempt: number
  readonly code: string
  readonly traceId?: string
}

interface ModelFacts {
  readonly model: string
  readonly version: string
}

export type EventName = keyof EventFacts

interface EventMeaning {
  readonly level: keyof Log
  /** The constant text of the line. */
  readonly message: string
}

/** The one table of the server's events: a line of the log is an event of this table and its facts. */
export const eventTable: { readonly [Name in EventName]: EventMeaning } = {
  starting: { level: 'debug', message: 'Starting.' },
  frontEndFallback: { level: 'warn', message: 'uWebSockets cannot be loaded, node:http serves instead.' },
  sidecarStarted: { level: 'debug', message: 'Sidecar started.' },
  sidecarEnded: { level: 'error', message: 'A sidecar ended by itself, the server stops.' },
  stageStarted: { level: 'debug', message: 'Stage started.' },
  stageFailed: { level: 'error', message: 'Stage did not start.' },
  listening: { level: 'info', message: 'listening' },
  mounted: { level: 'info', message: 'Mounted.' },
  requestFailed: { level: 'error', message: 'Request failed.' },
  requestRefused: { level: 'debug', message: 'Request refused.' },
  batchServed: { level: 'debug', message: 'Batch served.' },
  callFailed: { level: 'error', message: 'A call of a stage failed.' },
  callRefused: { level: 'debug', message: 'A call of a stage was refused.' },
  callServed: { level: 'debug', message: 'A call of a stage was served.' },
  observationLost: { level: 'error', message: 'Metrics or traces cannot be written.' },
  modelLoadFailed: { level: 'error', message: 'A model could not be loaded.' },
  modelsPrefetched: { level: 'info', message: 'Models were loaded before the first request.' },
  modelsNotListed: { level: 'error', message: 'The model store could not be listed, nothing is loaded beforehand.' },
  draining: { level: 'info', message: 'Draining.' },
  drainExpired: { level: 'warn', message: 'The drain time is over, what is unanswered is refused.' },
  stopped: { level: 'info', message: 'Stopped.' },
  crashLoop: { level: 'error', message: 'Threads end as soon as they are started, the server stops.' },
  restarting: { level: 'info', message: 'Restarting every thread, one after another.' },
  restarted: { level: 'info', message: 'Every thread was restarted.' },
  restartFailed: { level: 'error', message: 'The restart failed, what served before serves on.' },
}

/** Reports an event: its constant message, and its name and facts as fields. */
export function emit<Name extends EventName>(log: Log, event: Name, facts: EventFacts[Name]): void {
  const { level, message } = eventTable[event]
  log[level]({ event, ...facts }, message)
}
