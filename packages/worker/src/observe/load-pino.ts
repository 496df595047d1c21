import { createRequire } from 'node:module'

/** Loaded by the first log, not with this package: every thread imports that with its app, and most write no line. */
export function loadPino(): typeof import('pino') {
  return createRequire(import.meta.url)('pino')
}

export function loadPinoPretty(): typeof import('pino-pretty') {
  return createRequire(import.meta.url)('pino-pretty')
}
