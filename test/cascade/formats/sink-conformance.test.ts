import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { compileRecordSchema } from '@redesmyn/core'
import { describe, expect, test } from 'vitest'
import { sinkFormatOf } from '../../../packages/cascade/dist/sink/sink-formats.js'
import { caseFiles } from './case-files.ts'
import { type FormatCase, formatCases } from './format-cases.ts'
import { batchOf, writeRows } from './format-under-test.ts'
import { Trip, trips } from './trip-records.ts'

describe.each(formatCases)('$name', (format: FormatCase) => {
  const { newPath, write } = caseFiles(format)

  test('equal rows in equal batches are equal bytes', async () => {
    const [first, second] = [await write(Trip, trips(5000)), await write(Trip, trips(5000))]

    expect(await readFile(first)).toEqual(await readFile(second))
  })

  // Texts have no groups of rows.
  if (format.hasGroups) {
    test('with groupRows the bytes do not depend on how the rows came', async () => {
      const whole = await write(Trip, trips(1000), { groupRows: 256, batchRows: 1000 })
      const pieces = await write(Trip, trips(1000), { groupRows: 256, batchRows: 19 })

      expect(await readFile(pieces)).toEqual(await readFile(whole))
    })
  }

  test('a sink counts its rows and bytes, and leaves nothing when it is given up', async () => {
    const path = newPath()
    const { fields } = compileRecordSchema(Trip, 'trips')
    const sink = await sinkFormatOf(format.format)

    const written = await writeRows(format.format, path, Trip, trips(100), format.options)
    const { length } = await readFile(path)
    const writer = await sink.open(path, fields, format.options)
    await writer.write(batchOf(fields, trips(10)))
    await writer.abort()

    expect(written).toEqual({ rowCount: 100, byteLength: length })
    expect(existsSync(path)).toBe(false)
  })

  test('a file that cannot be written is named', async () => {
    const path = join(dirname(newPath()), 'nowhere', `file.${format.extension}`)

    await expect(writeRows(format.format, path, Trip, trips(1), format.options)).rejects.toMatchObject({
      code: 'SINK_FAILED',
      message: expect.stringContaining(path),
    })
  })
})
