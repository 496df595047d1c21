import { type ErrorCode, PipelineError, toErrorData } from '@redesmyn/core'
import { nextStepOf } from './next-step.ts'

/** A failed command as its user should see it. */
export interface Failure {
  readonly code: ErrorCode
  /** `elsewhere`: another process was asked to run a stage. */
  readonly where: 'here' | 'elsewhere'
  readonly message: string
  /** Messages of the causes that say more than the message does. */
  readonly causes: readonly string[]
  readonly nextStep: string | undefined
  /** Kept where the failure is a defect of ours. */
  readonly stack: string | undefined
}

/** `words` are the command line that failed. */
export function describeFailure(thrown: unknown, words: readonly string[]): Failure {
  const { code, message, details, stack } = toErrorData(thrown, 'INTERNAL')
  const where = 'instance' in details || 'instances' in details ? 'elsewhere' : 'here'
  const chain = causesOf(thrown)
  const systemCode = chain.map(systemCodeOf).find((found) => found !== undefined)
  return {
    code,
    where,
    message,
    causes: chain.flatMap((cause) => wordsOf(cause, code)).filter((text) => text !== '' && !message.includes(text)),
    nextStep: nextStepOf({ code, where, message, details, systemCode, words }),
    stack: code === 'INTERNAL' ? stack : undefined,
  }
}

/** For people. */
export function failureText({ code, message, causes, nextStep, stack }: Failure): string {
  // Whoever stopped it knows that nothing went wrong.
  const head = code === 'RUN_INTERRUPTED' ? 'stopped' : 'error'
  const lines = [`${head}: ${stack ?? message}`, ...causes.map((cause) => `cause: ${cause}`)]
  if (nextStep !== undefined) lines.push(`next:  ${nextStep}`)
  return `${lines.join('\n')}\n`
}

/** For the collectors of logs: one JSON object a line, like every line of a server that runs. */
export function failureLine(failure: Failure, isoTime: string, event: 'startFailed' | 'runFailed'): string {
  const { code, message, causes, nextStep, stack } = failure
  const line = {
    level: 'fatal',
    time: isoTime,
    component: 'cli',
    event,
    code,
    causes,
    nextStep,
    stack,
    msg: message,
  }
  return `${JSON.stringify(line)}\n`
}

function causesOf(thrown: unknown): readonly Error[] {
  const chain: Error[] = []
  let next = thrown instanceof Error ? thrown.cause : undefined
  while (next instanceof Error && !chain.includes(next)) {
    chain.push(next)
    next = next.cause
  }
  return chain
}

/** What a bundler lists, and which path is not there, a message about a mistake has told in words of ours. */
function wordsOf(cause: Error, code: ErrorCode): readonly string[] {
  const isTold = code === 'CONFIG_INVALID' && ('errors' in cause || systemCodeOf(cause) === 'ENOENT')
  return isTold ? [] : [cause.message.trim()]
}

function systemCodeOf(error: Error): string | undefined {
  if (error instanceof PipelineError) return undefined
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
