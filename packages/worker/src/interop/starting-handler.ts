/** A handler that has something to make ready before its first batch, for instance a model of its own. */
export interface StartingHandler {
  '~start'(appFolder: string): Promise<void>
}

/** Rejects with what went wrong. Handlers without preparations, or wrapped by layers, begin with their first batch. */
export async function startHandler(handler: object, appFolder: string): Promise<void> {
  if (isStarting(handler)) await handler['~start'](appFolder)
}

function isStarting(handler: object): handler is StartingHandler {
  return '~start' in handler && typeof handler['~start'] === 'function'
}
