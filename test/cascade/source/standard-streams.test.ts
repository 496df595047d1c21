import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

const packages = new URL('../../../packages/', import.meta.url)
const run = promisify(execFile)

/** Reads records from stdin and writes them to stdout, by batches of two; tells on stderr how it ended. */
const copyProgram = (format: 'ndjson' | 'csv') => `
  import { compileRecordSchema, layoutBatch, RecordBatch } from '${packages.href}core/dist/index.js'
  import { ${format}Source as source } from '${packages.href}cascade/dist/source/${format}/${format}-source.js'
  import { ${format}Sink as sink } from '${packages.href}cascade/dist/sink/${format}/${format}-sink.js'
  import { isBrokenPipe } from '${packages.href}cascade/dist/sink/text/output/stdout-target.js'
  import { Compile } from 'typebox/compile'
  const json = { type: 'object', required: ['x'], properties: { x: { type: 'number' } } }
  const schema = compileRecordSchema(json, 'test')
  const [range, ...others] = source.split(await source.describe('-', {}), { partRows: 1, partBytes: 1 })
  if (others.length > 0) throw new Error('expected one part')
  const allocate = async (byteLength) => new SharedArrayBuffer(byteLength)
  const signal = process.argv[1] === 'abort' ? AbortSignal.timeout(50) : new AbortController().signal
  const limits = { batchRows: 2, batchBytes: 1e6 }
  const request = { path: '-', range, schema, options: {}, ...limits, signal, compile: Compile, allocate }
  let rowCount = 0
  try {
    const writer = await sink.open('-', schema.fields, {})
    for await (const { rows: { fields, capacity, buffer, rowCount: count } } of source.read(request)) {
      rowCount += count
      await writer.write(new RecordBatch(layoutBatch(fields, capacity), buffer, count))
    }
    await writer.finish()
    console.error('rows', rowCount)
  } catch (error) {
    console.error(isBrokenPipe(error) ? 'broken pipe' : error.name)
  }
`

function start(format: 'ndjson' | 'csv', ...args: string[]) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', copyProgram(format), ...args], {
    cwd: new URL('../../..', import.meta.url),
  })
  return { child, stderr: text(child.stderr) }
}

for (const [format, lines] of [
  ['ndjson', ['{"x":1}', '{"x":2}', '{"x":3}']],
  ['csv', ['x', '1', '2', '3']],
] as const) {
  test(`${format} goes from stdin to stdout as it comes, without a known length`, async () => {
    const { child, stderr } = start(format)
    const head = lines.slice(0, -1)
    child.stdin.write(`${head.join('\n')}\n`)

    const [first] = await once(child.stdout, 'data')

    // The first batch is out before the input has ended.
    expect(String(first)).toContain(lines[0])
    child.stdin.end(lines.at(-1))
    const rest = await text(child.stdout)
    expect(String(first) + rest).toBe(`${lines.join('\n')}\n`)
    expect(await stderr).toBe('rows 3\n')
  })
}

test('compressed stdin is known by its first bytes', async () => {
  const { child, stderr } = start('ndjson')
  child.stdin.end(gzipSync('{"x":1}\n{"x":2}\n'))

  expect(await text(child.stdout)).toBe('{"x":1}\n{"x":2}\n')
  expect(await stderr).toBe('rows 2\n')
})

test('a reader that has enough ends the writing as a broken pipe', async () => {
  const program = copyProgram('ndjson').replaceAll("'", `'"'"'`)
  const command = `yes '{"x":1}' | ${process.execPath} --input-type=module -e '${program}' | head -1`

  const { stdout, stderr } = await run('bash', ['-c', command], { cwd: new URL('../../..', import.meta.url) })

  expect(stdout).toBe('{"x":1}\n')
  expect(stderr).toBe('broken pipe\n')
})

test('an abort ends waiting for stdin', async () => {
  const { child, stderr } = start('ndjson', 'abort')

  expect(await stderr).toBe('TimeoutError\n')
  child.stdin.destroy()
})

test('a file as stdin and as stdout is read and written from where it stands', async () => {
  const program = copyProgram('ndjson').replaceAll("'", `'"'"'`)
  const command = `f=$(mktemp); printf '{"x":1}\\n{"x":2}\\n' > $f; ${process.execPath} --input-type=module -e '${program}' < $f > $f.out; cat $f.out; rm $f $f.out`

  const { stdout } = await run('bash', ['-c', command], { cwd: new URL('../../..', import.meta.url) })

  expect(stdout).toBe('{"x":1}\n{"x":2}\n')
})
