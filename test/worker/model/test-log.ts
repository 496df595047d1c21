import type { Log } from '@redesmyn/core'

/** Keeps what is logged as a warning; nothing else is expected. */
export class TestLog implements Log {
  readonly warnings: string[] = []
  debug(): void {}
  info(): void {}
  error(): void {}

  warn(_facts: Readonly<Record<string, unknown>>, message: string): void {
    this.warnings.push(message)
  }
}
