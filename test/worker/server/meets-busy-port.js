import { Server } from '@redesmyn/worker'

const [, , port, frontEnd] = process.argv
const server = new Server(
  { app: new URL('./apps/exp.ts', import.meta.url), logLevel: 'silent' },
  { CASCADE_PORT: port, CASCADE_FRONT_END: frontEnd },
)
try {
  await server.serve()
} catch (error) {
  process.stdout.write(`${server.state}: ${error.message}\n`)
}
