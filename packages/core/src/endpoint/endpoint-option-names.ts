import type { OptionNames } from '../errors/assert-option-names.ts'
import type { EndpointOptions } from './endpoint.ts'

/** Of `endpoint(path, stage, { … })`. */
export const endpointOptionNames: OptionNames<EndpointOptions & { readonly models: unknown }> = {
  onInvalid: true,
  maxBodyBytes: true,
  requestTimeoutMs: true,
  bodyTimeoutMs: true,
  emptyBody: true,
  streamIdleTimeoutMs: true,
  streamTimeoutMs: true,
  clientDeadline: true,
  query: true,
  ownParams: true,
  codecs: true,
  headers: true,
  compress: true,
  compressMinBytes: true,
  use: true,
  modelStage: true,
  models: true,
}
