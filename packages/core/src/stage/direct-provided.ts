import { afterMs } from '../clock/after-ms.ts'
import { PipelineError } from '../errors/pipeline-error.ts'
import { Provided } from '../handler/provided.ts'
import type { AnyStage } from './any-stage.ts'
import type { AnyCallOptions } from './call-options.ts'
import { silentLog } from './direct-context.ts'

/** What a stage needs, made for direct calls alone: there is no thread whose end would dispose of it. */
export async function provideDirectly({ name, config }: AnyStage, options: AnyCallOptions): Promise<Provided> {
  const { provide = [], log = silentLog } = options
  const provided = new Provided()
  await provided.create([...config.needs, ...provide], { stage: name, slot: 1, log })
  return provided
}

/** One direct call with what its stage needs, and with the time that making that has left. */
export interface ProvidedCall {
  readonly provided: Provided
  readonly options: AnyCallOptions
}

/**
 * Made for one call, and within its time: rejects with its signal's reason, and with DEADLINE_EXCEEDED where a clock tells
 * that its time is over. What comes later is disposed of.
 */
export async function provideForCall(stage: AnyStage, options: AnyCallOptions): Promise<ProvidedCall> {
  const { signal, clock, deadlineMs } = options
  signal?.throwIfAborted()
  const startedAtMs = clock?.now() ?? 0
  const making = provideDirectly(stage, options)
  const provided = await withinCall(making, stage, options).catch((error: unknown) => {
    making.then((late) => late.dispose()).catch(() => undefined)
    throw error
  })
  if (clock === undefined || deadlineMs === undefined) return { provided, options }
  return { provided, options: { ...options, deadlineMs: deadlineMs - (clock.now() - startedAtMs) } }
}

async function withinCall<T>(awaited: Promise<T>, { name }: AnyStage, options: AnyCallOptions): Promise<T> {
  const { signal, clock, deadlineMs = Number.POSITIVE_INFINITY } = options
  let settle: (() => void) | undefined
  const over = new Promise<never>((_, reject) => {
    const onAbort = (): void => reject(signal?.reason)
    const message = `the ${deadlineMs} ms of the call were over before stage "${name}" had what it needs`
    const onLate = (): void => reject(new PipelineError('DEADLINE_EXCEEDED', message, { details: { stage: name } }))
    const cancel = clock && afterMs(clock, deadlineMs, onLate)
    signal?.addEventListener('abort', onAbort, { once: true })
    settle = () => {
      cancel?.()
      signal?.removeEventListener('abort', onAbort)
    }
  })
  try {
    return await Promise.race([awaited, over])
  } finally {
    settle?.()
  }
}
