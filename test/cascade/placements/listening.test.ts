import { rm } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Certificate, type Certificates, makeCertificates } from '../stage-server/certificates.ts'
import { idsFlow, IdsRun } from './ids-run.ts'

let ids: IdsRun

beforeEach(() => {
  ids = new IdsRun()
})
afterEach(() => ids.end())

describe('a stage that others than this machine can reach', { timeout: 120_000 }, () => {
  test('C119 is not offered without TLS, and with --insecure it is', async () => {
    const words = ['serve', idsFlow, '--stage', 'score', '--listen', 'http://0.0.0.0:0']

    const { code, stderr } = await ids.start(words).ended
    const insecure = ids.start([...words, '--insecure'])

    expect(code).toBe(2)
    expect(stderr).toMatch(/--tls-cert.*--insecure|https.*--insecure/)
    expect(stderr).toContain('"nextStep"')
    expect(await insecure.url()).toMatch(/^http:/)
  })

  describe('with TLS', () => {
    let made: Certificates
    let url: string

    beforeAll(async () => {
      made = await makeCertificates()
    })
    afterAll(() => rm(made.folder, { recursive: true }))
    beforeEach(async () => {
      const { server, authority } = made
      const flags = [
        '--stage',
        'send',
        '--tls-cert',
        server.certPath,
        '--tls-key',
        server.keyPath,
        '--tls-ca',
        authority.certPath,
      ]
      url = (await ids.serve('score', 'https://127.0.0.1:0', { flags })).url
    })

    function check(ca: Certificate, client?: Certificate) {
      const tls = { ca: ca.cert, ...(client !== undefined && { cert: client.cert, key: client.key }) }
      const env = { IDS_URLS: url, IDS_TLS: JSON.stringify(tls) }
      return ids.start(['check', idsFlow], { env })
    }

    test('C119 it answers whom its authority knows, and no other', async () => {
      const { authority, strangerAuthority, client, stranger } = made

      const known = await check(authority, client).ended
      const refused = {
        'no certificate': await check(authority).ended,
        'of another authority': await check(authority, stranger).ended,
        'server is not known': await check(strangerAuthority, client).ended,
      }

      expect(known).toMatchObject({ code: 0, stdout: expect.stringContaining('score over host: answers and fits') })
      for (const { code, stderr } of Object.values(refused)) {
        expect(code).toBe(6)
        expect(stderr).toMatch(/certificate/)
        expect(stderr).toMatch(/^next: /m)
      }
      expect(refused['server is not known'].stderr).toContain('which authority is trusted')
      expect(ids.calls).toEqual([])
    })
  })
})
