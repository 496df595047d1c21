import { Server } from '@redesmyn/worker'

const server = new Server({ app: new URL('./apps/exp.ts', import.meta.url), port: 0, logLevel: 'silent' })
const { url } = await server.serve()
const response = await fetch(`${url}/inference`, { method: 'POST', body: '{"x":2}' })
process.stdout.write(await response.text())
await server.stop()
process.stdout.write('\nstopped\n')
