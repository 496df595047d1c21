import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Placement } from '@redesmyn/core'
import { CascadeProcess } from '../cascade-process.ts'
import { linesIn, type Row } from '../run/rows/run-folder.ts'

/** An app of these tests. */
export function crossingApp(name: string): string {
  return fileURLToPath(new URL(`apps/${name}`, import.meta.url))
}

/** Somewhere for stages to run, and how a command is told so. */
export interface Place {
  readonly name: string
  readonly placement: Placement
  /** What a process with the stages listens on, with a path of its own; nothing where they run in the one that needs them. */
  listen(path: string): string | undefined
  /** Words of `--place` behind the name of a stage. */
  text(address: string): string | undefined
}

const http = 'http://127.0.0.1:0'

export const service: Place = {
  name: 'service',
  placement: 'service',
  listen: () => undefined,
  text: () => undefined,
}
export const app: Place = {
  name: 'app',
  placement: 'app',
  listen: (path) => `unix:${path}.sock`,
  text: (address) => `app:${address.slice('unix:'.length)}`,
}
export const container: Place = {
  name: 'container',
  placement: 'container',
  listen: () => http,
  text: (address) => `container:http://localhost:${new URL(address).port}`,
}
export const host: Place = {
  name: 'host',
  placement: 'host',
  listen: () => http,
  text: (address) => `host:${address}`,
}
/** Said in code, by `JSON_URL`: what a text of a place says of a host is Arrow. */
export const hostAsJson: Place = {
  name: 'host as JSON',
  placement: 'host',
  listen: () => http,
  text: () => undefined,
}

export const elsewhere = [app, container, host] as const
export const everywhere = [service, ...elsewhere] as const

/** Stages in a process of their own, and what a run or a server is told to find them there. */
export interface OpenPlace {
  readonly flags: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Of the process with the stages; undefined where there is none. */
  readonly server: CascadeProcess | undefined
  readonly address: string
  /** What handlers have said there, with `TOLD` in their environment. */
  told(): readonly Row[]
}

/** What handlers have said so far, who say nothing before they are called. */
export function toldIn(file: string): readonly Row[] {
  return existsSync(file) ? linesIn(file) : []
}

/** Processes that offer the stages of an app, each begun when it is first asked for; all end with `close`. */
export class OfferedStages {
  readonly #app: string
  readonly #stages: readonly string[]
  readonly #words: readonly string[]
  readonly #env: Readonly<Record<string, string>>
  readonly #folder = mkdtempSync(join(tmpdir(), 'placed-'))
  readonly #open = new Map<string, Promise<OpenPlace>>()
  readonly #servers: CascadeProcess[] = []

  constructor(
    app: string,
    stages: readonly string[],
    words: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ) {
    this.#app = app
    this.#stages = stages
    this.#words = words
    this.#env = env
  }

  /** `number`: of several processes at the same kind of place. */
  at(place: Place, number = 0): Promise<OpenPlace> {
    const key = `${place.name} ${number}`
    const opened = this.#open.get(key) ?? this.#start(place, join(this.#folder, `${this.#open.size}`))
    this.#open.set(key, opened)
    return opened
  }

  async close(): Promise<void> {
    for (const server of this.#servers) server.kill('SIGKILL')
    await Promise.all(this.#servers.map((server) => server.ended))
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #start(place: Place, path: string): Promise<OpenPlace> {
    const listen = place.listen(path)
    if (listen === undefined) return { flags: [], env: {}, server: undefined, address: '', told: () => [] }
    const file = `${path}.told`
    const words = ['serve', this.#app, ...this.#stages.flatMap((stage) => ['--stage', stage]), '--listen', listen]
    const server = new CascadeProcess([...words, ...this.#words], { TOLD: file, ...this.#env })
    this.#servers.push(server)
    const address = await server.url()
    const text = place.text(address)
    return {
      flags: text === undefined ? [] : this.#stages.flatMap((stage) => ['--place', `${stage}=${text}`]),
      env: text === undefined ? { JSON_URL: address } : {},
      server,
      address,
      told: () => toldIn(file),
    }
  }
}
