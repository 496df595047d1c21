import type { ProgressView } from './progress-view.ts'

/** One way to show a run while it goes on. */
export interface ProgressForm {
  /** From one look at the run to the next. */
  readonly everyMs: number
  show(view: ProgressView): void
  /** Whole lines that are not progress: above it. */
  write(text: string): void
  /** Takes away what must not stay; may be called at any time, and more than once. */
  clear(): void
}

/** Where progress goes: stderr. */
export interface ProgressOutput {
  readonly write: (text: string) => void
  /** Of the terminal, at this moment; undefined where there is none. */
  readonly size: () => { readonly columns: number; readonly rows: number } | undefined
  readonly hasColor: boolean
}
