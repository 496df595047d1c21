import { isatty } from 'node:tty'
import { type Log, PipelineError } from '@redesmyn/core'
import type { ServerConfig } from '../config/option-table.ts'
import { loadPino, loadPinoPretty } from './load-pino.ts'

export interface LoggerOptions {
  readonly level: ServerConfig['logLevel']
  /** `auto` is lines for people where stderr is a terminal and no file is given, else one JSON object a line. */
  readonly format: ServerConfig['logFormat']
  /** Appended to; `undefined` is stderr. Folders on its way are made. */
  readonly file: string | undefined
  /** What every line carries. */
  readonly facts?: Readonly<Record<string, string>>
}

/** The log of one server or thread. It is written before the call returns, so that a crash loses no line. */
export interface Logger {
  /** A log whose lines carry the name of the part that speaks, and these facts. */
  of(component: string, facts?: Readonly<Record<string, unknown>>): Log
  close(): void
}

const stderr = 2

/** Throws CONFIG_INVALID where the file cannot be opened. Never writes to stdout. */
export function createLogger({ level, format, file, facts }: LoggerOptions): Logger {
  const { pino, stdTimeFunctions } = loadPino()
  const isPretty = format === 'pretty' || (format === 'auto' && file === undefined && isatty(stderr))
  const output = openOutput(file)
  const sink = isPretty ? prettify(output, file === undefined && isatty(stderr)) : output
  const root = pino(
    {
      level,
      base: facts ?? null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    sink,
  )
  return {
    of: (component, facts = {}) => root.child({ component, ...facts }),
    close: () => (file === undefined ? output.flushSync() : output.end()),
  }
}

/** What is started writes to a log, which is closed again where it does not start. */
export async function startWithLogger<Started>(
  { logLevel: level, logFormat: format, logFile: file }: ServerConfig,
  start: (logger: Logger) => Promise<Started>,
): Promise<Started> {
  const logger = createLogger({ level, format, file })
  try {
    return await start(logger)
  } catch (error) {
    logger.close()
    throw error
  }
}

function openOutput(file: string | undefined) {
  try {
    return loadPino().destination(
      file === undefined ? { fd: stderr, sync: true } : { dest: file, sync: true, append: true, mkdir: true },
    )
  } catch (cause) {
    throw new PipelineError('CONFIG_INVALID', `the log file "${file}" cannot be opened`, { cause })
  }
}

function prettify(output: { write(line: string): unknown }, colorize: boolean) {
  const pretty = prettyLines(colorize)
  return { write: (line: string) => void output.write(pretty(line)) }
}

/** Turns a line of a log, which is one JSON object, into what people read: one line or more, with the last one's end. */
export function prettyLines(colorize: boolean): (line: string) => string {
  return loadPinoPretty().prettyFactory({ colorize, ignore: 'component', messageFormat: '{component}: {msg}' })
}
