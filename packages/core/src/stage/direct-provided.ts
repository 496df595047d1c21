import { Provided } from '../handler/provided.ts'
import type { AnyStage } from './any-stage.ts'
import type { AnyCallOptions } from './call-options.ts'
import { silentLog } from './direct-context.ts'

/** What a stage needs, made for one direct call alone: there is no thread whose end would dispose of it. */
export async function provideDirectly({ name, config }: AnyStage, options: AnyCallOptions): Promise<Provided> {
  const { provide = [], log = silentLog } = options
  const provided = new Provided()
  await provided.create([...config.needs, ...provide], { stage: name, slot: 1, log })
  return provided
}
