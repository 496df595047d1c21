import { afterEach, describe, expect, test } from 'vitest'
import { appPath, CascadeProcess, runCascade } from './cascade-process.ts'
import { ConfigFileUnderTest } from './config-file.ts'

const files: ConfigFileUnderTest[] = []
const started: CascadeProcess[] = []

async function configFile(text: string): Promise<ConfigFileUnderTest> {
  const file = await ConfigFileUnderTest.write(text)
  files.push(file)
  return file
}

function serve(...words: readonly string[]): CascadeProcess {
  const cascade = new CascadeProcess(['serve', ...words])
  started.push(cascade)
  return cascade
}

afterEach(async () => {
  for (const cascade of started) cascade.kill('SIGKILL')
  await Promise.all([
    ...started.splice(0).map((cascade) => cascade.ended),
    ...files.splice(0).map((file) => file.remove()),
  ])
})

describe('the configuration of cascade serve', () => {
  test('M124 comes from flags, then the environment, then the file, and check says whence', async () => {
    const { path } = await configFile('port: 1\ndrainMs: 2\nlogLevel: warn\nstages: { exp: { threads: 3 } }\n')
    const env = { CASCADE_CONFIG: path, CASCADE_DRAIN_MS: '7' }

    const forPeople = await runCascade(['check', appPath('exp.ts'), '--port', '9'], env)
    const forPrograms = await runCascade(['check', appPath('exp.ts'), '--port', '9', '--json'], env)

    expect([forPeople.code, forPeople.stderr]).toEqual([0, ''])
    expect(forPeople.stdout).toContain('port 9, from --port')
    expect(forPeople.stdout).toContain('drainMs 7, from CASCADE_DRAIN_MS')
    expect(forPeople.stdout).toContain('logLevel warn, from cascade.config.yaml: logLevel')
    const report = JSON.parse(forPrograms.stdout)
    expect(report.configFile).toBe(path)
    expect(report.config).toContainEqual({
      name: 'logLevel',
      value: 'warn',
      source: 'file',
      place: 'cascade.config.yaml: logLevel',
    })
    expect(report.config).toContainEqual({ name: 'threads', value: null, source: 'default', place: 'default' })
    expect(report.stages[0].threads).toBe(3)
  })

  test.each([
    ['port: http', [], 'cascade.config.yaml: port must be a whole number from 0 to 65535, got "http"'],
    ['prot: 1', [], '"prot" is not an option of the server, did you mean "port"?'],
    ['', ['--port', 'http'], '--port must be a whole number from 0 to 65535, got "http"'],
    ['', ['--drain-ms', '-1'], '--drain-ms must be a whole number from 0 to 86400000'],
    ['stages: { exp: { threads: 0 } }', [], 'stages.exp: threads of stage "exp" must be a whole number >= 1, got 0'],
    [
      'stages: { exp: { batch: { maxRows: x } } }',
      [],
      'batch.maxRows of stage "exp" must be a whole number >= 0, got "x"',
    ],
    ['stages: { exp: { batch: { maxDelayMs: -1 } } }', [], 'batch.maxDelayMs of stage "exp" must be a number >= 0'],
    ['stages: { epx: {} }', [], 'cascade.config.yaml: stages.epx: the app has no stage "epx", did you mean "exp"?'],
  ])('M78 %j with %j is refused with 2 and names the value', async (text, flags, message) => {
    const { path } = await configFile(text)

    const { code, stdout, stderr } = await runCascade(['serve', appPath('exp.ts'), '--config', path, ...flags])

    expect([code, stdout]).toEqual([2, ''])
    expect(stderr.replaceAll('\\"', '"')).toContain(message)
  })

  test('M81 an unknown flag is refused with 2 and the one that was meant', async () => {
    const { code, stderr } = await runCascade(['serve', appPath('exp.ts'), '--thread', '1'])

    expect(code).toBe(2)
    expect(stderr).toContain("unknown option '--thread'")
    expect(stderr).toContain('Did you mean --threads?')
  })

  test('M77 a reserved route is refused at the start with 2 and named', async () => {
    for (const command of ['serve', 'check']) {
      const { code, stderr } = await runCascade([command, appPath('reserved.ts')])

      expect(code).toBe(2)
      expect(stderr.replaceAll('\\"', '"')).toContain('the path "/metrics" is reserved for the server')
    }
  })

  test('M79 a stage that is exported by default is served at /inference', async () => {
    const url = await serve(appPath('plain-stage.ts'), '--port', '0').url()

    const response = await fetch(`${url}/inference`, { method: 'POST', body: '{"x":21}' })

    expect(await response.json()).toEqual({ y: 42 })
  })
})

describe('sidecars', () => {
  const sleeper = `setInterval(() => {}, 1000); process.title = process.env.NAME`

  test('M94 one that dies ends the server with 1 and says which it was', async () => {
    const { path } = await configFile(
      JSON.stringify({ sidecars: [{ command: process.execPath, args: ['-e', sleeper] }] }),
    )
    const cascade = serve(appPath('exp.ts'), '--port', '0', '--config', path, '--log-level', 'debug')
    const { pid } = await cascade.event('sidecarStarted')
    await cascade.url()

    process.kill(Number(pid), 'SIGKILL')

    expect(await cascade.ended).toMatchObject({ code: 1 })
    expect(cascade.log).toContainEqual(
      expect.objectContaining({ level: 'error', event: 'sidecarEnded', command: process.execPath, signal: 'SIGKILL' }),
    )
    expect(cascade.log).toContainEqual(expect.objectContaining({ event: 'stopped' }))
  })

  test('M94 one that cannot be started, or that ends before the server listens, refuses the start', async () => {
    const missing = await configFile(JSON.stringify({ sidecars: [{ command: './nowhere' }] }))
    const brief = await configFile(
      JSON.stringify({ sidecars: [{ command: process.execPath, args: ['-e', 'process.exit(3)'] }] }),
    )

    const first = await runCascade(['serve', appPath('exp.ts'), '--port', '0', '--config', missing.path])
    const second = await runCascade(['serve', appPath('slow-start.ts'), '--port', '0', '--config', brief.path])

    expect([first.code, first.stderr.includes('the sidecar \\"./nowhere\\" cannot be started')]).toEqual([2, true])
    expect([second.code, second.stderr.includes('ended with 3')]).toEqual([2, true])
  })

  test('a server that stops ends its sidecars, which run in the folder of the file with their own environment', async () => {
    const script = `console.error(JSON.stringify({ event: 'told', cwd: process.cwd(), name: process.env.NAME })); ${sleeper}`
    const sidecar = { command: process.execPath, args: ['-e', script], env: { NAME: 'aside' } }
    const { path, folder } = await configFile(JSON.stringify({ sidecars: [sidecar] }))
    const cascade = serve(appPath('exp.ts'), '--port', '0', '--config', path, '--log-level', 'debug')
    const { pid } = await cascade.event('sidecarStarted')
    await cascade.url()
    expect(await cascade.event('told')).toMatchObject({ cwd: folder, name: 'aside' })

    cascade.kill('SIGTERM')

    expect(await cascade.ended).toMatchObject({ code: 0 })
    expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH')
  })
})
