import type { OptionName } from '@redesmyn/worker'

const groups: { readonly [heading: string]: readonly OptionName[] } = {
  'Configuration file:': ['config', 'profile'],
  'Placements:': ['place'],
  'Address:': ['host', 'port', 'frontEnd'],
  'Threads:': ['threads', 'checkWrites'],
  'Limits:': ['requestTimeoutMs', 'bodyTimeoutMs', 'maxBodyBytes', 'maxInFlightBytes', 'maxSlabBytes'],
  'Stages for other processes:': [
    'maxCalls',
    'maxInFlightRows',
    'replayBytes',
    'replayMs',
    'tlsCert',
    'tlsKey',
    'tlsCa',
    'tokenFile',
  ],
  'Start and stop:': ['onStartFailure', 'drainMs'],
  'Pages:': ['docs'],
  'Log:': ['logLevel', 'logFormat', 'logFile'],
  'Metrics and traces:': [
    'metricsPrefix',
    'mosecNamespace',
    'emfFile',
    'emfNamespace',
    'emfFlushMs',
    'traces',
    'traceFile',
  ],
}

/** The heading under which `--help` lists an option. */
export function optionGroup(name: OptionName): string {
  const [heading] = Object.entries(groups).find(([, names]) => names.includes(name)) ?? ['More:']
  return heading
}
