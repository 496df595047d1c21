import type { EnvVariable } from '../container-command.ts'
import { stopSeconds, withdrawSeconds } from '../stop-time.ts'
import type { K8sOptions } from './k8s-options.ts'
import { type Manifest, metadataOf, selectorOf } from './manifest.ts'
import { podTemplate } from './pod-template.ts'

/** Something that listens, in as many pods as are wanted. */
export interface DeployedServer {
  readonly name: string
  readonly command: readonly string[]
  /** In the container. */
  readonly port: number
  /** Of its Service. */
  readonly servicePort: number
  readonly drainMs: number
  readonly env: readonly EnvVariable[]
}

const portName = 'http'

/** A Deployment whose pods drain before they end, and the Service in front of them. */
export function serverManifests(server: DeployedServer, options: K8sOptions): readonly Manifest[] {
  return [deployment(server, options), service(server, options)]
}

function deployment(server: DeployedServer, options: K8sOptions): Manifest {
  const { name, command, port, drainMs, env } = server
  const container = {
    name: 'serve',
    command,
    env,
    ports: [{ name: portName, containerPort: port }],
    // Two minutes for models to load.
    startupProbe: { ...ask('/readyz'), periodSeconds: 2, failureThreshold: 60 },
    readinessProbe: { ...ask('/readyz'), periodSeconds: 5, failureThreshold: 1 },
    livenessProbe: { ...ask('/livez'), periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
    // The endpoints of the Service are withdrawn while it waits; only then the signal comes and the server drains.
    lifecycle: { preStop: { exec: { command: ['sleep', String(withdrawSeconds)] } } },
  }
  const spec = { terminationGracePeriodSeconds: withdrawSeconds + stopSeconds(drainMs) }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf(name, options),
    spec: {
      replicas: options.replicas,
      selector: { matchLabels: selectorOf(name) },
      template: podTemplate({ name, container, spec }, options),
    },
  }
}

function service({ name, servicePort }: DeployedServer, options: K8sOptions): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(name, options),
    spec: {
      selector: selectorOf(name),
      ports: [{ name: portName, port: servicePort, targetPort: portName }],
    },
  }
}

function ask(path: string): object {
  return { httpGet: { path, port: portName } }
}
