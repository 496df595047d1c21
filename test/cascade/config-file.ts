import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A configuration file in a folder of its own. */
export class ConfigFileUnderTest {
  readonly path: string
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
    this.path = join(folder, 'cascade.config.yaml')
  }

  static async write(text: string): Promise<ConfigFileUnderTest> {
    const file = new ConfigFileUnderTest(await mkdtemp(join(tmpdir(), 'cascade-')))
    await writeFile(file.path, text)
    return file
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true })
  }
}
