/** `flow.ts#scored`: an app module, and an asset of it where one is named. */
export interface AppTarget {
  readonly app: string
  readonly asset: string | undefined
}

export function parseAppTarget(target: string): AppTarget {
  const at = target.lastIndexOf('#')
  if (at <= 0 || at === target.length - 1) return { app: target, asset: undefined }
  return { app: target.slice(0, at), asset: target.slice(at + 1) }
}
