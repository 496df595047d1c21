import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder with an app module of no content and the given configuration files. */
export class ConfigFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'config-'))
  readonly app = join(this.path, 'app.js')

  constructor(files: Readonly<Record<string, string>>) {
    writeFileSync(this.app, '')
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.path, name), text)
  }

  remove(): void {
    rmSync(this.path, { recursive: true })
  }
}
