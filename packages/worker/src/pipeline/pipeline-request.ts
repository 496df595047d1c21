import { type BatchOutcome, type PipelineError, type Span, Ticket, type Waiter, withStage } from '@redesmyn/core'
import { HandedRange } from './handed-range.ts'
import { Passage, type PassageOwner } from './passage.ts'
import type { PipelineRoute } from './pipeline-route.ts'
import { StagedOutcome } from './staged-outcome.ts'

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

  #goOn({ stageIndex }: Passage, { output }: BatchOutcome, { start, rowCount, firstRow }: Span): void {
    const next = this.#route.stages[stageIndex + 1]
    const passage = new Passage({
      owner: this,
      stageIndex: stageIndex + 1,
      rows: new HandedRange(output, start, rowCount),
      group: this.#route.groupIn(stageIndex + 1, this.waiter.group, output.fields),
      firstRow,
    })
    const ticket = new Ticket(passage, this.#route.nowMs(), this.#expiresAtMs)
    passage.ticket = ticket
    this.#passages.add(passage)
    this.#route.stages[stageIndex].sendOn({ next, ticket, start })
  }
}
