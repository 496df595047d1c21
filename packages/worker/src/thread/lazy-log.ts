import type { Log } from '@redesmyn/core'
import { createLogger, type LoggerOptions } from '../observe/logger.ts'

/** From the least to the one that nothing reaches. */
const levels: readonly LoggerOptions['level'][] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

/** The log of a thread: what writes it is loaded with the first line, which most threads never come to. */
export function lazyLog(component: string, options: LoggerOptions): Log {
  let log: Log | undefined
  const write = (level: keyof Log): Log[keyof Log] => {
    if (levels.indexOf(level) < levels.indexOf(options.level)) return () => undefined
    return (facts, message) => {
      log ??= createLogger(options).of(component)
      log[level](facts, message)
    }
  }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}
