import type { ServerResponse } from 'node:http'

/** Resolves with the event, or when the connection has closed: nothing is written then any more. */
export function settled(response: ServerResponse, event: 'drain' | 'finish'): Promise<void> {
  return new Promise((resolve) => {
    if (response.destroyed || (event === 'finish' && response.writableFinished)) return resolve()
    const end = (): void => {
      response.off(event, end).off('close', end)
      resolve()
    }
    response.on(event, end).on('close', end)
  })
}
