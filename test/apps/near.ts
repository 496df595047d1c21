import { type Between, between, createMedium, handoff } from '@redesmyn/cascade'
import { type AnyStage, endpoint, pipe, PipelineError } from '@redesmyn/core'
import { before, behind, map } from './handoffs.ts'

/** How often each stage was called over the placement, by process. */
export const calls: number[] = []

const service = between.service()

/** A placement that needs nothing but this process, so that what is before and behind it can be looked at alone. */
export const near = createMedium({
  placement: 'app',
  guarantees: service.guarantees,
  maxCalls: 2,
  open: (stages: readonly AnyStage[]): Between<'app'> => {
    const way = service.open(stages)
    return {
      placement: 'app',
      guarantees: way.guarantees,
      hello: (want, signal) => way.hello(want, signal),
      acquire: (bytes, signal) => way.acquire(bytes, signal),
      call(batch, context) {
        calls.push(batch.rowCount)
        return way.call(batch, context)
      },
      close: (mode) => way.close(mode),
    }
  },
})

/** Nobody answers there. */
const nowhere = createMedium({
  placement: 'host',
  guarantees: service.guarantees,
  open: (): Between<'host'> => {
    const gone = () => Promise.reject(new PipelineError('HANDOFF_FAILED', 'nobody answers at "nowhere"'))
    return {
      placement: 'host',
      guarantees: service.guarantees,
      hello: gone,
      acquire: gone,
      call: gone,
      close: () => Promise.resolve(),
    }
  },
})

export const spread = pipe(before).to(handoff(map, near), behind)
export const lost = pipe(before).to(handoff(map, nowhere), behind)

export default [endpoint('/spread', spread)]
