import { expect, test } from 'vitest'
import { createServer } from './server-under-test.ts'

test('an app that ends its thread while it loads makes serve() reject, not wait', async () => {
  const server = createServer('ends-its-threads.ts')

  await expect(server.serve()).rejects.toThrow('a thread of stage "doomed" ended while it loaded the app')
  expect(server.state).not.toBe('serving')
})
