import { formatBytes } from '@redesmyn/worker'
import { type RunOptionName, type RunOptionTable, runOptionTable } from './run-option-table.ts'

const specs: RunOptionTable = runOptionTable

/** `partRows` → `--part-rows` */
export function runFlagOf(name: RunOptionName): string {
  return specs[name].flag ?? `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** `partRows` → `CASCADE_RUN_PART_ROWS`; undefined for what only a flag can say. */
export function runEnvOf(name: RunOptionName): string | undefined {
  if (specs[name].isFlagOnly) return undefined
  return `CASCADE_RUN_${runFlagOf(name).slice(2).replaceAll('-', '_').toUpperCase()}`
}

/** The default as it would be written; undefined where there is none. */
export function runDefaultTextOf(name: RunOptionName): string | undefined {
  const { default: byDefault, unit, isSwitch } = specs[name]
  if (byDefault === undefined || isSwitch) return undefined
  return unit === 'bytes' && typeof byDefault === 'number' ? formatBytes(byDefault) : String(byDefault)
}

/** `1 to 1024`; undefined for what is no number. */
export function runRangeTextOf(name: RunOptionName): string | undefined {
  const { min, max, unit } = specs[name]
  if (min === undefined || max === undefined) return undefined
  return unit === 'bytes' ? `${formatBytes(min)} to ${formatBytes(max)}` : `${min} to ${max}`
}
