import type { K8sOptions } from './k8s-options.ts'

/** An object of a cluster, as the cluster reads it. */
export interface Manifest {
  readonly apiVersion: string
  readonly kind: 'Deployment' | 'Job' | 'Service'
  readonly metadata: Metadata
  readonly spec: Readonly<Record<string, unknown>>
}

export interface Metadata {
  readonly name: string
  readonly namespace?: string
  readonly labels: Labels
}

export type Labels = Readonly<Record<string, string>>

export function metadataOf(name: string, { namespace }: Pick<K8sOptions, 'namespace'>): Metadata {
  return { name, ...(namespace !== undefined && { namespace }), labels: labelsOf(name) }
}

export function labelsOf(name: string): Labels {
  return { ...selectorOf(name), 'app.kubernetes.io/managed-by': 'cascade' }
}

/** By this a Deployment and a Service know their pods. */
export function selectorOf(name: string): Labels {
  return { 'app.kubernetes.io/name': name }
}
