import { PipelineError } from '../errors/pipeline-error.ts'

const tokenPattern = /^[!#$%&'*+.^_`|~0-9a-z-]+$/

/** Names of headers as they are looked for: in lower case, each once. Throws CONFIG_INVALID for what no header is called. */
export function checkHeaderNames(owner: string, names: readonly string[]): readonly string[] {
  const lower = Array.from(names, (name) => String(name).toLowerCase())
  const wrong = lower.find((name) => !tokenPattern.test(name))
  if (wrong === undefined) return Object.freeze([...new Set(lower)])
  throw new PipelineError('CONFIG_INVALID', `headers of ${owner} must be names such as "x-camera", got "${wrong}"`)
}
