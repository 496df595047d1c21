import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PipelineError } from '@redesmyn/core'
import { afterEach, describe, expect, test } from 'vitest'
import type { AssetReport } from '../../../packages/cascade/dist/run/asset-report.js'
import { appPath, runCascade } from '../cascade-process.ts'
import { assertSchema } from '../schema-of-json.ts'
import { runOver } from './memory-io.ts'
import { scriptedDriver } from './scripted-driver.ts'

const folders: string[] = []

/** Beside this file, so that the app finds the packages. */
function appWith(text: string): string {
  const folder = mkdtempSync(fileURLToPath(new URL('./app-', import.meta.url)))
  folders.push(folder)
  const path = join(folder, 'flow.ts')
  writeFileSync(path, text)
  return path
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

const scored: AssetReport = {
  name: 'scored',
  kind: 'pipeline',
  inputs: [
    { name: 'trips', kind: 'source', files: { count: 3, byteLength: 3 * 1024 ** 2 }, rowCount: undefined },
    { name: 'zones', kind: 'asset', files: undefined, rowCount: undefined },
  ],
  stages: ['featurise', 'score'],
  columns: [{ name: 'fare', type: 'float64', isNullable: true }],
  folder: '/data/out/scored',
  format: 'parquet',
}

const stageText = `import { stage } from '@redesmyn/core'

export const score = stage({
  name: 'score',
  handler: (batch) => batch.rows(),
})
`

describe('cascade check of an app with assets', () => {
  test('says what each reads, goes through and gives, also where nothing is served', async () => {
    const app = appWith(stageText)

    const { code, stdout, stderr } = await runOver(scriptedDriver({ check: async () => [scored] }), ['check', app])

    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain(`${app} is sound`)
    expect(stdout.slice(stdout.indexOf('asset '))).toMatchInlineSnapshot(`
      "asset     scored
        from    trips, 3 files, 3.00 MiB
        from    zones, an asset that is not made yet
        through featurise → score
        to      /data/out/scored, parquet
        columns fare: float64 or null
      "
    `)
  })

  test('C15 --json keeps its schema, with assets and with endpoints', async () => {
    const withAssets = scriptedDriver({ check: async () => [scored] })

    const asset = await runOver(withAssets, ['check', appWith(stageText), '--json'])
    const endpoint = await runOver(scriptedDriver(), ['check', appPath('exp.ts'), '--json'])

    assertSchema('app-report', JSON.parse(asset.stdout))
    assertSchema('app-report', JSON.parse(endpoint.stdout))
  })

  test('an app without assets still needs an endpoint', async () => {
    const { code, stderr } = await runOver(scriptedDriver(), ['check', appWith(stageText)])

    expect(code).toBe(2)
    expect(stderr).toContain('the app module exports no endpoint')
  })

  test('C11 a duplicate stage name is found with its file and line', async () => {
    const second = `export const again = stage({\n  name: 'score',\n  handler: (batch) => batch.rows(),\n})\n`
    const app = appWith(stageText + second)

    const { code, stderr } = await runOver(scriptedDriver(), ['check', app])

    expect(code).toBe(2)
    expect(stderr).toContain(`error: ${relative(process.cwd(), app)}:8: two stages are named "score"`)
  })

  test('C11 a missing column ends with 4, an unreadable input with 2, a host that is not there with 6', async () => {
    const app = appWith(`import { trips } from './source.ts'\nexport { trips }\n`)
    writeFileSync(join(folders[0], 'source.ts'), `\n\nexport const trips = source({\n  name: 'trips',\n})\n`)
    const place = `${relative(process.cwd(), join(folders[0], 'source.ts'))}:4: `
    const failing = async (error: PipelineError) => {
      return await runOver(scriptedDriver({ check: () => Promise.reject(error) }), ['check', app])
    }

    const column = await failing(new PipelineError('SCHEMA_MISMATCH', 'the source "trips" lacks the column "tip"'))
    const input = await failing(new PipelineError('SOURCE_FAILED', 'no file fits "a/*.csv" of the source "trips"'))
    const host = await failing(new PipelineError('HANDOFF_FAILED', 'the source "trips" cannot be reached'))

    expect([column.code, input.code, host.code]).toEqual([4, 2, 6])
    for (const { stderr } of [column, input, host]) expect(stderr).toContain(`error: ${place}`)
  })
})

test('C15 serve --json keeps its schema', async () => {
  const { code, stdout } = await runCascade(['serve', appPath('exp.ts'), '--json'])

  expect(code).toBe(0)
  assertSchema('dry-run-report', JSON.parse(stdout))
})
