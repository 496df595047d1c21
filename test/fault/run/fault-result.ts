/** What became of a command under one kind of fault. */
export interface FaultResult {
  readonly fault: string
  readonly trials: number
  /** How the disturbed runs ended, with how often: `SIGKILL`, `exit 5`. */
  readonly ends: ReadonlyMap<string, number>
  /** Everything that was not as it must be; empty is good. */
  readonly problems: readonly string[]
  /** Why it could not be tried here. */
  readonly skipped?: string
}

export class FaultLog {
  readonly #ends = new Map<string, number>()
  readonly #problems: string[] = []

  end({ code, signal }: { readonly code: number | null; readonly signal: NodeJS.Signals | null }): void {
    const name = signal ?? `exit ${code}`
    this.#ends.set(name, (this.#ends.get(name) ?? 0) + 1)
  }

  problems(trial: string, found: readonly string[]): void {
    this.#problems.push(...found.map((problem) => `${trial}: ${problem}`))
  }

  /** Notes a problem where `isRight` is false. */
  expect(trial: string, isRight: boolean, problem: string): void {
    if (!isRight) this.problems(trial, [problem])
  }

  result(fault: string, trials: number): FaultResult {
    return { fault, trials, ends: this.#ends, problems: this.#problems }
  }
}

/** Of the table for docs/faults.md. */
export const faultsHead = '| fault | trials | disturbed runs ended | output |\n| --- | ---: | --- | --- |'

/** A row of that table. */
export function renderFault({ fault, trials, ends, problems, skipped }: FaultResult): string {
  const ended = [...ends].map(([name, times]) => `${name} × ${times}`).join(', ')
  const verdict = skipped ?? (problems.length === 0 ? 'the same bytes' : `${problems.length} problems`)
  return `| ${fault} | ${trials} | ${ended} | ${verdict} |`
}
