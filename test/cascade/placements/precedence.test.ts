import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { numbers, RunFolder } from '../run/rows/run-folder.ts'
import { CountingSocket } from './counting-socket.ts'
import { app, crossingApp, OfferedStages } from './placements.ts'

vi.setConfig({ testTimeout: 120_000 })

/** Whoever may say where the stage runs, each over those before it. */
const sayers = ['code', 'file', 'profile', 'environment', 'flag'] as const

const stages = new OfferedStages(crossingApp('numbers.ts'), ['score'])
let target: string

beforeAll(async () => {
  const { address } = await stages.at(app)
  target = address.slice('unix:'.length)
})
afterAll(() => stages.close())

test.each(sayers)('C12 where all up to the %s say where a stage runs, that one is heard', async (winner) => {
  const folder = new RunFolder(crossingApp('numbers.ts'))
  const rows = numbers(50, sayers.indexOf(winner) * 1000)
  folder.put(
    'rows',
    rows.map((id) => ({ id, pad: '' })),
  )
  const heard = sayers.slice(0, sayers.indexOf(winner) + 1)
  const sockets = await Promise.all(heard.map((sayer) => CountingSocket.open(folder.file(`${sayer}.sock`), target)))
  const [code, file, profile, environment, flag] = sockets.map(({ path }) => path)
  const config = folder.file('cascade.config.yaml')
  const placed = (path: string): string => `place: { score: "app:${path}" }`
  writeFileSync(
    config,
    [
      file === undefined ? '' : placed(file),
      profile === undefined ? '' : `profiles: { split: { ${placed(profile)} } }`,
    ].join('\n'),
  )

  const { code: exitCode, stderr } = await folder.run(
    'scored',
    ['--config', config, ...(flag === undefined ? [] : ['--place', `score=app:${flag}`])],
    {
      SOCKET: code,
      ...(profile !== undefined && { CASCADE_PROFILE: 'split' }),
      ...(environment !== undefined && { CASCADE_PLACE: `score=app:${environment}` }),
    },
  )
  await Promise.all(sockets.map((socket) => socket.close()))

  expect([exitCode, stderr]).toEqual([0, expect.stringContaining('completed')])
  expect(folder.rows().map(({ id }) => id)).toEqual(rows.filter((id) => id !== 7).map((id) => id * 2))
  expect(sockets.map(({ bytes }) => bytes > 0)).toEqual(heard.map((sayer) => sayer === winner))
})
