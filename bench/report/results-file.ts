import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { sourcePath } from '../contender/place.ts'

export interface Results {
  readonly cell: string
  readonly title: string
  readonly effort: object
  readonly report: object
}

/** One file a cell, replaced by each run: figures, and the machine they are from. */
export function writeResults(results: Results): string {
  const folder = sourcePath('results')
  mkdirSync(folder, { recursive: true })
  const path = `${folder}/${results.cell}.json`
  const machine = {
    node: process.version,
    cores: cpus().length,
    cpu: cpus()[0]?.model,
    memoryBytes: totalmem(),
    kernel: release(),
  }
  writeFileSync(
    path,
    `${JSON.stringify({ ...results, machine, measuredAt: new Date().toISOString() }, undefined, 2)}\n`,
  )
  return path
}
