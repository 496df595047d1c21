import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { runCascade } from '../../cascade-process.ts'
import { writeRows } from '../../formats/format-under-test.ts'
import { linesOf, messagesOf, Row, rowsFrom } from './arrow-rows.ts'
import { dataOf, newFolder, PipedRun } from './piped-run.ts'
import { fileURLToPath } from 'node:url'

vi.setConfig({ testTimeout: 60_000 })

const app = fileURLToPath(new URL('arrow-flow.ts', import.meta.url))
const sizes = [1, 0, 99, 1, 250, ...Array.from({ length: 60 }, () => 3), 2000, 7]
const rowCount = sizes.reduce((sum, size) => sum + size, 0)

test.each(['columns', 'lines'])(
  'C17 %s of an Arrow stream through stdin has the bytes that the same rows give from an Arrow file',
  async (asset) => {
    const folder = newFolder()
    const [file, fromFile, fromStdin] = ['rows.arrow', 'file', 'stdin'].map((name) => join(folder, name))
    const rows = rowsFrom(0, rowCount).map(({ id, zone, tip }) => ({ id, zone, tip }))
    await writeRows('arrow', file, Row, rows, { batchRows: 177 })
    const flags = ['--batch-rows', '100', '--quiet']

    const whole = await runCascade(['run', `${app}#${asset}`, '--input', file, '--output', fromFile, ...flags])
    const piped = await new PipedRun(asset, ['--output', fromStdin, ...flags]).end(Buffer.concat(messagesOf(sizes)))

    expect([whole.code, piped.code, piped.stderr]).toEqual([0, 0, expect.stringContaining('2,538 rows')])
    expect(dataOf(fromStdin).equals(dataOf(fromFile))).toBe(true)
  },
)

test('C17 batches of an Arrow stream are out before its writer, who is slow, has sent the next', async () => {
  const run = new PipedRun('lines', ['--output', '-', '--batch-rows', '100'])
  const [schema, first, second, end] = messagesOf([130, 70])
  for (const byte of schema) await run.write(Uint8Array.of(byte))
  await run.write(first)

  await expect.poll(() => run.stdout, { timeout: 30_000 }).toBe(linesOf(rowsFrom(0, 100)))

  await run.write(second.subarray(0, second.byteLength - 1))
  await run.write(second.subarray(second.byteLength - 1))
  await expect.poll(() => run.stdout, { timeout: 30_000 }).toBe(linesOf(rowsFrom(0, 200)))
  expect(await run.end(end)).toMatchObject({ code: 0 })
})

test('C17 an Arrow stream whose writer leaves the end mark out is whole, and one without rows is, too', async () => {
  const run = new PipedRun('lines', ['--output', '-'])
  const empty = new PipedRun('lines', ['--output', '-'])

  const [ended, none] = await Promise.all([
    run.end(Buffer.concat(messagesOf([3]).slice(0, -1))),
    empty.end(Buffer.concat(messagesOf([]))),
  ])

  expect([ended.code, run.stdout]).toEqual([0, linesOf(rowsFrom(0, 3))])
  expect([none.code, empty.stdout]).toEqual([0, ''])
})

test('C17 a reader that has enough ends the reading of an Arrow stream, and the run with 0', async () => {
  const folder = newFolder()
  const stream = join(folder, 'rows.arrows')
  writeFileSync(stream, Buffer.concat(messagesOf(Array.from({ length: 2000 }, () => 100))))
  const command = `cat ${stream} | ${process.execPath} $0 run ${app}#lines --input - --output - --batch-rows 100 --quiet | head -1; exit \${PIPESTATUS[1]}`

  const out = execFileSync('bash', ['-c', command, bin()], { encoding: 'utf8' })

  expect(out).toBe(linesOf(rowsFrom(0, 1)))
})

test('a pipe with a name is read as stdin is, and its writer is not disturbed by the planning', async () => {
  const folder = newFolder()
  const [stream, pipe, output] = ['rows.arrows', 'pipe.arrows', 'out'].map((name) => join(folder, name))
  writeFileSync(stream, Buffer.concat(messagesOf(sizes)))
  const command = `mkfifo ${pipe}; timeout 40 cat ${stream} > ${pipe} & ${process.execPath} $0 run ${app}#lines --input ${pipe} --output ${output} --quiet`

  execFileSync('bash', ['-c', command, bin()], { stdio: 'pipe' })

  expect(dataOf(output).toString()).toBe(linesOf(rowsFrom(0, rowCount)))
})

function bin(): string {
  return fileURLToPath(new URL('../../../../packages/cascade/bin/cascade.js', import.meta.url))
}
