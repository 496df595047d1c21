import {
  type BatchOutcome,
  fromErrorData,
  PipelineError,
  rangesOf,
  type RecordBatch,
  type Span,
  Ticket,
  toErrorData,
  type Waiter,
  withStage,
} from '@redesmyn/core'
import { HandedRange } from './handed-range.ts'
import { Passage, type PassageOwner } from './passage.ts'
import type { PipelineRoute } from './pipeline-route.ts'
import type { RowParting } from './row-parting.ts'
import { StagedOutcome } from './staged-outcome.ts'

/** Rows of a stage's output that may share a call of the next. */
interface RowsGoingOn {
  readonly output: RecordBatch
  readonly start: number
  readonly rowCount: number
  /** The request's own number of the first. */
  readonly firstRow: number
  readonly params: Readonly<Record<string, string>>
  readonly bucket: string | undefined
}

/**
 * A request on its way through the stages of a pipeline. Its rows need not stay together: each goes on to the next
 * stage with the batch it was in, and those that fail are told at once and go no further.
 */
export class PipelineRequest implements PassageOwner {
  readonly waiter: Waiter
  readonly #route: PipelineRoute
  readonly #expiresAtMs: number
  readonly #passages = new Set<Passage>()
  #isOver = false

  constructor(route: PipelineRoute, waiter: Waiter) {
    this.waiter = waiter
    this.#route = route
    this.#expiresAtMs = route.nowMs() + waiter.timeoutMs
  }

  /** Enters the ingress, with room kept in every stage behind it. Throws what the first one that is full throws. */
  enter(): Ticket {
    const { rows, group } = this.waiter
    this.#route.reserve(rows.rowCount)
    const passage = new Passage({
      owner: this,
      stageIndex: 0,
      rows,
      group: this.#route.groupIn(0, group, group.fields),
      firstRow: 0,
    })
    try {
      const ticket = this.#route.stages[0].submit(passage)
      passage.ticket = ticket
      this.#passages.add(passage)
      return ticket
    } catch (error) {
      this.#route.unreserveAfter(0, rows.rowCount)
      throw error
    }
  }

  passed(passage: Passage, outcome: BatchOutcome, span: Span): void {
    if (passage.openRows === 0) this.#passages.delete(passage)
    const isLast = passage.stageIndex === this.#route.lastIndex
    const { start, rowCount } = span
    for (let row = 0; row < rowCount && !this.#isOver; ) {
      const isFailed = outcome.errorOf(start + row) !== undefined
      let end = row + 1
      while (end < rowCount && (outcome.errorOf(start + end) !== undefined) === isFailed) end++
      const firstRow = passage.firstRow + span.firstRow + row
      const part = { ...span, start: start + row, rowCount: end - row, firstRow }
      if (isFailed) this.#leave(passage, outcome, part)
      else if (isLast) this.waiter.deliver(outcome, part)
      else this.#goOn(passage, outcome, part)
      row = end
    }
  }

  fail(passage: Passage, error: PipelineError): void {
    this.#passages.delete(passage)
    this.#route.unreserveAfter(passage.stageIndex, passage.openRows)
    if (this.#isOver) return
    this.cancel()
    this.waiter.fail(withStage(error, this.#route.stages[passage.stageIndex].name))
  }

  cancel(): void {
    this.#isOver = true
    for (const { stageIndex, ticket, openRows } of this.#passages) {
      this.#route.unreserveAfter(stageIndex, openRows)
      if (ticket !== undefined) this.#route.stages[stageIndex].cancel(ticket)
    }
    this.#passages.clear()
  }

  #leave({ stageIndex }: Passage, outcome: BatchOutcome, span: Span): void {
    this.#route.unreserveAfter(stageIndex, span.rowCount)
    this.waiter.deliver(new StagedOutcome(outcome, this.#route.stages[stageIndex].name), span)
  }

  /** Nearly always together; rows that the next stage wants apart as so many passages. */
  #goOn(passage: Passage, { output }: BatchOutcome, span: Span): void {
    const { params } = passage.group
    const parting = this.#route.partingBefore(passage.stageIndex + 1)
    if (parting === undefined) return this.#enterNext(passage, { ...span, output, params, bucket: undefined })
    for (const { values, bucket, rows } of this.#partiesOf(passage, parting, output, span)) {
      const own = { output, params: { ...params, ...values }, bucket }
      for (const { from, to } of rangesOf(output, rows)) {
        const [start, firstRow] = [span.start + from, span.firstRow + from]
        this.#enterNext(passage, { ...own, start, rowCount: to - from, firstRow })
      }
    }
  }

  /** None where they cannot be told apart: the request has failed then. */
  #partiesOf(passage: Passage, parting: RowParting, output: RecordBatch, { start, rowCount }: Span) {
    try {
      return parting.parties(output.slice(start, start + rowCount))
    } catch (error) {
      this.#route.unreserveAfter(passage.stageIndex, rowCount)
      this.fail(passage, error instanceof PipelineError ? error : fromErrorData(toErrorData(error, 'INTERNAL')))
      return []
    }
  }

  #enterNext({ stageIndex }: Passage, { output, start, rowCount, firstRow, params, bucket }: RowsGoingOn): void {
    const next = this.#route.stages[stageIndex + 1]
    const { bucket: _ingress, ...group } = this.waiter.group
    const own = { ...group, params, ...(bucket !== undefined && { bucket }) }
    const passage = new Passage({
      owner: this,
      stageIndex: stageIndex + 1,
      rows: new HandedRange(output, start, rowCount),
      group: this.#route.groupIn(stageIndex + 1, own, output.fields),
      firstRow,
    })
    const ticket = new Ticket(passage, this.#route.nowMs(), this.#expiresAtMs)
    passage.ticket = ticket
    this.#passages.add(passage)
    this.#route.stages[stageIndex].sendOn({ next, ticket, start })
  }
}
