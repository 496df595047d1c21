import type { Exchange, ReplyHeader } from './exchange.ts'

/** What a server can say about itself: `stopped` is never asked. */
export type Readiness = 'starting' | 'ready' | 'draining'

const textHeaders: readonly ReplyHeader[] = [['content-type', 'text/plain; charset=utf-8']]

const readinessTexts = {
  starting: 'starting',
  ready: 'ready',
  draining: 'gracefully shutting down',
} as const satisfies Record<Readiness, string>

/** `/livez`: the process answers, whatever its stages do. */
export function replyLiveness(exchange: Exchange): void {
  exchange.reply(200, textHeaders, 'alive\n')
}

/** `/readyz`, and `/` where no endpoint takes it: 200 once every stage has a warm thread, 503 before and while draining. */
export function replyReadiness(exchange: Exchange, readiness: Readiness): void {
  exchange.reply(readiness === 'ready' ? 200 : 503, textHeaders, `${readinessTexts[readiness]}\n`)
}
