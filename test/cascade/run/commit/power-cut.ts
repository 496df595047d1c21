import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { DurableFiles } from '../../../../packages/cascade/dist/run/commit/durable-files.js'

type Names = ReadonlyMap<string, Node>

interface Folder {
  readonly kind: 'folder'
  readonly names: Map<string, Node>
}

interface Text {
  readonly kind: 'text'
  readonly text: string
}

type Node = Folder | Text

/** One change of names, all or nothing, as a file system's journal has it. It lasts once `folder` is synced. */
interface Change {
  readonly folder: Folder
  readonly apply: (names: (of: Folder) => Map<string, Node>) => void
}

type Step = Change | { readonly synced: Folder }

/** What may be on disk of changes that nothing has made last. */
export type Luck = 'none' | 'all' | ((change: number) => boolean)

/**
 * Follows every change that a run makes on disk, and can write down what a power cut after any of them might leave:
 * names last from when their folder is synced, contents from when they are (all files here are), the rest is luck.
 */
export class PowerCut {
  readonly #root: string
  readonly #disk: Folder = { kind: 'folder', names: new Map() }
  readonly #steps: Step[] = []

  constructor(root: string) {
    this.#root = root
  }

  get stepCount(): number {
    return this.#steps.length
  }

  /** The same files, with every change noted once it is made. */
  watch(files: DurableFiles): DurableFiles {
    return {
      makeFolder: async (path) => {
        const isMade = await files.makeFolder(path)
        if (isMade) {
          this.#add(path, { kind: 'folder', names: new Map() })
          this.#sync(dirname(path))
        }
        return isMade
      },
      write: async (path, text) => {
        await files.write(path, text)
        this.wrote(path, text)
      },
      rename: async (from, to) => {
        await files.rename(from, to)
        const [source, target, node] = [this.#folder(dirname(from)), this.#folder(dirname(to)), this.#node(from)]
        this.#change(target, (names) => {
          names(source).delete(basename(from))
          names(target).set(basename(to), node)
        })
      },
      link: async (from, to) => {
        const isMade = await files.link(from, to)
        if (isMade) this.#add(to, this.#node(from))
        return isMade
      },
      remove: async (path) => {
        await files.remove(path)
        this.#drop(path)
      },
      removeFolder: async (path) => {
        await files.removeFolder(path)
        this.#drop(path)
      },
      syncFolder: async (path) => {
        await files.syncFolder(path)
        this.#sync(path)
      },
      renew: files.renew,
    }
  }

  /** A file that somebody else has written and synced. */
  wrote(path: string, text: string): void {
    this.#add(path, { kind: 'text', text })
  }

  /** Writes what is on disk after the first `count` steps to another place, whose runs have been silent for long. */
  replay(count: number, luck: Luck, target: string): void {
    const disk = new Map<Folder, Map<string, Node>>()
    const names = (of: Folder): Map<string, Node> => {
      const known = disk.get(of) ?? new Map<string, Node>()
      disk.set(of, known)
      return known
    }
    const steps = this.#steps.slice(0, count)
    for (const [index, step] of steps.entries()) {
      if ('synced' in step) continue
      const lasts = steps.slice(index).some((later) => 'synced' in later && later.synced === step.folder)
      if (lasts || luck === 'all' || (luck !== 'none' && luck(index))) step.apply(names)
    }
    writeFolder(target, names(this.#disk), names)
  }

  #add(path: string, node: Node): void {
    const folder = this.#folder(dirname(path))
    this.#change(folder, (names) => void names(folder).set(basename(path), node))
  }

  #drop(path: string): void {
    const folder = this.#find(dirname(path))
    if (folder?.kind !== 'folder' || !folder.names.has(basename(path))) return
    this.#change(folder, (names) => void names(folder).delete(basename(path)))
  }

  #change(folder: Folder, apply: Change['apply']): void {
    apply((of) => of.names)
    this.#steps.push({ folder, apply })
  }

  #sync(path: string): void {
    this.#steps.push({ synced: this.#folder(path) })
  }

  #folder(path: string): Folder {
    const node = this.#node(path)
    if (node.kind === 'folder') return node
    throw new Error(`"${path}" is no folder`)
  }

  #node(path: string): Node {
    const node = this.#find(path)
    if (node === undefined) throw new Error(`nothing is known of "${path}"`)
    return node
  }

  #find(path: string): Node | undefined {
    let node: Node | undefined = this.#disk
    const inner = path.slice(this.#root.length).split('/').filter(Boolean)
    for (const name of inner) node = node?.kind === 'folder' ? node.names.get(name) : undefined
    return node
  }
}

function writeFolder(path: string, names: Names, namesOf: (of: Folder) => Names): void {
  mkdirSync(path, { recursive: true })
  const longAgo = Date.now() / 1000 - 60
  for (const [name, node] of names) {
    const inner = join(path, name)
    if (node.kind === 'folder') {
      writeFolder(inner, namesOf(node), namesOf)
      continue
    }
    writeFileSync(inner, node.text)
    utimesSync(inner, longAgo, longAgo)
  }
}
