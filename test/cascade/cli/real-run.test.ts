import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { RunReport } from '../../../packages/cascade/dist/run/run-report.js'
import { runCascade } from '../cascade-process.ts'
import { assertSchema } from '../schema-of-json.ts'
import { NumbersRun } from './numbers-run.ts'

const runs: NumbersRun[] = []

function numbers(...columnNames: ConstructorParameters<typeof NumbersRun>): NumbersRun {
  const run = new NumbersRun(...columnNames)
  runs.push(run)
  return run
}

afterEach(() => {
  for (const run of runs.splice(0)) run.remove()
})

function reportOf(stdout: string): RunReport {
  const { assets }: { readonly assets: readonly RunReport[] } = JSON.parse(stdout)
  return assets[0]
}

describe('cascade run over files', () => {
  test('C13 prints the report alone on stdout, and everything else on stderr', async () => {
    const { code, stdout, stderr } = await numbers().run('--json')

    expect(code).toBe(0)
    assertSchema('run-report', JSON.parse(stdout))
    expect(stderr).toContain('doubled: completed')
  })

  test('C13 --quiet prints one line and nothing else', async () => {
    const { code, stdout, stderr } = await numbers().run('--quiet')

    expect([code, stdout]).toEqual([0, ''])
    expect(stderr).toMatch(/^doubled: completed, 300 rows in, 100 written, 100 rejected, [\d.]+ s\n$/)
  })

  test('C15 --progress=json and --explain=json keep their schemas', async () => {
    const run = numbers()

    const explained = await run.run('--explain=json')
    const made = await run.run('--progress=json')

    expect([explained.code, made.code]).toEqual([0, 0])
    assertSchema('run-plan', JSON.parse(explained.stdout))
    for (const line of made.stderr.trimEnd().split('\n')) assertSchema('progress-event', JSON.parse(line))
  })

  test('C97 --explain reads no rows, writes nothing, and says the same every time', async () => {
    const run = numbers()

    const first = await run.run('--explain')
    const second = await run.run('--explain')

    expect([first.code, first.stderr]).toEqual([0, ''])
    expect(first.stdout).toBe(second.stdout)
    expect(first.stdout).toContain('resume   nothing was made before')
    expect(existsSync(run.output)).toBe(false)
  })

  test('C98 the rows that --explain=analyze tells of each step are those of the manifest', async () => {
    const run = numbers()

    const { stdout } = await run.run('--explain=analyze', '--json')

    const manifest: { readonly rows: RunReport['rows'] } = JSON.parse(
      readFileSync(join(run.output, 'manifest.json'), 'utf8'),
    )
    const { steps, rows } = reportOf(stdout)
    const [source, sift, double, sink] = steps
    expect(rows).toEqual(manifest.rows)
    expect(rows).toEqual({ in: 300, out: 100, filtered: 100, rejected: 100, written: 100 })
    expect(source).toMatchObject({ kind: 'source', rowsIn: manifest.rows.in })
    expect(sift).toMatchObject({ rowsIn: 300, rejects: manifest.rows.rejected, rows: manifest.rows.out })
    expect(double).toMatchObject({ rowsIn: manifest.rows.out, rows: manifest.rows.out })
    expect(sink).toMatchObject({ kind: 'sink', rows: manifest.rows.written })
  })

  test('C100 status and rejects tell the files of the output', async () => {
    const run = numbers()
    await run.run('--quiet')

    const status = await runCascade(['status', run.output, '--json'])
    const rejects = await runCascade(['rejects', run.output, '--json', '--limit', '1'])

    assertSchema('output-status', JSON.parse(status.stdout))
    assertSchema('rejects-report', JSON.parse(rejects.stdout))
    expect(JSON.parse(status.stdout)).toMatchObject({ asset: 'doubled', state: 'complete', rows: { in: 300 } })
    expect(JSON.parse(rejects.stdout)).toMatchObject({
      rowCount: 100,
      causes: [{ stage: 'sift', code: 'RECORD_INVALID', message: 'x is -1', rowCount: 100 }],
      rows: [{ row: 0, record: { id: 0, x: -1 } }],
    })
  })

  test('a second run finds nothing to do, and a plan that has changed is refused with what is not as it was', async () => {
    const run = numbers()
    await run.run('--quiet')

    const again = await run.run()
    const changed = await run.run('--part-rows', '50')

    expect([again.code, changed.code]).toEqual([0, 5])
    expect(again.stderr).toContain('everything was there, nothing was done')
    expect(changed.stderr).toContain('partRows')
    expect(changed.stderr).toContain('next:  --restart begins anew')
  })
})

describe('the exit code of a real run', () => {
  test('C14 is 2 for files that are not there', async () => {
    const run = numbers()

    const { code, stderr } = await run.run('--input', join(run.folder, '*.parquet'))

    expect(code).toBe(2)
    expect(stderr).toContain('*.parquet')
  })

  test('C14 is 3 for too many rejects, and the same command with a higher bound goes on', async () => {
    const run = numbers()

    const { code, stderr } = await run.run('--max-rejects', '99', '--quiet')
    const resumed = await run.run('--max-rejects', '100', '--quiet')

    expect([code, resumed.code]).toEqual([3, 0])
    expect(stderr).toContain('see "cascade rejects"')
  })

  test('C14 is 7 for too little memory', async () => {
    const { code, stderr } = await numbers().run('--memory', '16MiB')

    expect(code).toBe(7)
    expect(stderr).toContain('next:  give more with --memory')
  })

  test('C14 is 4 for a column that the files lack', async () => {
    const { code, stderr } = await numbers(['id', 'z']).run()

    expect(code).toBe(4)
    expect(stderr).toContain('x')
  })
})
