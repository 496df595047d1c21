import { spawnSync } from 'node:child_process'

/** A network of its own that a process can be started in: as far as sockets tell, another machine. */
export interface Host {
  readonly name: string
  /** Where the hub reaches it. */
  readonly address: string
  /** Words before a command that run it there. */
  readonly enter: readonly string[]
}

let made = 0

/**
 * A hub and some hosts, each joined to the hub by a link of its own: network namespaces with veth pairs. Only root can
 * make them.
 */
export class Hosts {
  readonly hub: Host
  readonly hosts: readonly Host[]

  private constructor(hub: Host, hosts: readonly Host[]) {
    this.hub = hub
    this.hosts = hosts
  }

  /** Why there can be none; undefined where there can. */
  static whyNot(): string | undefined {
    const name = `rsm${process.pid}try`
    const tried = spawnSync('ip', ['netns', 'add', name], { encoding: 'utf8' })
    if (tried.error !== undefined) return 'there is no command "ip" (Debian: iproute2)'
    if (tried.status !== 0) return `network namespaces cannot be made here: ${tried.stderr.trim()}`
    ip('netns', 'del', name)
    return undefined
  }

  static make(count: number): Hosts {
    made++
    const prefix = `rsm${process.pid}x${made}`
    const hub = makeNamespace(`${prefix}hub`, '127.0.0.1')
    const hosts = Array.from({ length: count }, (_, index) => {
      const subnet = `10.77.${index}`
      const host = makeNamespace(`${prefix}h${index}`, `${subnet}.2`)
      ip('-n', hub.name, 'link', 'add', `to${index}`, 'type', 'veth', 'peer', 'name', 'up0', 'netns', host.name)
      raise(hub.name, `to${index}`, `${subnet}.1/24`)
      raise(host.name, 'up0', `${subnet}.2/24`)
      return host
    })
    return new Hosts(hub, hosts)
  }

  /** Pulls a host's cable, or plugs it in again. */
  link(index: number, state: 'up' | 'down'): void {
    ip('-n', this.hub.name, 'link', 'set', `to${index}`, state)
  }

  remove(): void {
    for (const { name } of [...this.hosts, this.hub]) ip('netns', 'del', name)
  }
}

function makeNamespace(name: string, address: string): Host {
  ip('netns', 'add', name)
  ip('-n', name, 'link', 'set', 'lo', 'up')
  return { name, address, enter: ['ip', 'netns', 'exec', name] }
}

function raise(namespace: string, device: string, address: string): void {
  ip('-n', namespace, 'addr', 'add', address, 'dev', device)
  ip('-n', namespace, 'link', 'set', device, 'up')
}

function ip(...words: readonly string[]): void {
  const { status, stderr } = spawnSync('ip', words, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`ip ${words.join(' ')} failed: ${stderr.trim()}`)
}
