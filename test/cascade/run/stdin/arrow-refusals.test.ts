import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { encodeSchemaMessage } from '@redesmyn/core'
import { expect, test, vi } from 'vitest'
import { compressedStream } from '../../source/arrow/compressed-stream.ts'
import { messagesOf, schemaMessage } from './arrow-rows.ts'
import { newFolder, PipedRun } from './piped-run.ts'

vi.setConfig({ testTimeout: 60_000 })

const fixture = (name: string): Buffer =>
  readFileSync(fileURLToPath(new URL(`../../formats/fixtures/${name}`, import.meta.url)))
const whole = Buffer.concat(messagesOf([40, 40]))
const [schema, first] = messagesOf([40, 40])
const inSecond = schema.byteLength + first.byteLength + 300
const wrongType = encodeSchemaMessage([{ name: 'id', type: { kind: 'utf8' }, isNullable: false }])

const sendAgain = 'next:  see to what writes there, then send all of it again: of stdin nothing is kept before its end'

test.each([
  ['nothing', Buffer.alloc(0), 1, 'stdin cannot be read: expected an Arrow stream, got no bytes', sendAgain],
  [
    'a stream that ends within a message',
    whole.subarray(0, inSecond),
    1,
    /at byte \d+ expected a message of \d+ bytes, got 300: the stream was cut short/,
    sendAgain,
  ],
  ['a text', Buffer.from('{"id":1}\n'), 1, 'begins with ff ff ff ff, got "{\\"id\\":1}"', sendAgain],
  ['gzip', gzipSync(whole), 1, 'got gzip: decompress it before', sendAgain],
  ['a Parquet file', fixture('types.parquet'), 1, 'got a Parquet file: write it as an Arrow stream', sendAgain],
  [
    'an Arrow file',
    fixture('types.arrow'),
    2,
    'stdin is read as an Arrow stream, and an Arrow file came, which is read by the index at its end: name the file itself, as in --input trips.arrow, or write it in the stream format',
    'next:  correct it',
  ],
  [
    'compressed buffers',
    compressedStream(schemaMessage()),
    1,
    'the Arrow stream holds buffers compressed with zstd, which is not supported: write it without compression',
    sendAgain,
  ],
  [
    'columns that are not the schema’s',
    Buffer.from(wrongType),
    4,
    'stdin does not have the columns that are wanted: "id" is utf8 and must be int64, "zone" is missing',
    'next:  make the schema say what comes through stdin, or send what it says',
  ],
  [
    'two streams, one behind the other',
    Buffer.concat([whole, whole]),
    1,
    'expected the end of the input behind one Arrow stream, got more: join the streams before, or name them as files',
    sendAgain,
  ],
])(
  'C17 %s in place of an Arrow stream is told, with what to do, and leaves no part',
  async (_, sent, code, told, step) => {
    const output = join(newFolder(), 'out')
    const run = new PipedRun('lines', ['--output', output, '--batch-rows', '10'])

    const end = await run.end(sent)

    expect(end.stderr).toMatch(told)
    expect(end.stderr).toContain(step)
    expect(end.code).toBe(code)
    expect(existsSync(join(output, '_SUCCESS'))).toBe(false)
    expect(existsSync(join(output, '_cascade/commits/00000.json'))).toBe(false)
  },
)
