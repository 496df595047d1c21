import { type Between, between, type OpenOptions } from '@redesmyn/cascade'
import type { AnyStage } from '@redesmyn/core'
import { afterAll } from 'vitest'
import { before, behind, echo, patient, told } from '../../apps/handoffs.ts'
import { type BetweenUnderTest, conformanceOf } from '../handoff/between-conformance.ts'
import { type HttpService, openHttpService } from '../stage-server/http-service.ts'
import { SocketFolder } from '../stage-server/socket-folder.ts'
import { wantOf } from './call-context.ts'

const sockets = new SocketFolder()
const served: HttpService[] = []
afterAll(() => sockets.remove())

conformanceOf({
  name: 'between.app()',
  transport: 'unix',
  async open(stage, options) {
    const { path } = await sockets.serve([stage])
    return between.app({ socket: path }).open([stage], options)
  },
  stop: () => sockets.close(),
})

conformanceOf(
  overHttp('between.container() as JSON', ([url = '']) => {
    return between.container({ port: Number(new URL(url).port), format: 'json' })
  }),
)

conformanceOf(
  overHttp('between.host() of two instances, with affinity', (urls) => {
    return between.host({ urls, affinity: 'partition' })
  }),
)

type Open = (urls: readonly string[]) => { open(stages: readonly AnyStage[], options?: OpenOptions): Between }

function overHttp(name: string, mediumOf: Open): BetweenUnderTest {
  return {
    name,
    transport: 'http',
    async open(stage, options) {
      const stages = [before, behind, echo, patient, told]
      const opened = await Promise.all([1, 2].map(() => openHttpService(stages, { maxBytes: 1e7 })))
      served.push(...opened)
      const way = mediumOf(opened.map(({ url }) => url)).open([stage], options)
      await way.hello(wantOf(stage), new AbortController().signal)
      return way
    },
    async stop() {
      await Promise.all(served.splice(0).map(({ listener }) => listener.close('abort')))
    },
  }
}
