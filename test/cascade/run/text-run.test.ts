import { execFile } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { appPath } from '../cascade-process.ts'
import { testFolder } from '../source/read-file.ts'

const cascade = `${process.execPath} ${fileURLToPath(new URL('../../../packages/cascade/bin/cascade.js', import.meta.url))}`
const run = promisify(execFile)

async function shell(command: string): Promise<{ readonly stdout: string; readonly stderr: string }> {
  return await run('bash', ['-c', command], { maxBuffer: 2 ** 30 })
}

async function rowsIn(folder: string): Promise<readonly Record<string, unknown>[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ndjson')).toSorted()
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  return texts.flatMap((text) => text.trimEnd().split('\n')).map((line) => JSON.parse(line) as Record<string, unknown>)
}

for (const [asset, lines] of [
  ['kept', ['{"id":1,"name":"a"}', '{"id":2,"name":"b"}']],
  ['tabled', ['id,name', '1,a', '2,b']],
] as const) {
  test(`C17 a run of ${asset} reads stdin and writes stdout, and ends well when its reader has enough`, async () => {
    const path = join(await testFolder(), 'x')
    await writeFile(path, `${lines.join('\n')}\n`)
    const command = `${cascade} run ${appPath('text-flow.ts')}#${asset} --input - --output - --quiet`

    const whole = await shell(`cat ${path} | ${command}`)
    const cut = await shell(`(cat ${path}; yes '${lines.at(-1)}') | ${command} | head -1; exit \${PIPESTATUS[1]}`)

    expect(whole.stdout).toBe(`${lines.join('\n')}\n`)
    expect(cut.stdout).toBe(`${lines[0]}\n`)
  }, 120_000)
}

test('C37 of a million lines, a thousandth of them malformed, all good ones are written and all bad ones kept', async () => {
  const folder = await testFolder()
  const path = join(folder, 'rows.ndjson')
  const lineOf = (id: number) => (id % 1000 === 7 ? `{"id":${id},` : `{"id":${id},"name":"n"}`)
  await writeFile(path, `${Array.from({ length: 1_000_000 }, (_, id) => lineOf(id)).join('\n')}\n`)

  const out = join(folder, 'out')
  await shell(
    `${cascade} run ${appPath('text-flow.ts')}#kept --input ${path} --output ${out} --part-bytes 8MiB --quiet`,
  )

  const rows = await rowsIn(out)
  const rejects = await rowsIn(join(out, '_rejected'))
  const { rows: counts } = JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8')) as { rows: unknown }
  expect(rows).toHaveLength(999_000)
  expect(rows.every(({ id }, index) => index === 0 || Number(id) > Number(rows[index - 1].id))).toBe(true)
  expect(rejects).toHaveLength(1000)
  for (const [index, { _text, _file, _row, _code }] of rejects.entries()) {
    expect({ _text, _file, _code }).toEqual({ _text: lineOf(index * 1000 + 7), _file: path, _code: 'BODY_MALFORMED' })
    expect(_row).toBeTypeOf('number')
  }
  expect(counts).toMatchObject({ in: 1_000_000, out: 999_000, filtered: 0, rejected: 1000 })
}, 120_000)
