import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'
import { SingleInstance } from '../between/single-instance.ts'
import { conformanceOf } from '../handoff/between-conformance.ts'
import { ListeningStages } from './listening-stages.ts'

const app = fileURLToPath(new URL('../../apps/handoffs.ts', import.meta.url))
const stages = new ListeningStages()

afterAll(() => stages.remove())

for (const transport of ['unix', 'http'] as const) {
  conformanceOf({
    name: `${transport}, where a process serves it in threads`,
    transport,
    async open({ name }, options) {
      const { instance } = await stages.open(name, transport, { app })
      return new SingleInstance(instance, options?.maxBytes)
    },
    stop: () => stages.stop(),
  })
}
