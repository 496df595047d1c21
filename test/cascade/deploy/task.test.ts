import { createServer } from 'node:net'
import { once } from 'node:events'
import { afterEach, expect, test } from 'vitest'
import { runOver } from '../cli/memory-io.ts'
import { scriptedDriver } from '../cli/scripted-driver.ts'
import { appPath, CascadeProcess } from '../cascade-process.ts'

interface Task {
  readonly containerDefinitions: readonly {
    readonly command: readonly string[]
    readonly environment: readonly { readonly name: string; readonly value: string }[]
  }[]
}

const started: CascadeProcess[] = []

afterEach(async () => {
  for (const container of started) container.kill('SIGKILL')
  await Promise.all(started.splice(0).map((container) => container.ended))
})

/** Ports that nothing listens on. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => {
    const address = server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  })
  for (const server of servers) server.close()
  return ports
}

test('C106 the containers of a task, as processes that share localhost, answer together', {
  timeout: 60_000,
}, async () => {
  const words = ['deploy', 'ecs', appPath('placed.ts'), '--image', 'models:1']
  const { stdout } = await runOver(scriptedDriver(), words)
  const [first, second, endpoint] = await freePorts(3)
  // Other ports, or two runs of this test would meet.
  const text = stdout
    .replaceAll('8081', String(first))
    .replaceAll('8082', String(second))
    .replaceAll('8000', String(endpoint))
  const task: Task = JSON.parse(text)

  for (const { command, environment } of task.containerDefinitions) {
    const container = new CascadeProcess(
      command,
      Object.fromEntries(environment.map(({ name, value }) => [name, value])),
    )
    started.push(container)
    // The one that answers depends on the others.
    await container.event('listening')
  }
  const response = await fetch(`http://127.0.0.1:${endpoint}/score`, { method: 'POST', body: '{"text":"seven"}' })
  const answer: unknown = await response.json()

  expect([response.status, answer]).toEqual([200, { score: 3 }])
})
