import { contractOf } from '@redesmyn/cascade'
import { httpInstance } from '../../../packages/cascade/dist/between/http-instance.js'
import { before, behind, echo, patient, told } from '../../apps/handoffs.ts'
import { conformanceOf } from '../handoff/between-conformance.ts'
import { type HttpService, openHttpService } from '../stage-server/http-service.ts'
import { SingleInstance } from './single-instance.ts'

for (const format of ['arrow', 'json'] as const) {
  const opened: HttpService[] = []

  conformanceOf({
    name: `one instance over HTTP as ${format}`,
    transport: 'http',
    async open(stage, options) {
      const served = await openHttpService([before, behind, echo, patient, told], { maxBytes: 1e7 })
      opened.push(served)
      const instance = httpInstance({ stage: stage.name, url: served.url, format })
      const limits = { maxRows: 256, maxBytes: 1e6 }
      await instance.hello(contractOf([stage], { version: '1', limits }), new AbortController().signal)
      return new SingleInstance(instance, options?.maxBytes)
    },
    async stop() {
      await Promise.all(opened.splice(0).map(({ listener }) => listener.close('abort')))
    },
  })
}
