import { memorySlope } from './memory-slope.ts'
import type { SoakReport } from './soak-run.ts'

const mebibyte = 2 ** 20

/** What a soak came to, as lines for docs/faults.md. */
export function renderSoak({ seconds, rowCount, batchCount, faults, rejected, wrong, memory }: SoakReport): string {
  const befallen = [...faults]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([kind, count]) => `${kind} × ${count}`)
  const sizes = [1 / 3, 2 / 3, 1].map((share) => memory[Math.ceil(share * memory.length) - 1])
  const course = sizes.map((sample) => `${inMebibytes(sample.bytes)} MiB after ${sample.seconds.toFixed(0)} s`)
  return [
    `${rowCount} rows in ${batchCount} batches, ${seconds.toFixed(0)} s`,
    `befallen: ${befallen.join(', ')}`,
    `rejected ${rejected}, lost, doubled or wrong ${wrong.length}`,
    `memory: ${course.join(', ')}; ${inMebibytes(memorySlope(memory))} MiB a minute`,
  ].join('\n')
}

function inMebibytes(bytes: number): string {
  return (bytes / mebibyte).toFixed(1)
}
