import { existsSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PipelineError } from '@redesmyn/core'

const fileNames = ['cascade.config.yaml', 'cascade.config.yml', 'cascade.config.json'] as const

/** The configuration file beside an app module, where there is one. Throws CONFIG_INVALID where there are several. */
export function findConfigFile(app: string | URL): string | undefined {
  const isPath = typeof app === 'string' && !app.startsWith('file:')
  const folder = dirname(isPath ? resolve(app) : fileURLToPath(app))
  const found = fileNames.map((name) => join(folder, name)).filter((path) => existsSync(path))
  if (found.length < 2) return found[0]
  const names = found.map((path) => `"${basename(path)}"`).join(' and ')
  throw new PipelineError('CONFIG_INVALID', `${names} both lie in "${folder}", expected one configuration file`)
}
