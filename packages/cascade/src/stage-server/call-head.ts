import type { CallHead } from '../wire/call-head.ts'
import { refusedCall } from './refused-call.ts'

/** Stands in a line of a log and between others of its kind: it holds no line ends. */
const keyPattern = /^[\x20-\x7e]{1,256}$/

/** Whether a sender says of its call what can be. Throws PARAMETER_INVALID. */
export function assertCallHead({ idempotencyKey, attempt, deadlineMs }: CallHead, stage: string): void {
  if (idempotencyKey !== undefined && !keyPattern.test(idempotencyKey)) {
    throw refusedCall('PARAMETER_INVALID', 'an idempotency key has 1 to 256 printable ASCII characters', { stage })
  }
  if (!(Number.isSafeInteger(attempt) && attempt >= 1)) {
    throw refusedCall('PARAMETER_INVALID', `an attempt is a whole number from 1 on, got ${attempt}`, { stage })
  }
  if (!Number.isNaN(deadlineMs)) return
  throw refusedCall('PARAMETER_INVALID', 'the time that is left is a number of milliseconds, got NaN', { stage })
}

/** For logs; undefined where the sender traces nothing. */
export function traceIdOf({ traceparent = '' }: CallHead): string | undefined {
  return /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(traceparent)?.[1]
}
