import { afterEach, beforeEach, expect, test } from 'vitest'
import { FrontEndUnderTest, head } from './front-end-under-test.ts'

// What uWebSockets does on a clock of its own.
let server: FrontEndUnderTest

beforeEach(async () => {
  server = await FrontEndUnderTest.start('http')
})

afterEach(() => server.stop())

test('the rest of a refused upload is waited for, but not for long', async () => {
  const connection = await server.connect()

  connection.send(`${head('POST /echo?max=5', 'Content-Length: 100')}abc`)
  expect((await connection.reply()).status).toBe(413)
  server.clock.advance(10_100)

  expect(await connection.closed()).toBe('')
})

test('an upload that ends in time leaves the connection alone', async () => {
  const connection = await server.connect()

  connection.send(`${head('POST /echo?max=5', 'Content-Length: 9')}abc`)
  await connection.reply()
  connection.send(`defghi${head('GET /now')}`)
  await connection.reply()
  server.clock.advance(20_000)
  connection.send(head('GET /now'))

  expect((await connection.reply()).body).toBe('now')
})

test('a client that does not take its answer is cut off', async () => {
  const connection = await server.connect()

  connection.pause()
  connection.send(head('GET /big?bytes=30000000'))
  await server.isAlive()
  server.clock.advance(10_100)
  connection.resume()

  expect((await connection.closed()).length).toBeLessThan(30_000_000)
})
