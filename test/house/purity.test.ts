import { expect, test } from 'vitest'
import { filesUnder } from './source-file.ts'

/** What reaches out of a computation: time, chance, the process and the network. */
const impure =
  /\b(process|setTimeout|setInterval|setImmediate|queueMicrotask|performance|fetch|console|globalThis|Worker|MessageChannel|Math\.random|Date\.now|new Date|crypto|Buffer)\b/

test('core reads no clock, starts no timer and knows no process, so that it runs anywhere', () => {
  const found = filesUnder('packages/core/src', ['.ts']).flatMap(({ path, code }) =>
    code
      .split('\n')
      .filter((line) => impure.test(withoutStrings(line)))
      .map((line) => `${path}: ${line.trim()}`),
  )

  expect(found).toEqual([])
})

test('no module keeps state that changes, so that two servers in one process know nothing of each other', () => {
  const found = filesUnder('packages', ['.ts'])
    .filter(({ path }) => path.includes('/src/'))
    .flatMap(({ path, code }) =>
      code
        .split('\n')
        .filter(
          (line) =>
            /^(export )?(let|var)\b/.test(line) || /^(export )?const \w+.* = new (Map|Set|Array)\(\)/.test(line),
        )
        .map((line) => `${path}: ${line}`),
    )

  expect(found).toEqual([])
})

function withoutStrings(line: string): string {
  return line.replace(/'[^']*'|`[^`]*`|"[^"]*"/g, "''")
}
