import type { RequestTrace } from './trace/trace-context.ts'

/** A request as those see it who tell of it when it was answered. */
export interface TimedRequest {
  /** 0 before it was answered, and again once that was told: nobody tells of it twice. */
  status: number
  /** The path of its endpoint as declared. */
  readonly endpoint: string
  readonly requestId: string
  readonly modelKey: string | undefined
  /** Its body was there; 0 where it was refused before. Monotonic milliseconds. */
  begunAtMs: number
  /** What the search for its model took. */
  readonly modelMs: number
  /** Its rows entered the first stage; `undefined` where they never did. */
  readonly submittedAtMs: number | undefined
  /** `undefined` where nothing is traced. */
  readonly trace: RequestTrace | undefined
}
