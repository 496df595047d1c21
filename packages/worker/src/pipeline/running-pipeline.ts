import type { Ticket, Waiter } from '@redesmyn/core'
import { Passage } from './passage.ts'
import { PipelineRequest } from './pipeline-request.ts'
import type { PipelineRoute } from './pipeline-route.ts'
import type { StagePort } from './stage-port.ts'

/** Stages at work one behind the other, as those who bring rows see them: like one stage. */
export class RunningPipeline implements StagePort {
  readonly #route: PipelineRoute

  constructor(route: PipelineRoute) {
    this.#route = route
  }

  /** Throws QUEUE_FULL also where it is a later stage that has no room: nothing is refused once it was accepted. */
  submit(waiter: Waiter): Ticket {
    return new PipelineRequest(this.#route, waiter).enter()
  }

  cancel({ waiter }: Ticket): void {
    if (waiter instanceof Passage) waiter.owner.cancel()
  }
}
