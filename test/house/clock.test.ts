import { expect, test } from 'vitest'
import { filesUnder } from './source-file.ts'

/** What people read says when it was, and the age of a lease is shown beside it; nothing is decided by these. */
const toldToPeople = [
  'packages/cascade/src/cli/process-io.ts',
  'packages/cascade/src/run/driver/lineage-file.ts',
  'packages/cascade/src/run/driver/local-driver.ts',
  'packages/cascade/src/run/driver/output-options.ts',
  'packages/cascade/src/run/driver/resume-state.ts',
  'packages/worker/src/server/observation.ts',
]

test('C92 only what people read is told by the time of the day, which may jump', () => {
  const asking = filesUnder('packages', ['.ts'])
    .filter(({ path }) => path.includes('/src/'))
    .filter(({ code }) => /\bDate\.now\(|\bnew Date\(\)/.test(code))

  expect(asking.map(({ path }) => path).toSorted()).toEqual(toldToPeople)
})
