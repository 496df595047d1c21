import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer as createListener } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { endpoint, type Middleware } from '@redesmyn/core'
import { Server } from '@redesmyn/worker'
import { afterEach, describe, expect, test } from 'vitest'
import { exp } from './apps/exp.ts'
import { negate, same } from './apps/two-paths.ts'
import { appFile, createServer, post } from './server-under-test.ts'

const servers: Server[] = []

function create(...given: Parameters<typeof createServer>): Server {
  const server = createServer(...given)
  servers.push(server)
  return server
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop({ graceful: false })))
})

describe('Server', () => {
  test('R088 register is chainable, and serve reports the address, also of port 0', async () => {
    const server = create('two-paths.ts')

    const address = await server.register(endpoint('/same', same)).register(endpoint('/negate', negate)).serve()

    expect(address).toEqual({ host: '127.0.0.1', port: expect.any(Number), url: `http://127.0.0.1:${address.port}` })
    expect(address.port).toBeGreaterThan(0)
    expect(await post(`${address.url}/same`, { x: 2 })).toEqual({ status: 200, body: { x: 2 } })
    expect(await post(`${address.url}/negate`, { x: 2 })).toEqual({ status: 200, body: { x: -2 } })
  })

  test('M76 one handler answers on a list of paths, with the same threads', async () => {
    const server = create('two-paths.ts')
    for (const path of ['/a', '/b/{x}', '/c']) server.register(endpoint(path, negate))

    const { url } = await server.serve()
    const answers = await Promise.all(['/a', '/b/1', '/c'].map((path) => post(`${url}${path}`, { x: 2 })))

    expect(answers).toEqual([-2, -2, -2].map((x) => ({ status: 200, body: { x } })))
    const metrics = await (await fetch(`${url}/metrics`)).text()
    expect(metrics).toContain('cascade_serving_threads{stage="negate"} 1')
  })

  test('R109 middleware of the server is outside of all other, and is used before it serves', async () => {
    const server = create('../../../apps/wrapped.ts')
    const order: string[] = []
    const noting = (name: string): Middleware => {
      return async (request, next) => {
        order.push(`${name} ${'trail' in request.state ? 'late' : 'first'}`)
        return await next()
      }
    }

    const { url } = await server.use(noting('one')).use(noting('two')).serve()
    await post(`${url}/plain`, { x: 1 })

    expect(order).toEqual(['one first', 'two first'])
    expect(() => server.use(noting('late'))).toThrow(expect.objectContaining({ code: 'LIFECYCLE_MISUSE' }))
  })

  test('a request that middleware still holds is answered before the server ends', async () => {
    const server = create('two-paths.ts').register(endpoint('/same', same))
    let release: () => void = () => undefined
    let arrived: () => void = () => undefined
    const isHeld = new Promise<void>((resolve) => (arrived = resolve))
    server.use(async (_, next) => {
      arrived()
      await new Promise<void>((resolve) => (release = resolve))
      return await next()
    })
    const { url } = await server.serve()

    const answer = post(`${url}/same`, { x: 3 })
    await isHeld
    const stopping = server.stop()
    release()

    expect(await answer).toEqual({ status: 200, body: { x: 3 } })
    expect(await stopping).toEqual({ isDrained: true })
  })

  test('without registration all exported endpoints are served', async () => {
    const { url } = await create('exp.ts').serve()

    expect(await post(`${url}/inference`, { x: 2 })).toEqual({ status: 200, body: { y: Math.exp(2) } })
  })

  test('R089 serve twice and register after serve are refused, stop is welcome before and twice', async () => {
    const server = create('exp.ts')

    await server.stop()
    await server.serve()
    await expect(server.serve()).rejects.toMatchObject({ code: 'LIFECYCLE_MISUSE' })
    expect(() => server.register(endpoint('/other', exp))).toThrow(
      expect.objectContaining({ code: 'LIFECYCLE_MISUSE' }),
    )
    await Promise.all([server.stop(), server.stop()])
    await server.stop()
    expect(server.state).toBe('stopped')
  })

  test('R012 the same path and method twice throws at registration and names the path', () => {
    const server = create('exp.ts').register(endpoint('/a/{x}', exp))

    const register = () => server.register(endpoint('/a/{y}', exp))

    expect(register).toThrow(expect.objectContaining({ code: 'ROUTE_DUPLICATE' }))
    expect(register).toThrow('/a/{y}')
  })

  test('a reserved path is refused at registration and named', () => {
    const server = create('exp.ts')

    for (const path of [
      '/metrics',
      '/livez',
      '/docs',
      '/docs/page.js',
      '/openapi/metadata.json',
      '/cascade/v1/exp',
      '/admin/models',
    ]) {
      expect(() => server.register(endpoint(path, exp))).toThrow(`the path "${path}" is reserved`)
    }
  })

  test('an endpoint whose stage the app does not export is refused by name', async () => {
    const server = create('two-paths.ts').register(endpoint('/inference', exp))

    await expect(server.serve()).rejects.toThrow('the stage "exp" of "/inference" is not exported by the app module')
  })

  test('two servers in one process know nothing of each other', async () => {
    const one = create('exp.ts')
    const two = create('exp.ts')
    const addresses = await Promise.all([one.serve(), two.serve()])

    await one.stop()

    expect(addresses[0].port).not.toBe(addresses[1].port)
    await expect(post(`${addresses[0].url}/inference`, { x: 0 })).rejects.toThrow()
    expect(await post(`${addresses[1].url}/inference`, { x: 0 })).toEqual({ status: 200, body: { y: 1 } })
  })

  test('threads of the server go before those that stages declare', async () => {
    const { url } = await create('exp.ts', { threads: 2 }).serve()

    const metrics = await (await fetch(`${url}/metrics`)).text()

    expect(metrics).toContain('cascade_serving_threads{stage="exp"} 2')
  })
})

describe('a start that fails', () => {
  test.each(['uws', 'http'] as const)(
    'R090 a busy port is EADDRINUSE with %s, and the process ends by itself',
    async (frontEnd) => {
      const other = createListener().listen(0, '127.0.0.1')
      await once(other, 'listening')
      const taken = other.address()
      const port = typeof taken === 'object' && taken !== null ? taken.port : 0

      const { code, output } = await runScript('meets-busy-port.js', [String(port), frontEnd])
      other.close()

      expect(code).toBe(0)
      expect(output).toContain(`stopped: cannot listen on 127.0.0.1:${port}: EADDRINUSE`)
    },
  )

  test('R094 a stage that does not start makes serve reject, unless the server is to degrade', async () => {
    await expect(create('half-broken.ts').serve()).rejects.toThrow('no such device')

    const { url } = await create('half-broken.ts', { onStartFailure: 'degrade' }).serve()

    expect(await post(`${url}/sound`, { x: 1 })).toEqual({ status: 200, body: { x: 1 } })
    expect(await post(`${url}/broken`, { x: 1 })).toMatchObject({
      status: 503,
      body: { error: { code: 'NOT_EXECUTED' } },
    })
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
  })

  test('an option that is unusable is refused when the server is made', () => {
    expect(() => new Server({ app: appFile('exp.ts'), port: 65_536 }, {})).toThrow('port must be a whole number')
  })

  test('a module that is not there is refused by name', async () => {
    await expect(create('nowhere.ts').serve()).rejects.toThrow('nowhere.ts')
  })
})

describe('what the server itself answers', () => {
  test('probes answer 200 when every stage is warm', async () => {
    const { url } = await create('exp.ts').serve()

    for (const path of ['/', '/livez', '/readyz']) {
      const response = await fetch(url + path)
      expect([path, response.status, response.headers.get('content-type')]).toEqual([
        path,
        200,
        expect.stringContaining('text/plain'),
      ])
    }
  })

  test('metrics count answers by endpoint and status, refusals, rows and batches', async () => {
    const { url } = await create('exp.ts').serve()
    await post(`${url}/inference`, [{ x: 1 }, { x: 2 }])
    await post(`${url}/inference`, [{ y: 1 }])
    await post(`${url}/nowhere`, [])

    const response = await fetch(`${url}/metrics`)
    const metrics = (await response.text()).split('\n')

    expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4')
    expect(metrics).toContain('cascade_answers_total{endpoint="/inference",status="200"} 1')
    expect(metrics).toContain('cascade_answers_total{endpoint="/inference",status="422"} 1')
    expect(metrics).toContain('cascade_answers_total{endpoint="",status="404"} 1')
    expect(metrics).toContain('cascade_rows_total{stage="exp",result="done"} 2')
    expect(metrics).toContain('cascade_batches_total{stage="exp",reason="free"} 1')
    expect(metrics).toContain('cascade_queue_rows{stage="exp"} 0')
    expect(metrics).toContain('cascade_slabs 0')
  })

  test('an unknown path is 404, a wrong method 405 with allow, both with the error body and the request id', async () => {
    const { url } = await create('exp.ts').serve()

    const lost = await fetch(`${url}/inference/`, { method: 'POST', body: '{}', headers: { 'x-request-id': 'mine' } })
    const wrong = await fetch(`${url}/inference`)

    expect([lost.status, lost.headers.get('x-request-id')]).toEqual([404, 'mine'])
    expect(await lost.json()).toMatchObject({ error: { code: 'ROUTE_NOT_FOUND', requestId: 'mine' } })
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST'])
    expect(await wrong.json()).toMatchObject({ error: { code: 'METHOD_NOT_ALLOWED' } })
  })

  test('an endpoint may take the path of the first page', async () => {
    const { url } = await create('exp.ts').register(endpoint('/', exp)).serve()

    expect(await post(`${url}/`, { x: 0 })).toEqual({ status: 200, body: { y: 1 } })
  })
})

test('a script that stops its server ends by itself', async () => {
  const { code, output } = await runScript('stops-itself.js', [])

  expect(code).toBe(0)
  expect(output).toBe(`{"y":${Math.exp(2)}}\nstopped\n`)
})

describe('serve', () => {
  test('a script serves its own exports until a signal, and ends with 0', async () => {
    const { code, output } = await runScript('serves-itself.js', [])

    expect([code, output]).toEqual([0, '{"y":42}'])
  })

  test('a script that serves wherever it is imported is told how to say it', async () => {
    const { code, errors } = await runScript('serves-unguarded.js', [])

    expect(code).toBe(1)
    expect(errors).toContain('if (isMain(import.meta)) await serve(import.meta)')
  })
})

async function runScript(name: string, words: readonly string[]) {
  const script = fileURLToPath(new URL(`./${name}`, import.meta.url))
  const child = spawn(process.execPath, [script, ...words], { stdio: ['ignore', 'pipe', 'pipe'] })
  const output = text(child.stdout)
  const errors = text(child.stderr)
  const [code]: readonly unknown[] = await once(child, 'exit')
  return { code, output: await output, errors: await errors }
}
