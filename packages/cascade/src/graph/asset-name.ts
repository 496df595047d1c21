import { PipelineError } from '@redesmyn/core'

/** Commands take names apart at `,`, `+`, `#` and `*`, and a dot stands between a graph asset and its step. */
const namePattern = /^[A-Za-z_][\w-]{0,63}$/

/** Throws CONFIG_INVALID for what cannot be a name; undefined is named later, after the export. */
export function checkName(kind: string, name: string | undefined): string | undefined {
  if (name === undefined || (typeof name === 'string' && namePattern.test(name))) return name
  const message = `the name of ${kind} must be a letter or "_", then letters, digits, "-" or "_", 64 at most, got "${String(name)}"`
  throw new PipelineError('CONFIG_INVALID', message)
}
