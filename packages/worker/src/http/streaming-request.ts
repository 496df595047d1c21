import { PipelineError, type Ticket, type Waiter } from '@redesmyn/core'
import type { StagePort } from '../pipeline/stage-port.ts'
import type { Exchange } from './exchange.ts'
import type { ServingContext } from './serving-context.ts'
import type { StreamLimits } from './stream-times.ts'
import { StreamedAnswer } from './streamed-answer.ts'

/**
 * The stage as a request to a streaming endpoint sees it: the request reads its body and enters as any, and here its
 * place is taken by an answer that comes as events. Until the first of them the request answers by itself.
 */
export class StreamingRequest implements StagePort {
  readonly #context: ServingContext
  readonly #limits: StreamLimits
  readonly #exchange: Exchange

  constructor(context: ServingContext, limits: StreamLimits, exchange: Exchange) {
    this.#context = context
    this.#limits = limits
    this.#exchange = exchange
  }

  submit(request: Waiter): Ticket {
    const { rowCount } = request.rows
    if (rowCount !== 1) {
      throw new PipelineError(
        'REQUEST_INVALID',
        `the answer is a stream of one record's events, got ${rowCount} records`,
      )
    }
    const answer = new StreamedAnswer({
      request,
      exchange: this.#exchange,
      context: this.#context,
      limits: this.#limits,
    })
    const ticket = this.#context.stage.submit(answer)
    answer.ticket = ticket
    return ticket
  }

  cancel(ticket: Ticket): void {
    this.#context.stage.cancel(ticket)
  }
}
