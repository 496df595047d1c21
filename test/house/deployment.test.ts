import { envOf, optionNames } from '@redesmyn/worker'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { readSource } from './source-file.ts'

const page = readSource('docs/deployment.md').text

/** The parts of a manifest that the tests read. */
interface Manifest {
  readonly kind: string
  readonly spec: {
    readonly selector: { readonly matchLabels: object } & object
    readonly ports: readonly { readonly targetPort: string }[]
    readonly template: { readonly metadata: { readonly labels: object }; readonly spec: PodSpec }
  }
}

interface PodSpec {
  readonly terminationGracePeriodSeconds: number
  readonly containers: readonly {
    readonly command: readonly string[]
    readonly env: readonly { readonly name: string; readonly value: unknown }[]
    readonly ports: readonly { readonly name: string }[]
    readonly lifecycle: { readonly preStop: { readonly exec: { readonly command: readonly string[] } } }
    readonly [probe: `${string}Probe`]: { readonly httpGet: { readonly path: string; readonly port: string } }
  }[]
}

test('M136 the Kubernetes manifest has probes, a preStop hook and time to drain, and only variables that exist', () => {
  const [deployment, service] = readSource('examples/kubernetes/verdicts.yaml')
    .text.split(/^---$/m)
    .map((text): Manifest => parse(text))
  const { metadata, spec } = deployment.spec.template
  const [container] = spec.containers
  const variables = new Map(container.env.map(({ name, value }) => [name, value]))
  const [, pauseSeconds] = container.lifecycle.preStop.exec.command

  expect([deployment.kind, service.kind]).toEqual(['Deployment', 'Service'])
  expect(page).toContain('(../examples/kubernetes)')
  expect(metadata.labels).toMatchObject(deployment.spec.selector.matchLabels)
  expect(service.spec.selector).toEqual(deployment.spec.selector.matchLabels)
  expect(service.spec.ports[0].targetPort).toBe(container.ports[0].name)
  expect(container.command).toEqual(['node_modules/.bin/cascade', 'serve', 'examples/two-stages/app.ts'])
  expect([...variables.keys()].filter((name) => !optionNames.map(envOf).includes(name))).toEqual([])
  // Kubernetes takes texts only.
  expect([...variables.values()].every((value) => typeof value === 'string')).toBe(true)
  for (const [probe, path] of [
    ['startupProbe', '/readyz'],
    ['readinessProbe', '/readyz'],
    ['livenessProbe', '/livez'],
  ] as const) {
    expect(container[probe].httpGet).toEqual({ path, port: container.ports[0].name })
  }
  expect(spec.terminationGracePeriodSeconds * 1000).toBeGreaterThan(
    Number(pauseSeconds) * 1000 + Number(variables.get('CASCADE_DRAIN_MS')),
  )
})

test('M136 there is a page about tuning, threads and accelerators', () => {
  const tuning = readSource('docs/tuning.md').text

  for (const heading of ['Batches', 'Threads', 'Accelerators', 'Memory']) expect(tuning).toContain(`\n## ${heading}\n`)
})

test('M135 TLS and authentication are left to a proxy, with a configuration for two of them', () => {
  const nginx = codeBlock('nginx')
  const caddy = codeBlock('caddy')

  expect(page).toContain('## Behind a proxy: TLS and authentication')
  // Both are needed: uWebSockets refuses HTTP/1.0, and a connection a request is slow.
  expect(nginx).toMatch(/proxy_http_version\s+1\.1;/)
  expect(nginx).toMatch(/proxy_set_header\s+Connection "";/)
  for (const text of [nginx, caddy]) {
    expect(text).toContain('127.0.0.1:8000')
    expect(text.split('{').length).toBe(text.split('}').length)
  }
  for (const word of ['listen 443 ssl', 'auth_basic ']) expect(nginx).toContain(word)
  for (const word of ['reverse_proxy', 'basic_auth']) expect(caddy).toContain(word)
})

test('the configuration file of the guide is one that is accepted', () => {
  const guide = readSource('docs/configuration.md').text
  const { stages, sidecars, ...options } = parse(/```yaml\n([\s\S]*?)```/.exec(guide)?.[1] ?? '')

  expect(Object.keys(options).every((name) => optionNames.some((known) => known === name))).toBe(true)
  expect([Object.keys(stages), sidecars[0].command]).toEqual([['score'], './feature-cache'])
})

function codeBlock(language: string): string {
  const [, code = ''] = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(page) ?? []
  return code
}
