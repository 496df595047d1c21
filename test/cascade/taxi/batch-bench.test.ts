import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const bench = fileURLToPath(new URL('../../../bench/dist/main.js', import.meta.url))

/** A benchmark reports and asserts no time: here it is seen to run, and to check what each side writes. */
test('C109 C110 C111 the taxi cell compares whole runs, their times and peak memory, and checks every row', () => {
  // One peer is enough for that; `npm run bench -- --short`, which CI runs too, sees to the others.
  const words = ['taxi', '--short', '--peer', 'polars + onnxruntime']
  const { stdout, status } = spawnSync(process.execPath, [bench, ...words], { encoding: 'utf8' })

  expect(status, stdout).toBe(0)
  expect(stdout).toMatch(/peak MiB +cascade ×/)
  expect(stdout).toMatch(/\d+ passed, 0 failed/)
}, 300_000)
