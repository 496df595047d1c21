import type { Endpoint } from '@redesmyn/core'
import type { StagePort } from '../pipeline/stage-port.ts'
import type { AnswerCounts } from './answer-counts.ts'
import type { ArrowEncoder } from './arrow-encoder.ts'
import type { ArrowReader } from './arrow-reader.ts'
import type { BatchGroups } from './batch-groups.ts'
import type { FormatChooser } from './codec/request-formats.ts'
import type { BodyLimits } from './exchange.ts'
import type { FailureLog } from './failure-log.ts'
import type { HeaderReader } from './header-reader.ts'
import type { ModelResolver } from './model-resolver.ts'
import type { ParseThread } from './parse-thread.ts'
import type { RecordReader } from './record-reader.ts'
import type { RequestIds } from '../observe/request-ids.ts'
import type { RequestTimes } from '../observe/request-times.ts'
import type { Tracer } from '../observe/trace/tracer.ts'
import type { TurnClock } from '../observe/turn-clock.ts'

/** What all requests of one endpoint share. */
export interface ServingContext {
  readonly endpoint: Endpoint
  readonly stage: StagePort
  readonly records: RecordReader
  readonly arrow: ArrowReader
  readonly arrowEncoder: ArrowEncoder
  readonly formats: FormatChooser
  /** Only where an endpoint passes headers on. */
  readonly headers: HeaderReader | undefined
  readonly groups: BatchGroups
  /** `undefined` where the stage's handler takes no model. */
  readonly models: ModelResolver | undefined
  readonly parseThread: ParseThread
  readonly bodyLimits: BodyLimits
  readonly requestTimeoutMs: number
  /** Whether a client may shorten it. */
  readonly clientDeadline: boolean
  readonly requestIds: RequestIds
  readonly answers: AnswerCounts
  readonly failures: FailureLog
  readonly clock: TurnClock
  readonly times: RequestTimes
  /** `undefined` where nothing is traced: then no request's header is looked at. */
  readonly tracer: Tracer | undefined
}
