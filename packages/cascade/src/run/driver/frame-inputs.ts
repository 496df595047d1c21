import type { FrameAsset } from '../../graph/any-asset.ts'
import type { FrameTask, InputFiles } from '../../graph/frame/frame-task.ts'
import { formatOfFile } from '../../source/source-formats.ts'
import { filesOfInput } from './files-of-input.ts'

/** The files that a frame asset is made of, by the keys of its inputs. Throws as `filesOfInput`. */
export async function frameInputs(asset: FrameAsset, folder: string): Promise<FrameTask['inputs']> {
  const inputs: Record<string, InputFiles> = {}
  for (const [key, input] of Object.entries(asset.inputs)) {
    const { paths } = await filesOfInput(asset, input, folder)
    const options = input['~kind'] === 'source' ? input.options : {}
    inputs[key] = { format: input.format ?? formatOfFile(paths[0]), options, files: paths }
  }
  return inputs
}
