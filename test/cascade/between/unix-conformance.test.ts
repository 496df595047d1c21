import { between } from '@redesmyn/cascade'
import { afterAll } from 'vitest'
import { UnixInstance } from '../../../packages/cascade/dist/between/unix-instance.js'
import { conformanceOf } from '../handoff/between-conformance.ts'
import { SocketFolder } from '../stage-server/socket-folder.ts'
import { SingleInstance } from './single-instance.ts'

const sockets = new SocketFolder()
afterAll(() => sockets.remove())

conformanceOf({
  name: 'a Unix socket',
  transport: 'unix',
  async open(stage, options) {
    const { address } = await sockets.serve([stage])
    return new SingleInstance(new UnixInstance(address, { stage: stage.name }), options?.maxBytes)
  },
  stop: () => sockets.close(),
})

conformanceOf({
  name: 'between.app()',
  transport: 'unix',
  async open(stage, options) {
    const { path } = await sockets.serve([stage])
    return between.app({ socket: path }).open([stage], options)
  },
  stop: () => sockets.close(),
})
