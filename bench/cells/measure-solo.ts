import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SoloOutcome } from './solo-outcome.ts'

type SoloHead = Pick<SoloOutcome, 'name' | 'title' | 'columns'>

/** Fills a cell's table; `folder` is empty, and removed in the end. What is thrown is told as the cell's failure. */
export async function measureSolo(
  head: SoloHead,
  measure: (rows: string[][], folder: string) => Promise<void>,
): Promise<SoloOutcome> {
  const { name } = head
  const outcome: SoloOutcome = { ...head, rows: [], passed: [], failed: [], skipped: [] }
  console.error(`${name} …`)
  const folder = await mkdtemp(join(tmpdir(), 'redesmyn-bench-'))
  try {
    await measure(outcome.rows, folder)
    outcome.passed.push(`${name}: cascade`)
  } catch (error) {
    outcome.failed.push(`${name}: ${String(error)}`)
  } finally {
    await rm(folder, { recursive: true })
  }
  return outcome
}
