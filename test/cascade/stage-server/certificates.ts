import { execFile } from 'node:child_process'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface Certificate {
  readonly certPath: string
  readonly keyPath: string
  readonly cert: string
  readonly key: string
}

export interface Certificates {
  readonly authority: Certificate
  /** For localhost and 127.0.0.1. */
  readonly server: Certificate
  readonly client: Certificate
  /** Of nobody that the server knows. */
  readonly strangerAuthority: Certificate
  readonly stranger: Certificate
  readonly folder: string
}

/** Made anew by openssl: keys do not belong in a repository. */
export async function makeCertificates(): Promise<Certificates> {
  const folder = await mkdtemp(join(tmpdir(), 'cascade-certificates-'))
  const authority = await make(folder, 'authority')
  const strangerAuthority = await make(folder, 'stranger-authority')
  return {
    folder,
    authority,
    strangerAuthority,
    server: await make(folder, 'server', authority),
    client: await make(folder, 'client', authority),
    stranger: await make(folder, 'stranger', strangerAuthority),
  }
}

async function make(folder: string, name: string, authority?: Certificate): Promise<Certificate> {
  const certPath = join(folder, `${name}.pem`)
  const keyPath = join(folder, `${name}.key`)
  const signed = authority === undefined ? [] : ['-CA', authority.certPath, '-CAkey', authority.keyPath]
  const names = authority === undefined ? [] : ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyPath]
  await run('openssl', [
    'req',
    '-x509',
    ...key,
    '-out',
    certPath,
    '-days',
    '30',
    '-subj',
    `/CN=${name}`,
    ...signed,
    ...names,
  ])
  return { certPath, keyPath, cert: await readFile(certPath, 'utf8'), key: await readFile(keyPath, 'utf8') }
}
