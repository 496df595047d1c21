import {
  choice,
  formatBytes,
  metricName,
  type OptionSpec,
  pathPrefix,
  stagePlaces,
  text,
  wholeNumber,
} from './option-spec.ts'

const dayMs = 86_400_000
const gibibyte = 1024 ** 3

/** The one table of server options. Flags, environment, `--help`, checks and the docs are all read from it. */
export const optionTable = {
  config: text({
    default: undefined,
    placeholder: '<path>',
    description: 'configuration file; without it cascade.config.yaml, .yml or .json beside the app module',
  }),
  profile: text({
    default: undefined,
    placeholder: '<name>',
    description: 'which of the profiles of the configuration file is laid over the rest of it',
  }),
  place: stagePlaces({
    default: undefined,
    description: 'where a stage runs: service, app:<socket>, container:<url> or host:<urls>',
  }),
  host: text({ default: '127.0.0.1', placeholder: '<address>', description: 'address to listen on' }),
  port: wholeNumber({ default: 8000, min: 0, max: 65_535, description: 'port to listen on; 0 takes any free one' }),
  frontEnd: choice(['auto', 'uws', 'http'], {
    default: 'auto',
    description: 'what speaks HTTP: uWebSockets, node:http, or the first of them that loads',
  }),
  threads: wholeNumber({
    default: undefined,
    min: 1,
    max: 1024,
    unit: 'threads',
    description: 'threads of every stage, in place of what the stages declare',
  }),
  requestTimeoutMs: wholeNumber({
    default: 3000,
    min: 1,
    max: dayMs,
    unit: 'milliseconds',
    description: 'from the arrival of a request to its answer, of a stream to its first event; then 504',
  }),
  streamIdleTimeoutMs: wholeNumber({
    default: 30_000,
    min: 1,
    max: dayMs,
    unit: 'milliseconds',
    description: 'from one event of a stream to the next, and for its client to take what was sent',
  }),
  streamTimeoutMs: wholeNumber({
    default: undefined,
    min: 1,
    max: dayMs,
    unit: 'milliseconds',
    description: 'from the arrival of a request to the end of its stream',
  }),
  bodyTimeoutMs: wholeNumber({
    default: 5000,
    min: 1,
    max: dayMs,
    unit: 'milliseconds',
    description: 'for the body of a request to arrive; then 408',
  }),
  maxBodyBytes: wholeNumber({
    default: 10 * 1024 ** 2,
    min: 1,
    max: gibibyte,
    unit: 'bytes',
    description: 'largest body of a request; beyond it 413',
  }),
  maxInFlightBytes: wholeNumber({
    default: gibibyte / 4,
    min: 1,
    max: 1024 * gibibyte,
    unit: 'bytes',
    description: 'bodies still arriving, over all connections, with --stage until they are answered; beyond it 429',
  }),
  maxSlabBytes: wholeNumber({
    default: gibibyte / 2,
    min: 1024 ** 2,
    max: 1024 * gibibyte,
    unit: 'bytes',
    description: 'shared memory that holds batches, over all stages',
  }),
  maxCalls: wholeNumber({
    default: 64,
    min: 1,
    max: 65_536,
    description: 'with --stage: calls in flight, those that are still being read included; beyond it 429',
  }),
  maxInFlightRows: wholeNumber({
    default: 2 ** 22,
    min: 1,
    max: 2 ** 31 - 1,
    description: 'with --stage: rows of calls that run; beyond it 429',
  }),
  replayBytes: wholeNumber({
    default: gibibyte / 16,
    min: 0,
    max: 1024 * gibibyte,
    unit: 'bytes',
    description: 'with --stage: replies that are kept for calls that are made again with the same idempotency key',
  }),
  replayMs: wholeNumber({
    default: 60_000,
    min: 0,
    max: dayMs,
    unit: 'milliseconds',
    description: 'with --stage: how long each of them is kept',
  }),
  tlsCert: text({
    default: undefined,
    placeholder: '<path>',
    description: 'with --stage: PEM file of the certificate shown at addresses that begin with https:',
  }),
  tlsKey: text({ default: undefined, placeholder: '<path>', description: 'with --stage: PEM file of its key' }),
  tlsCa: text({
    default: undefined,
    placeholder: '<path>',
    description: 'with --stage: PEM file of who signs the certificates of senders, which they then need',
  }),
  tokenFile: text({
    default: undefined,
    placeholder: '<path>',
    description: 'with --stage: file with the token that senders over HTTP bring as "authorization: Bearer …"',
  }),
  compress: choice(['off', 'on'], {
    default: 'off',
    description:
      'whether answers are compressed for clients that say they can read that, where an endpoint does not say',
  }),
  compressMinBytes: wholeNumber({
    default: 1024,
    min: 0,
    max: gibibyte,
    unit: 'bytes',
    description: 'shortest answer that is compressed',
  }),
  drainMs: wholeNumber({
    default: 30_000,
    min: 0,
    max: dayMs,
    unit: 'milliseconds',
    description: 'for accepted requests to be answered when the server stops',
  }),
  docs: choice(['on', 'off'], {
    default: 'on',
    description: 'whether /openapi.json describes the endpoints and /docs is a page to try them',
  }),
  pathPrefix: pathPrefix({
    default: undefined,
    description: 'path under which a proxy has mounted the server; taken off before paths are looked up',
  }),
  admin: choice(['off', 'on'], {
    default: 'off',
    description: 'whether /admin/models answers, to connections from this machine only',
  }),
  onStartFailure: choice(['reject', 'degrade'], {
    default: 'reject',
    description: 'when a stage does not start: refuse to serve, or serve the others and answer 503 for it',
  }),
  checkWrites: choice(['off', 'on'], {
    default: 'off',
    description: 'whether a handler that changes its input is found out, where its stage does not say',
  }),
  logLevel: choice(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    default: 'info',
    description: 'least level that is logged',
  }),
  logFormat: choice(['auto', 'json', 'pretty'], {
    default: 'auto',
    description: 'one JSON object a line, or lines for people; auto is pretty on a terminal',
  }),
  logFile: text({
    default: undefined,
    placeholder: '<path>',
    description: 'file to append the log to, in place of stderr',
  }),
  metricsPrefix: metricName({
    default: 'cascade_',
    placeholder: '<prefix>',
    description: 'what the names of our metrics begin with in /metrics',
  }),
  mosecNamespace: metricName({
    default: undefined,
    placeholder: '<name>',
    description: "answers Mosec's metrics in /metrics too, under this namespace; Mosec's own is mosec_service",
  }),
  emfFile: text({
    default: undefined,
    placeholder: '<path>',
    description: "file, or stdout or stderr, for metrics in CloudWatch's embedded metric format",
  }),
  emfNamespace: text({
    default: 'Cascade',
    placeholder: '<name>',
    description: 'CloudWatch namespace of those metrics',
  }),
  emfFlushMs: wholeNumber({
    default: 1000,
    min: 1,
    max: dayMs,
    unit: 'milliseconds',
    description: 'for which requests with equal dimensions are gathered into a line',
  }),
  traces: choice(['off', 'on'], {
    default: 'off',
    description: 'whether the trace context of requests is read, continued and answered',
  }),
  traceFile: text({
    default: undefined,
    placeholder: '<path>',
    description: 'file, or stdout or stderr, for spans as OTLP JSON lines, where traces are on',
  }),
}

export type OptionName = keyof typeof optionTable

/** The options of a server, resolved: complete and checked. */
export type ServerConfig = {
  readonly [Name in OptionName]: (typeof optionTable)[Name] extends OptionSpec<infer T> ? T : never
}

export type OptionTable = { readonly [Name in OptionName]: OptionSpec<ServerConfig[Name]> }

export const optionNames: readonly OptionName[] = Object.keys(optionTable).filter(isOptionName)

export function isOptionName(name: string): name is OptionName {
  return Object.hasOwn(optionTable, name)
}

/** `maxBodyBytes` → `--max-body-bytes` */
export function flagOf(name: OptionName): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** `maxBodyBytes` → `CASCADE_MAX_BODY_BYTES` */
export function envOf(name: OptionName): string {
  return `CASCADE_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
}

/** The default as it would be written; `undefined` where there is none. */
export function defaultTextOf(name: OptionName): string | undefined {
  const { default: byDefault, unit } = optionTable[name]
  if (byDefault === undefined) return undefined
  return unit === 'bytes' && typeof byDefault === 'number' ? formatBytes(byDefault) : String(byDefault)
}

/** `0 to 65535`; `undefined` for what is no number. */
export function rangeTextOf(name: OptionName): string | undefined {
  const { min, max, unit } = optionTable[name]
  if (min === undefined || max === undefined) return undefined
  return unit === 'bytes' ? `${formatBytes(min)} to ${formatBytes(max)}` : `${min} to ${max}`
}
