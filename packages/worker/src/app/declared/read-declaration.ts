import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { endpointOptionNames, PipelineError, stageOptionNames } from '@redesmyn/core'
import type { Declaration, DeclaredEndpoint, PlainObject } from './declaration.ts'

/** All that a stage may say in code; its name is the key that it stands under. */
const { name: _key, ...stageKeys } = stageOptionNames

/** Whether a file declares an app in place of a module that exports one. */
export function isDeclaration(path: string): boolean {
  return ['.yaml', '.yml', '.json'].includes(extname(path))
}

/** Throws CONFIG_INVALID naming the file and the place in it. */
export async function readDeclaration(path: string): Promise<Declaration> {
  const root = asObject(await parseFile(path), path)
  assertKeys(root, { stages: true, endpoints: true, use: true, provide: true }, path)
  const declared = asObject(root.stages ?? {}, `stages of ${path}`)
  const stages = Object.entries(declared).map(([name, options]) => [name, readStage(options, name, path)] as const)
  const endpoints = asList(root.endpoints ?? [], `endpoints of ${path}`)
  return {
    stages: Object.fromEntries(stages),
    endpoints: endpoints.map((given, index) => readEndpoint(given, `endpoint ${index + 1} of ${path}`, declared)),
    use: asList(root.use ?? [], `use of ${path}`),
    provide: asList(root.provide ?? [], `provide of ${path}`),
  }
}

async function parseFile(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8')
  try {
    if (extname(path) === '.json') return JSON.parse(text)
    // Only here: threads import this package too, and read no files.
    const { parse } = await import('yaml')
    return parse(text)
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)
    throw new PipelineError('CONFIG_INVALID', `"${path}" cannot be read: ${reason}`, { cause })
  }
}

function readStage(given: unknown, name: string, path: string): PlainObject {
  const owner = `stage "${name}" of ${path}`
  const options = asObject(given, owner)
  assertKeys(options, stageKeys, owner)
  if (typeof options.handler === 'string') return options
  throw invalid(owner, 'a handler such as ./handlers.ts#name', options.handler)
}

function readEndpoint(given: unknown, owner: string, declared: PlainObject): DeclaredEndpoint {
  const { path, stage, stages, ...options } = asObject(given, owner)
  if (typeof path !== 'string') throw invalid(owner, 'a path', path)
  assertKeys(options, endpointOptionNames, owner)
  const names = asList(stages ?? (stage === undefined ? [] : [stage]), `stages of ${owner}`)
  if (names.length === 0) throw invalid(owner, 'a stage or stages', undefined)
  for (const name of names) {
    if (typeof name !== 'string' || !Object.hasOwn(declared, name)) {
      throw invalid(owner, `a stage of this file (${Object.keys(declared).join(', ')})`, name)
    }
  }
  return { path, stages: names.map(String), options }
}

function assertKeys(given: PlainObject, known: Readonly<Record<string, true>>, owner: string): void {
  const strange = Object.keys(given).find((key) => !Object.hasOwn(known, key))
  if (strange === undefined) return
  const expected = Object.keys(known).join(', ')
  throw new PipelineError('CONFIG_INVALID', `${owner} has "${strange}", expected only ${expected}`)
}

function asObject(given: unknown, owner: string): PlainObject {
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return { ...given }
  throw invalid(owner, 'an object', given)
}

function asList(given: unknown, owner: string): readonly unknown[] {
  if (Array.isArray(given)) return given
  throw invalid(owner, 'a list', given)
}

function invalid(owner: string, expected: string, received: unknown): PipelineError {
  return new PipelineError('CONFIG_INVALID', `${owner} must have ${expected}, got ${JSON.stringify(received)}`)
}
