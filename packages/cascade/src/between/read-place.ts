import { type AnyMedium, PipelineError } from '@redesmyn/core'
import type { StagePlace } from '@redesmyn/worker'
import { between } from './betweens.ts'

const expected =
  '"service", "app:<path of a socket>", "container:<url>" or "host:<url>", further addresses behind commas'

/**
 * What takes a stage's rows to where somebody says that it runs: `service`, `app:/run/s.sock`,
 * `container:http://localhost:8081`, `host:https://a:8443,https://b:8443`. Throws CONFIG_INVALID naming who says so, without
 * the names and passwords that a URL may hold.
 */
export function readPlace({ text, origin }: StagePlace): AnyMedium {
  try {
    return mediumOf(text) ?? refuse(text)
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error
    throw new PipelineError(error.code, `${origin}: ${error.message}`, { details: error.details, cause: error })
  }
}

function mediumOf(text: string): AnyMedium | undefined {
  const [, kind, rest = ''] = /^([^:]*):?(.*)$/s.exec(text) ?? []
  if (kind === 'service') return rest === '' ? between.service() : undefined
  const addresses = rest.split(',')
  if (addresses.includes('')) return undefined
  if (kind === 'app') return between.app({ socket: addresses.map((address) => address.replace(/^unix:/, '')) })
  if (kind === 'host') return between.host({ urls: addresses })
  return kind === 'container' && addresses.length === 1 ? between.container({ url: rest }) : undefined
}

function refuse(text: string): never {
  const shown = text.replace(/\/\/[^/@\s]*@/g, '//[redacted]@').slice(0, 200)
  throw new PipelineError('CONFIG_INVALID', `expected a placement ${expected}, got "${shown}"`)
}
