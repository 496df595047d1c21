import { PipelineError } from '@redesmyn/core'

/** What a task may have of memory, in MiB, with so many units of processor, 1024 to a processor. */
const sizes: readonly {
  readonly cpu: number
  readonly minMiB: number
  readonly maxMiB: number
  readonly stepMiB: number
}[] = [
  { cpu: 256, minMiB: 512, maxMiB: 1024, stepMiB: 512 },
  { cpu: 256, minMiB: 2048, maxMiB: 2048, stepMiB: 1024 },
  { cpu: 512, minMiB: 1024, maxMiB: 4096, stepMiB: 1024 },
  { cpu: 1024, minMiB: 2048, maxMiB: 8192, stepMiB: 1024 },
  { cpu: 2048, minMiB: 4096, maxMiB: 16_384, stepMiB: 1024 },
  { cpu: 4096, minMiB: 8192, maxMiB: 30_720, stepMiB: 1024 },
  { cpu: 8192, minMiB: 16_384, maxMiB: 61_440, stepMiB: 4096 },
  { cpu: 16_384, minMiB: 32_768, maxMiB: 122_880, stepMiB: 8192 },
]

/** Throws CONFIG_INVALID for a size that Fargate does not have. */
export function checkFargateSize(cpu: number, memoryMiB: number): void {
  const fitting = sizes.filter((size) => size.cpu === cpu)
  if (fitting.length === 0) {
    const known = [...new Set(sizes.map((size) => size.cpu))].join(', ')
    throw new PipelineError('CONFIG_INVALID', `--cpu must be one of ${known}, got ${cpu}`)
  }
  const fits = fitting.some(({ minMiB, maxMiB, stepMiB }) => {
    return memoryMiB >= minMiB && memoryMiB <= maxMiB && (memoryMiB - minMiB) % stepMiB === 0
  })
  if (fits) return
  const known = fitting.map(({ minMiB, maxMiB, stepMiB }) => {
    return minMiB === maxMiB ? `${minMiB}` : `${minMiB} to ${maxMiB} in steps of ${stepMiB}`
  })
  const message = `with --cpu ${cpu} a task has --memory ${known.join(' or ')}, got ${memoryMiB}`
  throw new PipelineError('CONFIG_INVALID', message)
}
