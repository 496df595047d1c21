import { endpoint, stage } from '@redesmyn/core'
import { isMain, serve } from '@redesmyn/worker'
import { Type } from 'typebox'

export const double = stage({
  name: 'double',
  input: Type.Object({ x: Type.Number() }),
  output: Type.Object({ y: Type.Number() }),
  handler: (batch) => ({ y: batch.column('x').map((x) => 2 * x) }),
})

export default endpoint('/double', double)

if (isMain(import.meta)) {
  const server = await serve(import.meta, { port: 0, logLevel: 'silent' })
  const response = await fetch(`${server.address.url}/double`, { method: 'POST', body: '{"x":21}' })
  process.stdout.write(await response.text())
  process.kill(process.pid, 'SIGTERM')
}
