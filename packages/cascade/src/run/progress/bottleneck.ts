import type { RunStatus, StepStatus } from './run-status.ts'

/** What a run waits for most: a step of it, or the bound of its memory. */
export type Bottleneck = { readonly kind: 'step'; readonly name: string } | { readonly kind: 'memory' }

/** Work of a step within a span of time. */
export interface StepWork {
  readonly name: string
  readonly slots: number
  readonly busyMs: number
  readonly blockedOn: StepStatus['blockedOn']
}

/** A step that works for less of its time than this may have been held up by something else. */
const busyShare = 0.7

/** The step whose slots worked for most of the time; memory, where no step is busy and one waits for it. */
export function findBottleneck(steps: readonly StepWork[], elapsedMs: number): Bottleneck | undefined {
  if (elapsedMs <= 0) return undefined
  let busiest: StepWork | undefined
  let share = 0
  for (const step of steps) {
    const own = busyShareOf(step, elapsedMs)
    if (own <= share) continue
    busiest = step
    share = own
  }
  const lacksMemory = steps.some(({ blockedOn }) => blockedOn === 'memory')
  if (lacksMemory && share < busyShare) return { kind: 'memory' }
  return busiest === undefined ? undefined : { kind: 'step', name: busiest.name }
}

/** 1: all slots of the step worked all the time. */
export function busyShareOf({ busyMs, slots }: Pick<StepWork, 'busyMs' | 'slots'>, elapsedMs: number): number {
  return elapsedMs <= 0 ? 0 : Math.min(1, busyMs / (elapsedMs * Math.max(1, slots)))
}

/** Of all that a run did so far. */
export function overallBottleneck({
  steps,
  elapsedMs,
}: Pick<RunStatus, 'steps' | 'elapsedMs'>): Bottleneck | undefined {
  return findBottleneck(steps, elapsedMs)
}

export function bottleneckText(bottleneck: Bottleneck | undefined): string | undefined {
  return bottleneck?.kind === 'step' ? bottleneck.name : bottleneck?.kind
}
