import { appPath } from '../cascade-process.ts'

/** `flow.ts#scored` with the path of that app module of these tests. */
export function targetPath(target: string): string {
  const [app, ...asset] = target.split('#')
  return [appPath(app), ...asset].join('#')
}
