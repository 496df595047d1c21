import { expect, test, vi } from 'vitest'
import { numbers, RunFolder } from './run-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

// The others that a run can end with stand beside what they are about: cli/real-run.test.ts and interrupted.test.ts.

test('C14 a real run ends with 1 for a handler that breaks its contract, and with 0 once it is put right', async () => {
  const folder = new RunFolder('broken-contract.ts')
  folder.put(
    'rows',
    numbers(10).map((id) => ({ id })),
  )

  const broken = await folder.run('made')
  const mended = await folder.run('made', ['--accept-drift'], { MENDED: '1' })

  expect(broken.code).toBe(1)
  expect(broken.stderr).toContain('stage "short" returned 9 rows for 10')
  expect(mended.code).toBe(0)
  expect(folder.rows()).toHaveLength(10)
})
