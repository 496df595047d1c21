import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { readBatchSizes } from './batch-sizes.ts'

test('the demo starts a server, asks it, tells what the batches were, and stops clean', async () => {
  const demo = fileURLToPath(new URL('../dist/demo/demo.js', import.meta.url))

  const { stdout, stderr } = await promisify(execFile)(process.execPath, [demo])

  expect(stderr).toBe('')
  expect(stdout).toContain('{"sepal_length":5.0145')
  expect(stdout).toContain('MODEL_NOT_FOUND')
  expect(stdout).toMatch(/400 of 400 answered/)
  expect(stdout).toMatch(/\d+ calls of the model for them, \d+\.\d rows each/)
  expect(stdout).toContain('exit code 0')
  expect(stdout.match(/1,000,000 of 1,000,000 rows written/g)).toHaveLength(2)
  const escapeCode = String.fromCharCode(27)
  expect(stdout, 'colours where nobody sees them').not.toContain(escapeCode)
}, 120_000)

test('sizes and reasons of batches are read from the metrics of one stage', () => {
  const metrics = [
    '# HELP cascade_batch_rows Rows of a batch.',
    'cascade_batches_total{stage="predict",reason="rows"} 2',
    'cascade_batches_total{stage="predict",reason="delay"} 1',
    'cascade_batches_total{stage="predict",reason="free"} 0',
    'cascade_batches_total{stage="other",reason="free"} 9',
    'cascade_batch_rows_bucket{stage="predict",le="1"} 1',
    'cascade_batch_rows_bucket{stage="predict",le="2"} 1',
    'cascade_batch_rows_bucket{stage="predict",le="4"} 3',
    'cascade_batch_rows_bucket{stage="predict",le="+Inf"} 3',
    'cascade_batch_rows_sum{stage="predict"} 9',
    'cascade_batch_rows_count{stage="predict"} 3',
  ].join('\n')

  expect(readBatchSizes(metrics, 'predict')).toEqual({
    batches: 3,
    rows: 9,
    byRows: new Map([
      ['1', 1],
      ['3 to 4', 2],
    ]),
    byReason: new Map([
      ['rows', 2],
      ['delay', 1],
    ]),
  })
})
